import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../workspace.mjs';

// The files need not exist: rules that need types are off here, the house rules need none.
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: [
    { files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked },
    { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } },
  ],
});

const HOUSE_RULES = [
  'no-console',
  'no-restricted-globals',
  'no-restricted-imports',
  'no-restricted-properties',
  'no-restricted-syntax',
];

async function houseFaults(file, code) {
  const [{ messages }] = await eslint.lintText(`${code}\n`, { filePath: join(ROOT, file) });
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.map(({ ruleId }) => ruleId).filter((ruleId) => HOUSE_RULES.includes(ruleId));
}

describe('a library file', () => {
  it.each([
    ['prints', `console.log('x');`],
    ['prints through an import', `import { log } from 'node:console';`],
    ['reads the environment', `export const x = process.env;`],
    ['reads the environment by destructuring', `export const { env } = process;`],
    ['reads the environment through an import', `import { env } from 'node:process';`],
    ['reads the environment through the global object', `export const x = globalThis.process;`],
    ['exits', `process.exit(1);`],
    ['sets the exit code', `process.exitCode = 1;`],
    ['uses the global fetch', `void fetch('https://example.com');`],
    ['has a default export', `export default 1;`],
    ['renames an export to default', `const x = 1; export { x as default };`],
    ['exports everything of another file', `export * from './x.ts';`],
    ['exports a namespace', `export * as x from './x.ts';`],
    ['imports the emulator', `import { startEmulator } from '@lp-functions/emulator';`],
    ['imports a module whose name is computed', `export const load = (name: string) => import(name);`],
  ])('is refused when it %s', async (_, code) => {
    expect(await houseFaults('packages/http/src/example.ts', code)).toHaveLength(1);
  });

  it.each(['got', 'undici', 'p-retry', 'lru-cache', 'bullmq'])('may not import %s in any form', async (name) => {
    for (const code of [
      `import x from '${name}';`,
      `import type { X } from '${name}';`,
      `import '${name}';`,
      `import { x } from '${name}/deep';`,
      `export { x } from '${name}';`,
      `export const load = () => import('${name}');`,
      `export type X = import('${name}').X;`,
      `export type X = typeof import('${name}');`,
      `import { createRequire } from 'node:module'; createRequire(import.meta.url); require('${name}');`,
    ]) {
      expect([code, ...(await houseFaults('packages/client/src/example.ts', code))]).toHaveLength(2);
    }
  });

  it('may use what only looks like one of them', async () => {
    const code = `import { got } from './got.ts'; import { x } from 'gotcha'; export const y = () => import('./undici.ts');`;
    expect(await houseFaults('packages/http/src/example.ts', code)).toEqual([]);
  });
});

describe('the file that owns a module', () => {
  it.each([
    ['got', 'packages/http/src/got-transport.ts'],
    ['undici', 'packages/http/src/undici-transport.ts'],
    ['p-retry', 'packages/http/src/retry-loop.ts'],
    ['lru-cache', 'packages/http/src/loading-cache.ts'],
    ['bullmq', 'packages/invocation-queue/src/queue-engine.ts'],
  ])('may import %s and no other one: %s', async (name, file) => {
    const own = `import type { X } from '${name}'; export const load = () => import('${name}');`;
    expect(await houseFaults(file, own)).toEqual([]);
    const other = name === 'got' ? 'undici' : 'got';
    expect(await houseFaults(file, `import '${other}'; void import('${other}');`)).toHaveLength(2);
    expect(await houseFaults(file, `console.log(1);`)).toHaveLength(1);
  });

  it('owns it in its own package only', async () => {
    expect(await houseFaults('packages/client/src/got-transport.ts', `import 'got';`)).toHaveLength(1);
  });
});

describe('a test', () => {
  it.each([
    ['asserts in a catch alone', `try { work(); } catch (error) { expect(error).toBe(1); }`],
    ['asserts in a handler of a rejection', `await work().catch((error) => { expect(error).toBe(1); });`],
    ['does so in one expression', `await work().catch((error) => expect(error).toBe(1));`],
    ['counts the assertions of another test', `it('a', () => expect.assertions(1)); it('b', () => { try { work(); } catch (error) { expect(error).toBe(1); } });`], // prettier-ignore
  ])('J53: is refused when it %s: it would pass when nothing fails', async (_, code) => {
    for (const file of ['packages/http/test/unit/example.test.ts', 'scripts/test/example.test.mjs']) {
      expect(await houseFaults(file, code)).toHaveLength(1);
    }
  });

  it.each([
    ['rejections are awaited', `await expect(work()).rejects.toThrow();`],
    ['success asserts, too', `try { expect(work()).toBe(1); } catch (error) { expect(error).toBe(2); }`],
    [
      'success goes on',
      `function f() { try { work(); } catch (error) { expect(error).toBe(1); return; } throw new Error(); }`,
    ],
    ['assertions are counted', `it('a', () => { expect.assertions(1); try { work(); } catch (error) { expect(error).toBe(1); } });`], // prettier-ignore
  ])('is accepted when %s', async (_, code) => {
    expect(await houseFaults('packages/http/test/unit/example.test.ts', code)).toEqual([]);
  });
});

describe('a promise that nobody waits for', () => {
  // These rules need types, so the file has to be one of the project.
  const typed = new ESLint({ cwd: ROOT });
  const promiseFaults = async (file, code) => {
    const [{ messages }] = await typed.lintText(code, { filePath: join(ROOT, file) });
    expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
    return messages.map(({ ruleId }) => ruleId).filter((ruleId) => /floating|misused/.test(ruleId));
  };

  it('C19: is refused in a library, in lpfn and in a test', { timeout: 120_000 }, async () => {
    for (const file of ['packages/errors/src/secret.ts', 'apps/cli/src/main.ts']) {
      expect(await promiseFaults(file, `Promise.reject(new Error('lost'));\n`)).toHaveLength(1);
    }
  });

  it('J53: so is an assertion about one', { timeout: 120_000 }, async () => {
    const code = `import { expect, test } from 'vitest';
test('x', () => { expect(Promise.resolve(1)).resolves.toBe(2); });\n`;
    expect(await promiseFaults('packages/errors/test/unit/secret.test.ts', code)).toHaveLength(1);
  });

  it('C19: is accepted when it is waited for, or said to be let go', { timeout: 120_000 }, async () => {
    const code = `await Promise.resolve();\nvoid Promise.resolve();\n`;
    expect(await promiseFaults('apps/cli/src/main.ts', code)).toEqual([]);
  });
});

describe('elsewhere', () => {
  it('the emulator and the apps may look at their process', async () => {
    const code = `console.log(process.env); process.exit(1);`;
    expect(await houseFaults('packages/emulator/src/example.ts', code)).toEqual([]);
    expect(await houseFaults('apps/cli/src/example.ts', code)).toEqual([]);
  });

  it('the emulator has named exports too', async () => {
    expect(await houseFaults('packages/emulator/src/example.ts', `export default 1;`)).toHaveLength(1);
  });
});
