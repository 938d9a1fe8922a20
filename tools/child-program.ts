// Programs that tests run as child processes: made of source, so that plain node runs them and no build can be stale.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'tsup';

export interface ChildProgram {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * Bundles a TypeScript file with the packages of this repository that it imports.
 *
 * @param entry - path of the file, in the folder `test` of a package.
 */
export async function bundleChild(entry: string): Promise<ChildProgram> {
  const packageFolder = dirname(dirname(entry));
  // Inside the package, so that what is not bundled is found.
  const home = join(packageFolder, 'node_modules');
  await mkdir(home, { recursive: true });
  const folder = await mkdtemp(join(home, '.child-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await build({
    config: false,
    entry: { child: entry },
    outDir: folder,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    silent: true,
    dts: false,
    // Split, a CommonJS module that is imported later has no named exports.
    splitting: false,
    tsconfig: join(packageFolder, 'tsconfig.json'),
    noExternal: [/^@lp-functions\//, 'got', 'undici', 'hpagent', 'p-retry', 'jose', 'oauth4webapi', 'lru-cache'],
    define: { __PACKAGE_VERSION__: JSON.stringify('0.0.0') },
    // CommonJS within the bundle asks for Node's own modules by require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    esbuildOptions: (options) => {
      options.conditions = ['source'];
    },
  });
  return { file: join(folder, 'child.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}
