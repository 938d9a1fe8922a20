import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/**
 * Every package of the workspace, in alphabetical order of its folder.
 *
 * @param {string} [root] the folder that holds packages/ and apps/
 */
export function workspacePackages(root = ROOT) {
  return ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, group, entry.name, 'package.json')))
      .map((entry) => {
        const directory = join(root, group, entry.name);
        return {
          group,
          folder: `${group}/${entry.name}`,
          directory,
          manifest: readJson(join(directory, 'package.json')),
        };
      }),
  );
}

/** The packages that go to the registry. */
export function publishedPackages(root = ROOT) {
  return workspacePackages(root).filter(({ manifest }) => manifest.private !== true);
}

/** @param {string} file */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
