import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../child-process.mjs';
import { layerFaults } from '../layer-rules.mjs';
import { readJson, ROOT, workspacePackages } from '../workspace.mjs';

let copy;

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'lp-functions-layers-'));
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'turbo.json']) {
    await cp(join(ROOT, file), join(copy, file));
  }
  for (const { folder, directory } of workspacePackages()) {
    await mkdir(join(copy, folder, 'src'), { recursive: true });
    for (const file of ['package.json', 'turbo.json']) await cp(join(directory, file), join(copy, folder, file));
  }
});

afterEach(() => rm(copy, { recursive: true, force: true }));

describe('turbo boundaries', () => {
  it('accepts the workspace as it is', async () => {
    expect(await boundaries()).toMatchObject({ code: 0 });
  });

  it.each([
    ['packages/errors', '@lp-functions/client'],
    ['packages/errors', '@lp-functions/http'],
    ['packages/http', '@lp-functions/domain-discovery'],
    ['packages/domain-discovery', '@lp-functions/sentinel-oauth'],
    ['packages/sentinel-oauth', '@lp-functions/faas-invoker'],
    ['packages/faas-invoker', '@lp-functions/domain-discovery'],
    ['packages/faas-invoker', '@lp-functions/client'],
    ['packages/client', '@lp-functions/cli'],
    ['packages/emulator', '@lp-functions/errors'],
    ['apps/benchmarks', '@lp-functions/cli'],
  ])('refuses %s -> %s, as dependency or devDependency', async (folder, target) => {
    for (const kind of ['dependencies', 'devDependencies']) {
      const manifest = readJson(join(ROOT, folder, 'package.json'));
      await writeManifest(folder, { ...manifest, [kind]: { ...manifest[kind], [target]: 'workspace:^' } });
      const { code, output } = await boundaries();
      expect(code).toBe(1);
      expect(output).toContain(`\`${target}\``);
    }
  });

  it.each([
    `import { x } from '@lp-functions/client';`,
    `import type { X } from '@lp-functions/client';`,
    `export { x } from '@lp-functions/client';`,
    `export const x = await import('@lp-functions/client');`,
    `export { x } from '../../client/src/index.ts';`,
  ])('refuses an arrow that only the source has: %s', async (statement) => {
    await writeFile(join(copy, 'packages/client/src/index.ts'), 'export const x = 1;\n');
    await writeFile(join(copy, 'packages/errors/src/index.ts'), `${statement}\n`);
    expect(await boundaries()).toMatchObject({ code: 1 });
  });

  it.each(['errors', 'http', 'domain-discovery', 'sentinel-oauth', 'faas-invoker', 'client'])(
    'lets the tests of packages/%s use the emulator',
    async (name) => {
      const manifest = readJson(join(ROOT, 'packages', name, 'package.json'));
      const devDependencies = { ...manifest.devDependencies, '@lp-functions/emulator': 'workspace:^' };
      await writeManifest(`packages/${name}`, { ...manifest, devDependencies });
      expect(await boundaries()).toMatchObject({ code: 0 });
    },
  );
});

describe('layerFaults', () => {
  const known = ['layer-http', 'layer-app'];
  const http = { group: 'packages', folder: 'packages/http', manifest: { name: 'http' }, tags: ['layer-http'] };
  const emulator = { '@lp-functions/emulator': 'workspace:^' };

  it('accepts a tagged package, the emulator for tests and the emulator in an app', () => {
    const app = {
      group: 'apps',
      folder: 'apps/cli',
      manifest: { name: 'cli', dependencies: emulator },
      tags: ['layer-app'],
    };
    const tested = { ...http, manifest: { name: 'http', devDependencies: emulator } };
    expect(layerFaults([tested, app], known)).toEqual([]);
  });

  it.each([
    ['no tag', { tags: [] }],
    ['the tag of another layer', { tags: ['layer-app'] }],
    ['two tags', { tags: ['layer-http', 'layer-app'] }],
    ['the emulator as a dependency', { manifest: { name: 'http', dependencies: emulator } }],
    ['the emulator as a peer dependency', { manifest: { name: 'http', peerDependencies: emulator } }],
    ['a layer without rules', { folder: 'packages/new', tags: ['layer-new'] }],
  ])('refuses %s', (_, change) => {
    expect(layerFaults([{ ...http, ...change }], known)).toHaveLength(1);
  });

  it('refuses a published package that needs a private one', () => {
    const secret = { ...http, manifest: { name: 'secret', private: true } };
    const user = { ...http, manifest: { name: 'user', dependencies: { secret: 'workspace:^' } } };
    expect(layerFaults([secret, user], known)).toEqual([
      'packages/http is published and depends on secret, which is not',
    ]);
  });
});

function boundaries() {
  return run('turbo', ['boundaries', '--no-color'], { cwd: copy, capture: true });
}

function writeManifest(folder, manifest) {
  return writeFile(join(copy, folder, 'package.json'), JSON.stringify(manifest));
}
