import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { tokenStoreChecks } from '@lp-functions/sentinel-oauth/testing';
import { createRedisTokenStore } from '../../src/index.ts';
import { type ConnectedClient, KEYS, namesOf, type RedisUnderTest, redisUnderTest } from '../redis-under-test.ts';

const program = inject('redisServer');

describe.skipIf(program === undefined)('the Redis store keeps the promises of a store', () => {
  let redis: RedisUnderTest;
  let clients: ConnectedClient[];

  beforeAll(async () => {
    redis = await redisUnderTest(program);
    clients = await Promise.all([redis.connect(), redis.connect(), redis.connect()]);
  });
  afterAll(() => redis.close());

  let opened = 0;
  const checks = tokenStoreChecks({
    // Each with a connection of its own, as another process would have.
    open: () => createRedisTokenStore({ client: clients[(opened += 1) % 3]!, encryptionKeys: KEYS, leaseMs: 1_000 }),
    // A process that is paused does not renew its lease, so that Redis forgets it.
    async pauseOwner(key) {
      await clients[0]!.del(namesOf(key).lock);
    },
  });
  for (const { name, run } of checks) test(name, run);
});
