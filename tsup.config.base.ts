import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** What every package's build has in common: ESM only, one declaration file per entry, siblings never bundled. */
export const baseOptions: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  dts: true,
  // dist is readable as it is; maps would be a fifth of what a consumer installs.
  sourcemap: false,
  clean: true,
  external: [/^@lp-functions\//],
  define: { __PACKAGE_VERSION__: JSON.stringify(version) },
};
