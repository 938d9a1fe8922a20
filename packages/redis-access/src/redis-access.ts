import { createHash } from 'node:crypto';
import { notReady, type RedisClient } from './redis-client.ts';
import { type RedisFailure, redisFailureOf } from './redis-failure.ts';

/** A Lua script, with the digest by which Redis knows it once it has seen it. */
export interface RedisScript {
  readonly lua: string;
  readonly sha1: string;
}

/** Commands that answer in time, or fail with a reason. */
export interface RedisAccess {
  get(key: string): Promise<string | undefined>;
  /** Runs a script. In a cluster, all keys must be of one slot. */
  run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown>;
}

/** Parts of {@link createRedisAccess}. */
export interface RedisAccessParts {
  readonly client: RedisClient;
  /** How long to wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Makes the error that is thrown. */
  readonly describe: (failure: RedisFailure, cause: unknown) => Error;
}

/** @param lua - its source. */
export function redisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

/**
 * Guards the commands of a client. By itself the client keeps commands while it is disconnected, for as long as that lasts;
 * here they fail at once, since whoever waits for a token or a queue has something better to do.
 */
export function createRedisAccess({ client, timeoutMs, describe }: RedisAccessParts): RedisAccess {
  const limits = { timeoutMs, describe };
  return {
    async get(key) {
      const value = await guarded(client, () => client.get(key), limits);
      return typeof value === 'string' ? value : undefined;
    },
    run({ lua, sha1 }, keys, values) {
      const options = { keys: [...keys], arguments: [...values] };
      return guarded(
        client,
        () =>
          client.evalSha(sha1, options).catch((error: unknown) => {
            if (!isUnknownScript(error)) throw error;
            // The first time, and after Redis was restarted or told to forget its scripts.
            return client.eval(lua, options);
          }),
        limits,
      );
    },
  };
}

/**
 * Waits for something that Redis does, no longer than given.
 *
 * @param client - what it is done with.
 * @param work - sends the command.
 * @param limits - how long to wait in milliseconds, and what to throw.
 */
export async function guarded<T>(
  client: RedisClient,
  work: () => Promise<T>,
  { timeoutMs, describe }: Pick<RedisAccessParts, 'timeoutMs' | 'describe'>,
): Promise<T> {
  const missing = notReady(client);
  if (missing !== undefined) {
    const reason = missing === 'connecting' ? 'Redis cannot be reached' : 'the Redis client is not connected';
    throw describe({ kind: 'unreachable', sent: 'no', reason, passing: missing === 'connecting' }, undefined);
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = `Redis did not answer within ${String(timeoutMs)} ms`;
      reject(describe({ kind: 'timeout', sent: 'maybe', reason, passing: true }, undefined));
    }, timeoutMs);
  });
  try {
    const answer = work().catch((error: unknown) => {
      throw describe(redisFailureOf(error), error);
    });
    // Whichever comes second has nobody to tell.
    answer.catch(() => undefined);
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
