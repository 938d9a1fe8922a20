import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createFileTokenStore } from '../../src/index.ts';
import { expectNothingLeaked, rejectionOf } from '../identity-under-test.ts';

const TOKENS = { accessToken: 'tkn-access', refreshToken: 'tkn-refresh', obtainedAtMs: 1, expiresAtMs: 2 };
const folders: string[] = [];
let path: string;

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'lpfn-file-'));
  folders.push(parent);
  path = join(parent, 'deep', 'tokens');
});
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  expectNothingLeaked();
});

const modeOf = async (name: string): Promise<number> => (await stat(name)).mode & 0o777;
const fileOf = async (): Promise<string> =>
  join(
    path,
    (await readdir(path)).find((name) => name.includes('.tokens-'))!,
  );

test('nothing is made before something is written; then folder 0700, files 0600', async () => {
  const store = createFileTokenStore({ path });
  expect(await store.get('key')).toBeUndefined();
  await expect(stat(path)).rejects.toThrow('ENOENT');
  await store.withLock('key', ({ fence }) => store.set('key', TOKENS, { fence }));
  expect(await modeOf(path)).toBe(0o700);
  const names = await readdir(path);
  expect(names).toHaveLength(2);
  for (const name of names) expect(await modeOf(join(path, name))).toBe(0o600);
});

test('a folder or file that others can get at, or that is a symlink, is refused', async () => {
  const store = createFileTokenStore({ path });
  const unsafe = async (problem: string): Promise<void> => {
    const error = await rejectionOf(store.get('key'));
    expect(error).toMatchObject({ code: 'STORE_UNSAFE', message: expect.stringContaining(problem) as string });
  };
  await store.set('key', TOKENS);
  const file = await fileOf();
  await chmod(path, 0o750);
  await unsafe('mode 750');
  expect(await rejectionOf(store.set('key', TOKENS))).toMatchObject({ code: 'STORE_UNSAFE' });
  await chmod(path, 0o700);
  await chmod(file, 0o604);
  await unsafe('mode 604');
  const text = await readFile(file);
  await rm(file);
  await writeFile(join(path, 'elsewhere'), text, { mode: 0o600 });
  await symlink(join(path, 'elsewhere'), file);
  await unsafe('symlink');
  const link = `${path}-link`;
  await symlink(path, link);
  expect(await rejectionOf(createFileTokenStore({ path: link }).get('key'))).toMatchObject({ code: 'STORE_UNSAFE' });
  const plain = `${path}-file`;
  await writeFile(plain, '');
  expect(await rejectionOf(createFileTokenStore({ path: plain }).get('key'))).toMatchObject({ code: 'STORE_UNSAFE' });
});

test.runIf(process.getuid?.() === 0)('a foreign owner is refused', async () => {
  const { chown } = await import('node:fs/promises');
  const store = createFileTokenStore({ path });
  await store.set('key', TOKENS);
  await chown(path, 12_345, 12_345);
  expect((await rejectionOf(store.get('key')))['message']).toContain('belongs to user 12345');
});

