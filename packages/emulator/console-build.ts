import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Builds the console's static files: one script, one style sheet, the page, its icon, and the licences of what the script holds.
 *
 * @param packageDirectory - folder of this package
 * @param target - folder they are written to; whatever is there is removed
 */
export async function buildConsole(packageDirectory: string, target: string): Promise<void> {
  const source = join(packageDirectory, 'console');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const common = { absWorkingDir: packageDirectory, minify: true, legalComments: 'none', logLevel: 'warning' } as const;
  const script = await build({
    ...common,
    entryPoints: [join(source, 'main.tsx')],
    outfile: join(target, 'console.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
  });
  await build({ ...common, entryPoints: [join(source, 'console.css')], outfile: join(target, 'console.css') });
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(source, name), join(target, name));
  writeFileSync(join(target, 'licenses.txt'), licencesOf(Object.keys(script.metafile.inputs), packageDirectory));
}

/** Builds into the folder that the emulator serves from. */
export async function buildServedConsole(): Promise<void> {
  const packageDirectory = fileURLToPath(new URL('.', import.meta.url));
  await buildConsole(packageDirectory, join(packageDirectory, 'dist', 'console'));
}

/** The licences of bundled packages ask for their text to go along. */
function licencesOf(inputs: readonly string[], packageDirectory: string): string {
  const folders = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []),
  );
  return [...folders]
    .map((folder) => resolve(packageDirectory, folder))
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        readonly name: string;
        readonly version: string;
      };
      const licence = ['LICENSE', 'LICENSE.md', 'license'].map((file) => join(folder, file)).find(existsSync);
      if (licence === undefined) throw new Error(`${name} is bundled into the console and has no licence file.`);
      return `${name} ${version}\n\n${readFileSync(licence, 'utf8').trim()}\n`;
    })
    .sort()
    .join('\n---\n\n');
}
