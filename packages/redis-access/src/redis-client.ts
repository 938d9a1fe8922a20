import { type OptionRule, withMethods } from '@lp-functions/http';

/**
 * A client of the library `redis` (node-redis 5 or 6), as far as it is used here: what `createClient()` gives, or
 * `createCluster()`. It is yours: you connect it, listen to its `error` event, and close it.
 */
export interface RedisClient {
  /** False before it was connected and after it was closed. */
  readonly isOpen: boolean;
  /** False while it connects anew. A cluster does not say. */
  readonly isReady?: boolean | undefined;
  get(key: string): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What stands in the way of a command before it is sent: nothing is waited for. */
export function notReady(client: RedisClient): 'not connected' | 'connecting' | undefined {
  if (!client.isOpen) return 'not connected';
  return client.isReady === false ? 'connecting' : undefined;
}

/** Worded to follow the option's name. */
export const redisClientRule: OptionRule = (value) => {
  if (withMethods('get', 'eval', 'evalSha')(value) === undefined && value !== undefined) return undefined;
  return 'must be a client of the library redis, as createClient() gives it';
};
