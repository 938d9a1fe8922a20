import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './workspace.mjs';

/**
 * Which files are not what they should be.
 *
 * @param {Readonly<Record<string, string>>} files text by path
 * @returns {string[]} paths
 */
export function staleFiles(files) {
  return Object.entries(files)
    .filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text)
    .map(([path]) => path);
}

/**
 * What a script that writes documents does on the command line: it writes them. With `--check` it writes nothing, names those
 * that are out of date, and ends with exit code 1 if there are any.
 *
 * @param {Readonly<Record<string, string>>} files text by path
 */
export async function writeGeneratedFiles(files) {
  const { values: options } = parseArgs({ options: { check: { type: 'boolean' } } });
  if (options.check) {
    const stale = staleFiles(files);
    for (const path of stale) {
      console.error(`${relative(ROOT, path)} is out of date: run node scripts/${basename(process.argv[1])}`);
    }
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`${relative(ROOT, path)} written`);
  }
}
