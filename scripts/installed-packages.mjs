import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson } from './workspace.mjs';

/**
 * Everything that is installed with a package: itself, what it depends on, and what that depends on, as the lockfile has it.
 *
 * @param {string} directory the package
 * @returns {{ name: string, version: string, directory: string }[]} each once, the package itself first
 */
export function installedPackages(directory) {
  const found = new Map();
  const visit = (from) => {
    const real = realpathSync(from);
    if (found.has(real)) return;
    const manifest = readJson(join(real, 'package.json'));
    found.set(real, { name: manifest.name, version: manifest.version, directory: real });
    for (const name of Object.keys(manifest.dependencies ?? {})) visit(resolveFrom(real, name));
    for (const name of Object.keys(manifest.optionalDependencies ?? {})) {
      const optional = resolveFrom(real, name, { optional: true });
      if (optional !== undefined) visit(optional);
    }
  };
  visit(directory);
  return [...found.values()];
}

/** The size of a folder's files in bytes, without nested node_modules. */
export function folderBytes(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .reduce((sum, entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return sum + folderBytes(path);
      return entry.isFile() ? sum + statSync(path).size : sum;
    }, 0);
}

function resolveFrom(directory, name, { optional = false } = {}) {
  for (let at = directory; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (at === dirname(at)) break;
  }
  if (optional) return undefined;
  throw new Error(`${name}, which ${directory} depends on, is not installed`);
}
