import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { StoredTokens } from '@lp-functions/sentinel-oauth';
import { createRedisTokenStore, type RedisTokenStoreOptions } from '../../src/index.ts';
import { type ConnectedClient, KEYS, namesOf, type RedisUnderTest, redisUnderTest } from '../redis-under-test.ts';

const program = inject('redisServer');
const KEY = JSON.stringify([
  'https://va.sentinel.liveperson.net',
  '12345678',
  'client-id-7d3c',
  'user',
  'jane@example.com',
]);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function tokens(more: Partial<StoredTokens> = {}): StoredTokens {
  return { accessToken: 'access-token-abc', obtainedAtMs: Date.now(), expiresAtMs: Date.now() + HOUR_MS, ...more };
}

describe.skipIf(program === undefined)('a token store on Redis', () => {
  let redis: RedisUnderTest;
  let client: ConnectedClient;
  let other: ConnectedClient;

  beforeAll(async () => {
    redis = await redisUnderTest(program);
    [client, other] = await Promise.all([redis.connect(), redis.connect()]);
  });
  beforeEach(() => client.flushAll());
  afterAll(() => redis.close());

  const open = (options: Partial<RedisTokenStoreOptions> = {}) =>
    createRedisTokenStore({ client, encryptionKeys: KEYS, ...options });

  test('what is in Redis shows no token, and neither host, account, client nor user', async () => {
    const secret = { accessToken: 'access-token-abc', refreshToken: 'refresh-token-def', idToken: 'id-token-ghi' };
    await open().set(KEY, tokens(secret));
    await open().withLock(KEY, async ({ fence }) => open().set(KEY, tokens(secret), { fence }));
    const kept: unknown[] = [];
    for (const name of await client.keys('*')) kept.push(name, await client.get(name));
    const shown = inspect(kept, { depth: 10, maxStringLength: Infinity });
    expect(kept.length).toBeGreaterThan(2);
    expect(shown).not.toMatch(/token-abc|token-def|token-ghi|sentinel|liveperson|12345678|7d3c|jane|example/);
    for (const text of Object.values(secret)) {
      expect(shown).not.toContain(Buffer.from(text).toString('base64').slice(0, 12));
      expect(shown).not.toContain(Buffer.from(text).toString('hex'));
    }
  });

  test('keys are rotated: the new one seals, the old one still opens, and a write seals anew', async () => {
    const [first, second] = [KEYS[0]!, { id: 'k2', secret: randomBytes(32) }];
    await open({ encryptionKeys: [first] }).set(KEY, tokens());
    const rotating = open({ encryptionKeys: [second, first] });
    const read = await rotating.get(KEY);
    expect(read?.accessToken).toBe('access-token-abc');
    await rotating.set(KEY, read!);
    expect(await client.get(namesOf(KEY).tokens)).toMatch(/^lpfn1\.k2\./);
    expect((await open({ encryptionKeys: [second] }).get(KEY))?.accessToken).toBe('access-token-abc');
  });

  test('tokens sealed with a key that is not given are an error that names it, and stay where they are', async () => {
    await open().set(KEY, tokens());
    const before = await client.get(namesOf(KEY).tokens);
    const stranger = open({ encryptionKeys: [{ id: 'k9', secret: randomBytes(32) }] });
    await expect(stranger.get(KEY)).rejects.toMatchObject({
      name: 'SentinelOAuthError',
      code: 'STORE_KEY_UNKNOWN',
      retryable: false,
      message: expect.stringContaining('k1'),
      hint: expect.stringContaining('k1'),
    });
    expect(await client.get(namesOf(KEY).tokens)).toBe(before);
  });

  test.each([
    [
      'the same id with another secret',
      () => createRedisTokenStore({ client, encryptionKeys: [{ id: 'k1', secret: randomBytes(32) }] }),
      undefined,
    ],
    ['tokens of somebody else, copied here', () => open(), 'copy'],
    ['something that was never sealed', () => open(), '{"accessToken":"forged","obtainedAtMs":1,"expiresAtMs":9e15}'],
  ])('%s is an error, never tokens and never "no tokens"', async (_what, make, content) => {
    await open().set(KEY, tokens());
    await open().set('somebody else', tokens({ accessToken: 'theirs' }));
    const { tokens: name } = namesOf(KEY);
    if (content !== undefined) {
      await client.set(name, content === 'copy' ? (await client.get(namesOf('somebody else').tokens))! : content);
    }
    await expect(make().get(KEY)).rejects.toMatchObject({ code: 'STORE_CORRUPTED', retryable: false });
    expect(await client.exists(name)).toBe(1);
  });

  test.each([
    ['an access token, for its life and a minute', {}, HOUR_MS + 60_000],
    ['one that has expired, for a minute', { expiresAtMs: 2 }, 60_000],
    ['a refresh token, for 30 days unless told', { refreshToken: 'r' }, 30 * DAY_MS + 60_000],
    ['that a login is required, as long as a refresh token', { loginRequired: true }, 30 * DAY_MS + 60_000],
    [
      'an access token that outlives the refresh token',
      { refreshToken: 'r', expiresAtMs: Date.now() + 60 * DAY_MS },
      60 * DAY_MS + 60_000,
    ],
  ])('Redis keeps %s', async (_what, more, expectedMs) => {
    await open().set(KEY, tokens(more));
    const leftMs = await client.pTTL(namesOf(KEY).tokens);
    expect(leftMs).toBeLessThanOrEqual(expectedMs);
    expect(leftMs).toBeGreaterThan(expectedMs - 20_000);
  });

  test('the life of a refresh token is an option', async () => {
    await open({ refreshTokenLifeMs: HOUR_MS }).set(KEY, tokens({ refreshToken: 'r', expiresAtMs: Date.now() }));
    expect(await client.pTTL(namesOf(KEY).tokens)).toBeLessThanOrEqual(HOUR_MS + 60_000);
  });

  test('fences grow also when Redis has forgotten everything, and an owner from before can write nothing', async () => {
    const before = await open().withLock(KEY, ({ fence }) => Promise.resolve(fence));
    await client.flushAll();
    const after = await open().withLock(KEY, async ({ fence }) => {
      await open().set(KEY, tokens({ accessToken: 'new' }), { fence });
      return fence;
    });
    expect(after).toBeGreaterThan(before);
    await expect(open().set(KEY, tokens({ accessToken: 'old' }), { fence: before })).rejects.toMatchObject({
      code: 'LOCK_LOST',
    });
    expect((await open().get(KEY))?.accessToken).toBe('new');
  });

  test('a fence does not fall behind when the clock of Redis does', async () => {
    const future = String((Date.now() + HOUR_MS) * 1_000);
    await client.set(namesOf(KEY).fence, future);
    expect(await open().withLock(KEY, ({ fence }) => Promise.resolve(fence))).toBe(BigInt(future) + 1n);
  });

  test('what was deleted is not brought back by an owner that was overtaken', async () => {
    const late = await open().withLock(KEY, ({ fence }) => Promise.resolve(fence));
    await open().withLock(KEY, ({ fence }) => open().set(KEY, tokens(), { fence }));
    await open().delete(KEY);
    await expect(open().set(KEY, tokens(), { fence: late })).rejects.toMatchObject({ code: 'LOCK_LOST' });
    expect(await open().get(KEY)).toBeUndefined();
  });

  test('a lease that is renewed outlives its length; work that takes long is not disturbed', async () => {
    const store = open({ leaseMs: 200 });
    await store.withLock(KEY, async (lease) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(lease.signal.aborted).toBe(false);
      await store.set(KEY, tokens(), { fence: lease.fence });
    });
    expect(await client.exists(namesOf(KEY).lock)).toBe(0);
  });

  test('who waits for the lock longer than allowed is told so', async () => {
    await open().withLock(KEY, async () => {
      await expect(open({ client: other, waitMs: 100 }).withLock(KEY, () => Promise.resolve())).rejects.toMatchObject({
        code: 'STORE_FAILED',
        retryable: true,
        message: expect.stringContaining('100 ms'),
      });
    });
  });

  test('a lock of an owner that is gone is taken when its lease has run out, not much later', async () => {
    await client.set(namesOf(KEY).lock, '1', { PX: 300 });
    expect(await open().withLock(KEY, () => Promise.resolve('mine'))).toBe('mine');
  });

  test('two stores with different prefixes share nothing', async () => {
    await open({ prefix: 'one' }).set(KEY, tokens());
    expect(await open({ prefix: 'two' }).get(KEY)).toBeUndefined();
    expect(await client.exists(namesOf(KEY, 'one').tokens)).toBe(1);
  });

  test('a Redis that refuses is told by its words', async () => {
    await client.lPush(namesOf(KEY).tokens, 'a list');
    await expect(open().get(KEY)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      retryable: false,
      message: expect.stringContaining('WRONGTYPE'),
    });
  });

  test('printing the store shows no key', async () => {
    const text = Buffer.from(KEYS[0]!.secret as Uint8Array).toString('base64');
    expect(inspect(open(), { depth: 10, showHidden: true })).not.toContain(text.slice(0, 12));
  });
});

describe('options', () => {
  const client = { isOpen: true, get: async () => null, eval: async () => 1, evalSha: async () => 1 };
  const good = { client, encryptionKeys: KEYS };
  test.each([
    [{ encryptionKeys: KEYS }, 'client'],
    [{ ...good, client: 'redis://localhost' }, 'client'],
    [{ client }, 'encryptionKeys'],
    [{ ...good, encryptionKeys: [] }, 'encryptionKeys'],
    [{ ...good, encryptionKeys: [{ id: 'k', secret: 'short' }] }, 'encryptionKeys[0].secret'],
    [{ ...good, prefix: 'a{b}' }, 'prefix'],
    [{ ...good, prefix: '' }, 'prefix'],
    [{ ...good, refreshTokenLifeMs: 0 }, 'refreshTokenLifeMs'],
    [{ ...good, leaseMs: 50 }, 'leaseMs'],
    [{ ...good, waitMs: -1 }, 'waitMs'],
    [{ ...good, commandTimeoutMs: NaN }, 'commandTimeoutMs'],
    [{ ...good, url: 'redis://localhost' }, 'url'],
  ])('are checked at once, and the error names the wrong one: %#', (options, option) => {
    expect(() => createRedisTokenStore(options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    );
  });
});
