import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'tsup';

/** A program made of source, for child processes or to be imported: plain node runs it, without a build of any package. */
export interface ChildProgram {
  readonly file: string;
  remove(): Promise<void>;
}

/** @param entry - a path, from this folder. */
export async function bundleChild(entry: string): Promise<ChildProgram> {
  const here = import.meta.dirname;
  // Inside the package, so that what is not bundled is found.
  const folder = await mkdtemp(join(here, '../node_modules/.child-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await build({
    config: false,
    entry: { child: resolve(here, entry) },
    outDir: folder,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    silent: true,
    dts: false,
    tsconfig: join(here, '../tsconfig.json'),
    noExternal: [/^@lp-functions\//],
    external: ['got', 'undici', 'hpagent', 'p-retry', 'jose', 'oauth4webapi'],
    esbuildOptions: (options) => {
      options.conditions = ['source'];
    },
  });
  return { file: join(folder, 'child.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}
