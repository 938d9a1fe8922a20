import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createFileTokenStore, createMemoryTokenStore } from '../../src/index.ts';
import { tokenStoreChecks } from '../../src/testing.ts';

let parent: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lpfn-store-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

describe('the memory store keeps the promises of a store', () => {
  const store = createMemoryTokenStore();
  for (const { name, run } of tokenStoreChecks({ open: () => store })) test(name, run);
});

describe('the file store keeps the promises of a store', () => {
  const checks = tokenStoreChecks({
    open: () => createFileTokenStore({ path: join(parent, 'tokens'), leaseMs: 2_000 }),
    // A process that is paused does not renew its lease: seen from others, its file grows old.
    async pauseOwner(key) {
      const id = createHash('sha256').update(key).digest('hex');
      const long = Date.now() / 1000 - 60;
      const locks = (await readdir(join(parent, 'tokens'))).filter((name) => name.startsWith(`${id}.lock-`));
      for (const name of locks) await utimes(join(parent, 'tokens', name), long, long);
    },
  });
  for (const { name, run } of checks) test(name, run);
});
