import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { tokenStoreChecks } from '@lp-functions/sentinel-oauth/testing';
import { createCluster } from 'redis';
import { createClient as createClient5 } from 'redis-5';
import { createRedisTokenStore, type RedisClient } from '../../src/index.ts';
import { KEYS, namesOf, type RedisUnderTest, redisUnderTest } from '../redis-under-test.ts';

const program = inject('redisServer');

/** What makes clients of one kind, and closes them. */
interface ClientKind {
  readonly what: string;
  readonly settings: readonly string[];
  connect(redis: RedisUnderTest): Promise<RedisClient & { del(key: string): Promise<number>; destroy(): void }>;
}

const KINDS: readonly ClientKind[] = [
  { what: 'redis 6', settings: [], connect: (redis) => redis.connect() },
  {
    what: 'redis 5',
    settings: [],
    async connect({ server }) {
      const client = createClient5({ url: server.url });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
  },
  {
    what: 'a cluster',
    settings: ['--cluster-enabled', 'yes'],
    async connect({ server }) {
      const cluster = createCluster({ rootNodes: [{ url: server.url }] });
      cluster.on('error', () => undefined);
      await cluster.connect();
      return cluster;
    },
  },
];

describe.skipIf(program === undefined).each(KINDS)(
  'the Redis store keeps the promises of a store, on $what',
  (kind) => {
    let redis: RedisUnderTest;
    let clients: Awaited<ReturnType<ClientKind['connect']>>[];

    beforeAll(async () => {
      redis = await redisUnderTest(program, { settings: kind.settings });
      if (kind.settings.length > 0) await formCluster(redis);
      clients = await Promise.all([kind.connect(redis), kind.connect(redis), kind.connect(redis)]);
    });
    afterAll(async () => {
      for (const client of clients) client.destroy();
      await redis.close();
    });

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
  },
);

/** One server that has all slots is a cluster, and refuses scripts whose keys are of several. */
async function formCluster(redis: RedisUnderTest): Promise<void> {
  const client = await redis.connect();
  await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
  while (!String(await client.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok')) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
