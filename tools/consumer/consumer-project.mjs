import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/child-process.mjs';
import { readJson } from '../../scripts/workspace.mjs';

const INSTALL_LIMIT_MS = 180_000;
const OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * A throw-away project in which npm has installed packed packages.
 *
 * @param {readonly { name: string, file: string }[]} tarballs all of ours
 * @param {readonly string[]} wanted names of those that the project depends on
 * @param {{ devDependencies?: Record<string, string>, preferOffline?: boolean }} [options]
 * @throws Error with what npm says
 */
export async function createConsumer(tarballs, wanted, { devDependencies = {}, preferOffline = false } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'lp-functions-consumer-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  const files = new Map(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  const manifest = {
    name: 'consumer',
    type: 'module',
    private: true,
    dependencies: Object.fromEntries(wanted.map((name) => [name, files.get(name)])),
    devDependencies,
    // A sibling is the tarball too, whatever version range a package asks for.
    overrides: Object.fromEntries([...files].map(([name, file]) => [name, wanted.includes(name) ? `$${name}` : file])),
  };
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const args = ['install', ...OPTIONS, ...(preferOffline ? ['--prefer-offline'] : [])];
  const { code, output } = await run('npm', args, { cwd: directory, capture: true, timeoutMs: INSTALL_LIMIT_MS });
  if (code !== 0) {
    await remove();
    throw new Error(`npm cannot install ${wanted.join(', ')}:\n${output}`);
  }
  return {
    directory,
    /** What npm has installed: path below the project to its entry in the lockfile. */
    installed: () =>
      Object.entries(readJson(join(directory, 'node_modules', '.package-lock.json')).packages).map(([path, entry]) => ({
        path,
        name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        ...entry,
      })),
    manifestOf: (name) => readJson(join(directory, 'node_modules', name, 'package.json')),
    remove,
  };
}

/** What a user can import from a package. */
export function entryPoints({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((subpath) => subpath !== './package.json')
    .map((subpath) => name + subpath.slice(1));
}
