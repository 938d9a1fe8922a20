import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { installedPackages } from '../installed-packages.mjs';
import { budgetFaults, contentFaults, dormantFaults, manifestFaults, repositoryFaults } from '../package-rules.mjs';
import { publishedPackages, ROOT } from '../workspace.mjs';

const manifest = {
  name: '@lp-functions/http',
  license: 'MIT',
  description: 'x',
  repository: { type: 'git', url: 'git+https://example.org/lp-functions.git', directory: 'packages/http' },
  keywords: ['liveperson', 'faas'],
  sideEffects: false,
  files: ['dist'],
  publishConfig: { access: 'public', provenance: true },
  engines: {},
  type: 'module',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  dependencies: { '@lp-functions/errors': '^0.1.0' },
};
const files = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts'].map((name) =>
  file(name),
);

function file(name, text = '') {
  return { name, text: () => text };
}

describe('contentFaults', () => {
  it('accepts what a package is made of', () => {
    expect(contentFaults({ manifest, files })).toEqual([]);
  });

  it.each(['src/index.ts', 'test/a.test.ts', '.turbo/turbo-build.log', 'tsconfig.json', 'runtime/worker.js'])(
    'refuses %s',
    (name) => {
      expect(contentFaults({ manifest, files: [...files, file(name)] })).toEqual([`${name} must not be packed`]);
    },
  );

  it.each([
    'dist/index.js.map',
    'dist/index.d.ts.map',
    'dist/test/client.js',
    'dist/client.test.js',
    'dist/x.spec.d.ts',
  ])('J51: refuses %s, which is for nobody who installs', (name) => {
    expect(contentFaults({ manifest, files: [...files, file(name)] })).toEqual([`${name} must not be packed`]);
  });

  it('lets the emulator ship its runtime', () => {
    const emulator = { ...manifest, name: '@lp-functions/emulator' };
    expect(contentFaults({ manifest: emulator, files: [...files, file('runtime/worker.js')] })).toEqual([]);
  });

  it.each(['README.md', 'LICENSE'])('misses %s', (name) => {
    expect(contentFaults({ manifest, files: files.filter((one) => one.name !== name) })).toEqual([
      `${name} is missing`,
    ]);
  });

  it('misses a file that package.json names', () => {
    const without = files.filter(({ name }) => name !== 'dist/index.js');
    expect(contentFaults({ manifest, files: without })).toHaveLength(1);
    expect(contentFaults({ manifest: { ...manifest, bin: { lpfn: './dist/main.js' } }, files })).toHaveLength(1);
  });

  it.each([
    `import { Options } from 'got';`,
    `import type { Options } from "undici/types";`,
    `export { LRUCache } from 'lru-cache';`,
    `export { Queue } from 'bullmq';`,
    `export declare const x: import('jose').JWK;`,
  ])('refuses a third-party type in a declaration: %s', (text) => {
    expect(contentFaults({ manifest, files: [...files, file('dist/other.d.ts', text)] })).toHaveLength(1);
  });

  it('accepts our own types and those of Node', () => {
    const text = `import { A } from '@lp-functions/errors';\nimport { B } from 'node:http';\nexport { C } from './c.js';`;
    expect(contentFaults({ manifest, files: [...files, file('dist/other.d.ts', text)] })).toEqual([]);
  });
});

describe('manifestFaults', () => {
  it('accepts a manifest as pnpm packs it', () => {
    expect(manifestFaults(manifest)).toEqual([]);
  });

  it.each([
    ['the source condition', { exports: { '.': { source: './src/index.ts', default: './dist/index.js' } } }],
    ['a workspace range', { dependencies: { '@lp-functions/errors': 'workspace:^' } }],
    ['a link', { dependencies: { '@lp-functions/errors': 'link:../errors' } }],
    ['a file as a peer', { peerDependencies: { x: 'file:../x' } }],
    ['an install script', { scripts: { postinstall: 'node x.js' } }],
    ['no license', { license: undefined }],
    ['no list of files', { files: undefined }],
    ['nothing about side effects', { sideEffects: undefined }],
    ['J51: no export map, so that everything can be imported', { exports: undefined }],
    ['J51: an entry point for require alone', { main: './dist/index.js' }],
    ['a missing keyword', { keywords: ['faas'] }],
    ['no access', { publishConfig: { provenance: true } }],
    ['no provenance', { publishConfig: { access: 'public' } }],
    ['a registry', { publishConfig: { access: 'public', provenance: true, registry: 'x' } }],
  ])('refuses %s', (_, change) => {
    const changed = JSON.parse(JSON.stringify({ ...manifest, ...change }));
    expect(manifestFaults(changed)).toHaveLength(1);
  });
});

describe('repositoryFaults', () => {
  it('accepts one that leads to the sources, and nothing else', () => {
    expect(repositoryFaults(manifest, 'packages/http')).toEqual([]);
    expect(repositoryFaults(manifest, 'packages/https')).toHaveLength(1);
    expect(repositoryFaults({}, 'packages/http')).toHaveLength(2);
    expect(repositoryFaults({ repository: { ...manifest.repository, url: 'x' } }, 'packages/http')).toHaveLength(1);
  });
});

describe('what is installed', () => {
  const official = join(ROOT, 'apps', 'benchmarks', 'node_modules', 'liveperson-functions-client');

  it('J51: the official client brings libraries that nobody keeps', () => {
    const dormant = dormantFaults(installedPackages(official)).map((fault) => fault.split(' ')[0]);
    expect(dormant.sort()).toEqual(['got', 'guid-typescript', 'statman-stopwatch', 'verror']);
  });

  it.each(publishedPackages().map(({ manifest: { name }, directory }) => [name, directory]))(
    'J51, C23: %s brings none',
    (_, directory) => {
      expect(dormantFaults(installedPackages(directory))).toEqual([]);
    },
  );

  it('J51: the client brings half as many packages as the official one', () => {
    const ours = installedPackages(join(ROOT, 'packages', 'client'));
    expect(ours.length).toBeLessThanOrEqual(36);
    expect(installedPackages(official).length).toBeGreaterThan(60);
  });

  it('C23: so does lpfn, which is a tenth of what the official one brings', () => {
    expect(installedPackages(join(ROOT, 'apps', 'cli')).length).toBeLessThanOrEqual(64);
  });

  it.each(['request', 'request-promise-native', 'verror'])('C23: %s is refused wherever it comes from', (name) => {
    expect(dormantFaults([{ name, version: '2.88.2' }])).toHaveLength(1);
  });
});

describe('budgetFaults', () => {
  it('accepts what is within', () => {
    expect(budgetFaults({ unpackedKb: 10, dependencies: 1 }, { unpackedKb: 10, dependencies: 0 })).toEqual([]);
  });

  it('refuses what is over, unbudgeted or unknown', () => {
    expect(budgetFaults({ unpackedKb: 10 }, { unpackedKb: 11 })).toEqual(['unpackedKb is 11, the budget is 10']);
    expect(budgetFaults({}, { unpackedKb: 1 })).toHaveLength(1);
    expect(budgetFaults(undefined, { unpackedKb: 1 })).toHaveLength(1);
  });
});