test.each([0, 10, 60])('a file cut to %i bytes is set aside with an error, not emptied', async (bytes) => {
  const store = createFileTokenStore({ path });
  await store.set('key', TOKENS);
  await store.set('other', TOKENS);
  const file = await fileOf();
  await truncate(file, bytes);
  const errors = await Promise.all(
    ['key', 'other'].map((key) =>
      store.get(key).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  const [error] = errors.filter((one) => one !== undefined);
  expect(errors.filter((one) => one !== undefined)).toHaveLength(1);
  expect(error).toMatchObject({ code: 'STORE_CORRUPTED' });
  const aside = /renamed to (\S+)$/.exec((error as Error).message)![1]!;
  expect((await stat(aside)).size).toBe(bytes);
  await store.set('key', TOKENS);
  expect(await store.get('key')).toEqual(TOKENS);
});

test('a late write with an old fence is no write, even if it was checked before', async () => {
  const store = createFileTokenStore({ path });
  await store.withLock('key', ({ fence }) => store.set('key', TOKENS, { fence }));
  const old = await readFile(await fileOf());
  const name = await fileOf();
  await store.withLock('key', ({ fence }) => store.set('key', { ...TOKENS, accessToken: 'tkn-new' }, { fence }));
  // What an owner does that was paused between its check and its rename.
  await writeFile(name, old, { mode: 0o600 });
  expect((await store.get('key'))?.accessToken).toBe('tkn-new');
});

test('a write that fails leaves nothing half written, and what was there stays', async () => {
  const store = createFileTokenStore({ path });
  await store.withLock('key', ({ fence }) => store.set('key', TOKENS, { fence }));
  await store.withLock('key', async ({ fence }) => {
    const next = (await fileOf()).replace(/-\d+\.json$/, `-${String(fence)}.json`);
    await mkdir(join(next, 'in the way'), { recursive: true });
    await expect(store.set('key', { ...TOKENS, accessToken: 'tkn-new' }, { fence })).rejects.toThrow();
    await rm(next, { recursive: true });
  });
  expect((await readdir(path)).filter((name) => name.includes('draft'))).toEqual([]);
  expect(await store.get('key')).toEqual(TOKENS);
});

test('what a process left half written when it was killed is cleared away later, but not while it may be at work', async () => {
  const store = createFileTokenStore({ path });
  await store.set('key', TOKENS);
  const [old, young] = ['x.draft-old', 'x.draft-young'].map((name) => join(path, name)) as [string, string];
  for (const draft of [old, young]) await writeFile(draft, '{"tok', { mode: 0o600 });
  const minutesAgo = Date.now() / 1000 - 120;
  await utimes(old, minutesAgo, minutesAgo);
  await store.withLock('key', () => Promise.resolve());
  await expect(stat(old)).rejects.toThrow('ENOENT');
  expect((await stat(young)).size).toBe(5);
});

test('a lock that does not become free in time is STORE_FAILED, and the work is not done', async () => {
  const [owner, other] = [createFileTokenStore({ path }), createFileTokenStore({ path, waitMs: 60 })];
  let done = false;
  await owner.withLock('key', async () => {
    const waiting = other.withLock('key', () => {
      done = true;
      return Promise.resolve();
    });
    expect(await rejectionOf(waiting)).toMatchObject({ code: 'STORE_FAILED', retryable: true, fault: 'caller' });
  });
  expect(done).toBe(false);
  // It did not take the lock in passing.
  expect(await other.withLock('key', () => Promise.resolve('free'))).toBe('free');
});

test.each([
  ['a process of another machine', { pid: 1, machine: 'another' }],
  ['a process of this machine that is not ours', { pid: 1 }],
  ['nobody knows whom', 'nonsense'],
])('a lease of %s is waited for, and is over when it was not renewed for its time', async (_whose, owner) => {
  const store = createFileTokenStore({ path, leaseMs: 300 });
  await store.withLock('key', () => Promise.resolve());
  const lock = join(
    path,
    (await readdir(path)).find((name) => name.includes('.lock-'))!,
  );
  const { machine } = JSON.parse(await readFile(lock, 'utf8')) as { readonly machine: string };
  await writeFile(lock, typeof owner === 'string' ? owner : JSON.stringify({ machine, ...owner }), { mode: 0o600 });
  const { mtimeMs } = await stat(lock);
  const { fence, atMs } = await store.withLock('key', ({ fence }) => Promise.resolve({ fence, atMs: Date.now() }));
  expect(fence).toBe(2n);
  expect(atMs - mtimeMs).toBeGreaterThanOrEqual(299);
});

test('a folder that cannot be made is an error, not silence', async () => {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, '');
  await expect(createFileTokenStore({ path: join(path, 'below') }).set('key', TOKENS)).rejects.toThrow();
});
