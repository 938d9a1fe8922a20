import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Builds the console's static files: one script, one style sheet, the page, its icon, and the licences of what the script holds.
 *
 * @param packageDirectory - folder of this package
 * @param target - folder they are written to; each file is replaced whole, since an emulator may be serving it
 */
async function buildConsole(packageDirectory: string, target: string): Promise<void> {
  const source = join(packageDirectory, 'console');
  mkdirSync(target, { recursive: true });
  const common = {
    absWorkingDir: packageDirectory,
    outdir: target,
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  } as const;
  const script = await build({
    ...common,
    entryPoints: { console: join(source, 'main.tsx') },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
  });
  const style = await build({ ...common, entryPoints: [join(source, 'console.css')] });
  for (const { path, contents } of [...script.outputFiles, ...style.outputFiles]) replaceFile(path, contents);
  for (const name of ['index.html', 'icon.svg']) replaceFile(join(target, name), readFileSync(join(source, name)));
  replaceFile(join(target, 'third-party.txt'), licencesOf(Object.keys(script.metafile.inputs), packageDirectory));
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

function replaceFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${String(process.pid)}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
