import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { startEmulator } from '@lp-functions/emulator';
import { type Authorizer, createHttpClient, createUndiciTransport, systemClock } from '@lp-functions/http';
import { clientCredentials, createSentinelClient, createTokenSource, userTokens } from '@lp-functions/sentinel-oauth';
import { createRedisTokenStore } from '../../src/index.ts';
import { type ConnectedClient, KEYS, type RedisUnderTest, redisUnderTest } from '../redis-under-test.ts';

const program = inject('redisServer');
type Emulator = Awaited<ReturnType<typeof startEmulator>>;

describe.skipIf(program === undefined)('while Redis is away', () => {
  let redis: RedisUnderTest;
  let client: ConnectedClient;
  let emulator: Emulator;
  const warnings: string[] = [];

  beforeEach(async () => {
    redis = await redisUnderTest(program, { appendOnly: true });
    client = await redis.connect();
    emulator = await startEmulator({ spareInstances: 0 });
    warnings.length = 0;
  });
  afterEach(async () => {
    await redis.close();
    await emulator.close();
  });

  const REQUEST = { url: 'https://gw.example/', method: 'POST' };
  const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  // The limit of a command is longer than the test may take: what fails has not waited for it.
  const store = () => createRedisTokenStore({ client, encryptionKeys: KEYS, commandTimeoutMs: 600_000 });

  function context(tokenStore = store()) {
    return {
      accountId: emulator.accountId,
      sentinelDomain: () => Promise.resolve(emulator.discoveryUrl),
      http: createHttpClient({ transport: createUndiciTransport(), logger }),
      clock: systemClock,
      tokenStore,
      onEvent: undefined,
    };
  }

  async function killRedis(): Promise<void> {
    await redis.server.kill();
    while (client.isReady) await delay(5);
  }

  async function backAgain(): Promise<void> {
    await redis.server.start();
    while (!client.isReady) await delay(5);
  }

  function user(tokenStore = store()): Authorizer {
    return userTokens({ ...emulator.apps.default, subject: 'jane', renewAfterMs: 600_000 })(context(tokenStore));
  }

  async function logIn(): Promise<void> {
    const { accessToken, refreshToken } = emulator.users.issueTokens(emulator.users.default.loginName);
    const key = JSON.stringify([
      emulator.discoveryUrl,
      emulator.accountId,
      emulator.apps.default.clientId,
      'user',
      'jane',
    ]);
    const now = Date.now();
    await store().set(key, { accessToken, refreshToken, obtainedAtMs: now, expiresAtMs: now + 3_600_000 });
  }

  test('callers with a live token go on; others get a typed error at once; all goes on without a restart', async () => {
    await logIn();
    const [holder, newcomer] = [user(), user()];
    const before = await holder.authorize(REQUEST);
    await killRedis();
    expect(await holder.authorize(REQUEST)).toEqual(before);
    await expect(newcomer.authorize(REQUEST)).rejects.toMatchObject({
      name: 'SentinelOAuthError',
      code: 'STORE_FAILED',
      retryable: true,
      executed: 'no',
      hint: expect.stringContaining('Redis'),
    });
    // No refresh token was spent without the lock.
    expect(emulator.requests.count({ operation: 'token' })).toBe(0);
    await backAgain();
    expect(await newcomer.authorize(REQUEST)).toEqual(before);
  });

  test('client credentials cost nothing to obtain: without Redis each process gets its own, unless the lock is required', async () => {
    await killRedis();
    const own = clientCredentials(emulator.apps.default)(context());
    expect((await own.authorize(REQUEST))['authorization']).toMatch(/^Bearer /);
    expect(warnings).toContain('the token store could not be locked; tokens are obtained for this process alone');

    const { accountId, sentinelDomain, http } = context();
    const sentinel = createSentinelClient({ ...emulator.apps.default, accountId, sentinelDomain, http });
    const strict = createTokenSource(() => sentinel.clientCredentials(), {
      store: store(),
      key: () => 'app',
      lockRequired: true,
    });
    await expect(strict.get()).rejects.toMatchObject({ code: 'STORE_FAILED', retryable: true });
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(1);
    await backAgain();
    // The refusal is not remembered against Redis for long.
    await expect
      .poll(
        () =>
          strict.get().then(
            () => 'token',
            () => 'error',
          ),
        { timeout: 15_000 },
      )
      .toBe('token');
  });

  test('tokens survive a restart of Redis that keeps an append-only file', async () => {
    await store().set('key', { accessToken: 'a', obtainedAtMs: 1, expiresAtMs: 2 });
    await killRedis();
    await backAgain();
    expect((await store().get('key'))?.accessToken).toBe('a');
  });

  test('an owner whose Redis is restarted meanwhile keeps its lease and can write', async () => {
    const tokenStore = store();
    await tokenStore.withLock('key', async (lease) => {
      await killRedis();
      await backAgain();
      await tokenStore.set('key', { accessToken: 'mine', obtainedAtMs: 1, expiresAtMs: 2 }, lease);
      expect(lease.signal.aborted).toBe(false);
    });
    expect((await tokenStore.get('key'))?.accessToken).toBe('mine');
  });

  test('an owner whose Redis is away for longer than its lease is told, and gives back nothing of another’s', async () => {
    const tokenStore = createRedisTokenStore({ client, encryptionKeys: KEYS, leaseMs: 300 });
    await tokenStore.withLock('key', async ({ signal, fence }) => {
      await killRedis();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      expect(signal.reason).toMatchObject({ code: 'LOCK_LOST' });
      await backAgain();
      await store().withLock('key', (next) => {
        expect(next.fence).toBeGreaterThan(fence);
        return Promise.resolve();
      });
      await expect(
        tokenStore.set('key', { accessToken: 'late', obtainedAtMs: 1, expiresAtMs: 2 }, { fence }),
      ).rejects.toMatchObject({ code: 'LOCK_LOST' });
    });
  });

  test('a Redis that hangs (SIGSTOP) is not waited for longer than told', async () => {
    const impatient = createRedisTokenStore({ client, encryptionKeys: KEYS, commandTimeoutMs: 200 });
    process.kill(redis.server.pid, 'SIGSTOP');
    try {
      await expect(impatient.get('key')).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringContaining('200 ms'),
      });
    } finally {
      process.kill(redis.server.pid, 'SIGCONT');
    }
    expect(await impatient.get('key')).toBeUndefined();
  });

  test('a client that was never connected is named as the cause', async () => {
    client.destroy();
    await expect(store().get('key')).rejects.toMatchObject({
      code: 'STORE_FAILED',
      retryable: false,
      message: expect.stringContaining('not connected'),
    });
  });
});
