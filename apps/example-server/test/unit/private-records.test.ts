import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPrivateRecords, type PrivateRecords } from '../../src/storage/private-records.ts';

const TTL_MS = 60_000;
let path: string;
let records: PrivateRecords<{ readonly n: number }>;
/** As another process has it open. */
let others: PrivateRecords<{ readonly n: number }>;

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'lp-functions-records-')), 'records');
  records = await openPrivateRecords({ path, ttlMs: TTL_MS });
  others = await openPrivateRecords({ path, ttlMs: TTL_MS });
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

async function age(ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  for (const name of await readdir(path)) await utimes(join(path, name), then, then);
}

describe('records', () => {
  test('are shared by all who open the folder', async () => {
    await records.set('id', { n: 1 });
    expect(await others.get('id')).toEqual({ n: 1 });
    await others.set('id', { n: 2 });
    expect(await records.get('id')).toEqual({ n: 2 });
    expect(await records.get('other')).toBeUndefined();
  });

  test('are for this user only, and not named after their ids', async () => {
    await records.set('a-session-id', { n: 1 });
    await records.create('../../escape', { n: 1 });
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(path)) {
      expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
      expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
    }
  });

  test('that are created by many at once have one creator', async () => {
    const created = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? records : others).create('id', { n })),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await records.get('id')).toEqual({ n: created.indexOf(true) });
    expect((await readdir(path)).filter((name) => !name.endsWith('.json'))).toEqual([]);
  });

  test('are never seen half written', async () => {
    const long = { n: 0, text: 'x'.repeat(100_000) };
    await records.set('id', long);
    const writing = Promise.all(Array.from({ length: 30 }, (_, n) => others.set('id', { ...long, n })));
    for (let round = 0; round < 60; round += 1) expect(await records.get('id')).toMatchObject({ text: long.text });
    await writing;
  });

  test('that ended are not brought back, neither by a late write nor by a late touch', async () => {
    await records.set('id', { n: 1 });
    await records.end('id');
    await others.set('id', { n: 2 });
    await others.touch('id');
    expect(await records.get('id')).toBeUndefined();
    // Not even when the memory of their end grows old.
    await age(TTL_MS + 1);
    expect(await records.get('id')).toBeUndefined();
  });

  test('run out, unless they are touched', async () => {
    await records.set('kept', { n: 1 });
    await records.set('left', { n: 2 });
    await age(TTL_MS - 1_000);
    await records.touch('kept');
    await records.touch('nothing');
    expect(await records.get('left')).toEqual({ n: 2 });
    const later = new Date(Date.now() - TTL_MS - 1);
    const [left] = await Promise.all(
      (await readdir(path)).map(async (name) => ({ name, at: (await stat(join(path, name))).mtimeMs })),
    ).then((files) => files.sort((one, other) => one.at - other.at));
    await utimes(join(path, left!.name), later, later);
    expect(await records.get('left')).toBeUndefined();
    // What fails is tried again the next time.
    await expect(records.sweep(() => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
    const swept: unknown[] = [];
    await records.sweep(async (value) => void swept.push(value));
    await records.sweep(async (value) => void swept.push(value));
    expect(swept).toEqual([{ n: 2 }]);
    expect(await readdir(path)).toHaveLength(1);
    expect(await records.get('kept')).toEqual({ n: 1 });
  });

  test('that cannot be read are as good as gone', async () => {
    await records.set('id', { n: 1 });
    const [name] = await readdir(path);
    await writeFile(join(path, name!), '{"n":');
    expect(await records.get('id')).toBeUndefined();
  });
});
