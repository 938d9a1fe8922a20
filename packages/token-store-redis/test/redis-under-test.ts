import { createHash, randomBytes } from 'node:crypto';
import { createClient } from 'redis';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type RedisServer, type RedisServerOptions, startRedis } from '../../../tools/redis-server.mjs';
import type { EncryptionKey, RedisClient } from '../src/index.ts';

/** What tests use of the library's client, whose own type has as many parameters as Redis has modules. */
export interface ConnectedClient extends RedisClient {
  readonly isReady: boolean;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options?: { PX: number }): Promise<unknown>;
  del(key: string): Promise<number>;
  exists(key: string): Promise<number>;
  keys(pattern: string): Promise<string[]>;
  pTTL(key: string): Promise<number>;
  lPush(key: string, value: string): Promise<number>;
  flushAll(): Promise<unknown>;
  destroy(): void;
}

/** A client of the library, as its documentation makes one, that comes back soon after Redis does. */
export async function connectTo(url: string): Promise<ConnectedClient> {
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A Redis, with clients that are closed together with it. */
export interface RedisUnderTest {
  readonly server: RedisServer;
  connect(): Promise<ConnectedClient>;
  close(): Promise<void>;
}

/** @param program - path of redis-server. */
export async function redisUnderTest(
  program: string | undefined,
  options?: RedisServerOptions,
): Promise<RedisUnderTest> {
  const server = await startRedis(program ?? 'redis-server', options);
  const clients: ConnectedClient[] = [];
  return {
    server,
    async connect() {
      const client = await connectTo(server.url);
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await server.close();
    },
  };
}

export const KEYS: readonly EncryptionKey[] = [{ id: 'k1', secret: randomBytes(32) }];

/** Names under which the store keeps a key. */
export function namesOf(key: string, prefix: string = 'lpfn:tokens'): Record<'tokens' | 'lock' | 'fence', string> {
  const tokens = `${prefix}:{${createHash('sha256').update(key).digest('base64url')}}`;
  return { tokens, lock: `${tokens}:lock`, fence: `${tokens}:fence` };
}
