import { createHash } from 'node:crypto';
import { checkOptions, duration, type OptionRule, parseJsonObject, required, systemClock } from '@lp-functions/http';
import {
  createKeyRing,
  createRedisAccess,
  type EncryptionKeys,
  encryptionKeysRule,
  type RedisClient,
  redisClientRule,
} from '@lp-functions/redis-access';
import type { StoredTokens, TokenStore } from '@lp-functions/sentinel-oauth';
import { takeLease } from './redis-lease.ts';
import { cannotOpen, lockLost, storeFailed } from './store-failure.ts';
import { REMOVE, WRITE } from './store-scripts.ts';
import { retentionMs } from './token-retention.ts';

/** Options of {@link createRedisTokenStore}. */
export interface RedisTokenStoreOptions {
  /** Of the library `redis`, connected by you, with a listener to its `error` event. It is not closed. */
  readonly client: RedisClient;
  /** What tokens are sealed with: the first key seals, all open. Redis never sees a token in the clear. */
  readonly encryptionKeys: EncryptionKeys;
  /** Begins the names of all keys in Redis. Default `lpfn:tokens`. */
  readonly prefix?: string | undefined;
  /**
   * How long tokens with a refresh token are kept after each refresh, in milliseconds. LivePerson does not say how long one
   * lives. Default 30 days.
   */
  readonly refreshTokenLifeMs?: number | undefined;
  /** An owner of a lock that was paused or killed loses it after this long, in milliseconds. Default 10,000. */
  readonly leaseMs?: number | undefined;
  /** How long to wait for a lock, in milliseconds. Default 60,000. */
  readonly waitMs?: number | undefined;
  /** How long to wait for an answer of Redis, in milliseconds. Default 2,000. */
  readonly commandTimeoutMs?: number | undefined;
}

const DEFAULT_PREFIX = 'lpfn:tokens';
const DEFAULT_REFRESH_TOKEN_LIFE_MS = 30 * 24 * 60 * 60_000;
/** Below, a lease would run out between two beats of a busy process. */
const SHORTEST_LEASE_MS = 100;

const leaseRule: OptionRule = (value) =>
  duration(value) ??
  (value !== undefined && (value as number) < SHORTEST_LEASE_MS
    ? `must be at least ${String(SHORTEST_LEASE_MS)} ms`
    : undefined);

/** Braces would change the slot of the keys in a cluster. */
const prefixRule: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && /^[\w:./-]{1,100}$/.test(value))
    ? undefined
    : 'must be made of letters, digits and _ : . / -, 100 characters at most';

/**
 * Keeps tokens in Redis, for all processes on all machines that are given the same keys. Tokens are sealed; their names are
 * digests, which tell neither account nor client nor user. The lock survives owners that are killed or paused.
 *
 * While Redis is away, every method rejects at once, and goes on working when it is back.
 *
 * @param options - the client and the keys.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. Its methods reject with {@link SentinelOAuthError}
 *   STORE_FAILED (Redis is away, refuses, or the lock does not become free), STORE_KEY_UNKNOWN and STORE_CORRUPTED (there
 *   are tokens that cannot be opened; they are left as they are), LOCK_LOST.
 * @example
 * ```ts
 * const client = await createClient({ url: 'redis://localhost' }).on('error', console.error).connect();
 * const tokenStore = createRedisTokenStore({ client, encryptionKeys: [{ id: '2026-01', secret: keyInBase64 }] });
 * ```
 */
export function createRedisTokenStore(options: RedisTokenStoreOptions): TokenStore {
  checkOptions(
    options,
    {
      client: redisClientRule,
      encryptionKeys: required(encryptionKeysRule),
      prefix: prefixRule,
      refreshTokenLifeMs: duration,
      leaseMs: leaseRule,
      waitMs: duration,
      commandTimeoutMs: duration,
    },
    'createRedisTokenStore',
  );
  const { client, prefix = DEFAULT_PREFIX, leaseMs = 10_000, waitMs = 60_000, commandTimeoutMs = 2_000 } = options;
  const { refreshTokenLifeMs = DEFAULT_REFRESH_TOKEN_LIFE_MS } = options;
  const keyRing = createKeyRing(options.encryptionKeys);
  const redis = createRedisAccess({ client, timeoutMs: commandTimeoutMs, describe: storeFailed });
  /** One of this process's own callers at a time tries for a lock: the others need not ask Redis. */
  const queues = new Map<string, Promise<unknown>>();

  /** Tokens, lock and fence: with the same hash tag, so that they are in one slot of a cluster. */
  function keysOf(key: string): readonly [string, string, string] {
    const name = `${prefix}:{${createHash('sha256').update(key).digest('base64url')}}`;
    return [name, `${name}:lock`, `${name}:fence`];
  }

  return {
    async get(key) {
      const [name] = keysOf(key);
      const sealed = await redis.get(name);
      if (sealed === undefined) return undefined;
      const opened = await keyRing.open(sealed, name);
      if (opened.problem !== undefined) throw cannotOpen(opened, name);
      const tokens = parseJsonObject(opened.text);
      if (tokens === undefined) throw cannotOpen({ problem: 'damaged' }, name);
      return tokens as unknown as StoredTokens;
    },
    async set(key, tokens, { fence } = {}) {
      const keys = keysOf(key);
      const keepMs = retentionMs(tokens, systemClock.now(), refreshTokenLifeMs);
      const sealed = await keyRing.seal(JSON.stringify(tokens), keys[0]);
      const written = await redis.run(WRITE, keys, [sealed, String(keepMs), fence === undefined ? '' : String(fence)]);
      if (written !== 1) throw lockLost();
    },
    async delete(key) {
      await redis.run(REMOVE, keysOf(key), []);
    },
    withLock(key, work) {
      const before = queues.get(key) ?? Promise.resolve();
      const turn = before.then(async () => {
        const lease = await takeLease(redis, keysOf(key), { leaseMs, waitMs });
        try {
          return await work({ signal: lease.signal, fence: lease.fence });
        } finally {
          await lease.release();
        }
      });
      const settled = turn.catch(() => undefined);
      queues.set(key, settled);
      void settled.then(() => {
        if (queues.get(key) === settled) queues.delete(key);
      });
      return turn;
    },
  };
}
