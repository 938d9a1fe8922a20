import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startEmulator } from '@lp-functions/emulator';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type Child, startChild } from '../../../../tools/child-process.ts';
// @boundaries-ignore: see above.
import { bundleChild, type ChildProgram } from '../../../../tools/child-program.ts';
import { createRedisTokenStore } from '../../src/index.ts';
import { type RedisUnderTest, redisUnderTest } from '../redis-under-test.ts';

const program = inject('redisServer');
const SOAK = process.env['LPFN_TEST_SOAK'] === '1';
const PROCESSES = 8;
const LIFETIMES = SOAK ? 10 : 2;
const LIFETIME_SECONDS = 5;
const SECRET = randomBytes(32).toString('base64');
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(program === undefined)('processes that share tokens through Redis', () => {
  let child: ChildProgram;
  let redis: RedisUnderTest;
  const children: Child[] = [];

  beforeAll(async () => {
    child = await bundleChild(join(import.meta.dirname, '../sharing-child.ts'));
    redis = await redisUnderTest(program);
  });
  afterAll(async () => {
    for (const { process } of children) process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await redis.close();
    await child.remove();
  });

  function start(orders: object): Child {
    const started = startChild(child.file, { redisUrl: redis.server.url, secret: SECRET, leaseMs: 2_000, ...orders });
    children.push(started);
    return started;
  }

  test(
    `${PROCESSES} processes, one account, ${LIFETIMES} lifetimes of ${LIFETIME_SECONDS} s: one token request per lifetime in all`,
    { timeout: 120_000 },
    async () => {
      await using emulator = await disposableEmulator();
      const { clientId, clientSecret } = emulator.apps.default;
      const shared = { sentinelUrl: emulator.discoveryUrl, accountId: emulator.accountId, clientId, clientSecret };
      const all = Array.from({ length: PROCESSES }, () => start(shared));
      await Promise.all(all.map((one) => one.heard('ready')));
      for (const one of all) one.tell('ask');
      await delay(LIFETIMES * LIFETIME_SECONDS * 1_000);
      for (const one of all) one.tell('stop');
      await Promise.all(all.map(({ ended }) => ended));

      const used = all.map(({ said }) => said.flatMap(({ token }) => (typeof token === 'string' ? [token] : [])));
      expect(all.flatMap(({ said }) => said).filter((line) => 'failed' in line || 'stderr' in line)).toEqual([]);
      const requests = emulator.requests.count({ operation: 'appToken' });
      const tokens = new Set(used.flat());
      // Every request brought a token that was used, by every process, and was then kept to until its renewal.
      expect(tokens.size).toBe(requests);
      for (const sequence of used) expect(new Set(sequence).size).toBe(sequence.length);
      const last = used[0]?.at(-1);
      for (const token of tokens) {
        if (token !== last) expect(used.filter((sequence) => sequence.includes(token))).toHaveLength(PROCESSES);
      }
      // A token is renewed when a fifth of its life is left.
      expect(requests).toBeGreaterThanOrEqual(LIFETIMES);
      expect(requests).toBeLessThanOrEqual(Math.ceil((LIFETIMES * LIFETIME_SECONDS) / (LIFETIME_SECONDS * 0.8)) + 1);
    },
  );

  test('an owner that is stopped (SIGSTOP) past its lease loses it: LOCK_LOST for its write, the other’s tokens stay', async () => {
    const stopped = start({ leaseMs: 500 });
    await stopped.heard('ready');
    stopped.tell('lock');
    await stopped.heard('locked');
    stopped.process.kill('SIGSTOP');
    const store = createRedisTokenStore({
      client: await redis.connect(),
      encryptionKeys: [{ id: 'k1', secret: SECRET }],
      leaseMs: 500,
    });
    const mine = { accessToken: 'mine', obtainedAtMs: 1, expiresAtMs: 2 };
    await store.withLock('key', ({ fence }) => store.set('key', mine, { fence }));
    stopped.process.kill('SIGCONT');
    stopped.tell('write');
    expect(await stopped.heard('code')).toEqual({ code: 'LOCK_LOST', lost: expect.any(Boolean) });
    expect(await store.get('key')).toEqual(mine);
    // Its signal is aborted with the next beat.
    stopped.tell('stop');
    await stopped.ended;
  });

  test('an owner that was killed is waited for no longer than its lease', async () => {
    const killed = start({ leaseMs: 500 });
    await killed.heard('ready');
    killed.tell('lock');
    await killed.heard('locked');
    killed.process.kill('SIGKILL');
    await killed.ended;
    const store = createRedisTokenStore({
      client: await redis.connect(),
      encryptionKeys: [{ id: 'k1', secret: SECRET }],
      waitMs: 5_000,
    });
    expect(await store.withLock('key', () => Promise.resolve('free'))).toBe('free');
  });
});

async function disposableEmulator() {
  const emulator = await startEmulator({ appTokenLifetimeSeconds: LIFETIME_SECONDS, spareInstances: 0 });
  return Object.assign(emulator, { [Symbol.asyncDispose]: () => emulator.close() });
}
