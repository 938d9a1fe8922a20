import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeExports, publicEntries } from '../api-reference.mjs';

const FOLDER = join(import.meta.dirname, 'described');

it('refuses an export, or a member of one, without description, and a link to what does not exist', async () => {
  const out = await mkdtemp(join(tmpdir(), 'lp-functions-api-'));
  try {
    const faults = await describeExports(
      [
        { name: 'first', file: join(FOLDER, 'first.ts') },
        { name: 'second', file: join(FOLDER, 'second.ts') },
      ],
      { tsconfig: join(FOLDER, 'tsconfig.json'), out },
    );
    expect(faults).toHaveLength(3);
    expect(faults.join('\n')).toMatch(/undescribed.*does not have any documentation/);
    expect(faults.join('\n')).toMatch(/Greeting\.silent.*does not have any documentation/);
    expect(faults.join('\n')).toMatch(/Failed to resolve link to "nobodyKnows"/);
    // What a docstring names without importing it is found all the same.
    expect(await readFile(join(out, 'first', 'functions', 'hello.md'), 'utf8')).toContain(
      '[Trouble](../../second/classes/Trouble.md)',
    );
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});

it('knows every entry of every published package, and what others stand on before them', () => {
  const names = publicEntries().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['@lp-functions/client', '@lp-functions/http/testing']));
  expect(names.indexOf('@lp-functions/errors')).toBeLessThan(names.indexOf('@lp-functions/http'));
  expect(names.indexOf('@lp-functions/faas-invoker')).toBeLessThan(names.indexOf('@lp-functions/client'));
  expect(new Set(names).size).toBe(names.length);
});
