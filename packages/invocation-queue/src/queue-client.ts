import { type OptionRule, withMethods } from '@lp-functions/http';
import { type RedisClient, redisClientRule } from '@lp-functions/redis-access';

/**
 * A client of the library `redis` (node-redis 5 or 6), connected to one Redis, not to a cluster: what `createClient()` gives.
 * It is yours: you connect it, listen to its `error` event, and close it. Workers and whoever waits for outcomes make
 * further connections like it, and close those.
 */
export interface QueueRedisClient extends RedisClient {
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  duplicate(): unknown;
  sendCommand(words: string[]): Promise<unknown>;
}

/** Worded to follow the option's name. */
export const queueClientRule: OptionRule = (value) =>
  redisClientRule(value) ??
  (withMethods('on', 'off', 'duplicate', 'sendCommand')(value) === undefined
    ? undefined
    : 'must be a client of one Redis, as createClient() of the library redis gives it');
