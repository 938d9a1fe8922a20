import type { Options } from 'tsup';

/** What every package's build has in common: ESM only, one declaration file per entry, siblings never bundled. */
export const baseOptions: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  dts: true,
  sourcemap: true,
  clean: true,
  external: [/^@lp-functions\//],
};
