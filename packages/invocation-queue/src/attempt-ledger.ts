import { randomUUID } from 'node:crypto';
import type { Clock } from '@lp-functions/http';
import { createRedisAccess, type RedisFailure, type RedisScript } from '@lp-functions/redis-access';
import { ALLOW_HOLDING, BEGIN, HOLD, PARK, WITHDRAW } from './attempt-scripts.ts';
import type { QueueRedisClient } from './queue-client.ts';

/** A claim to an item: of this worker, while Redis says so. */
export interface Claim {
  readonly id: string;
  /** Key of the item in Redis. */
  readonly key: string;
  readonly token: string;
}

/** Whether an attempt may send its request. `sent`: an earlier one had, and never came to an end. */
export type Beginning =
  { readonly may: 'go'; readonly throttled: Throttled } | { readonly may: 'lost' } | { readonly may: 'sent' };

/** How an item has been throttled until now. */
export interface Throttled {
  readonly times: number;
  /** The first time, in epoch milliseconds. */
  readonly sinceMs: number;
}

/** How the queue is to be held. */
export interface Hold {
  /** As the platform asked for, in milliseconds. */
  readonly toldMs: number | undefined;
  /** Nothing but throttling came back since the last time: the hold grows. */
  readonly again: boolean;
  /** The first hold, in milliseconds. */
  readonly firstMs: number;
}

/** Writes down what attempts are about to do, durably, before they do it. */
export interface AttemptLedger {
  /** To be asked right before the request. What is in doubt is answered by waiting for Redis, never by guessing. */
  begin(claim: Claim, idempotent: boolean): Promise<Beginning>;
  /** The attempt has not run, or may be repeated. @param reason - as it is to be kept. */
  withdraw(claim: Claim, reason: string, throttled?: Throttled): Promise<void>;
  /** Holds the queue for all workers. @returns for how long, in milliseconds. */
  hold(queue: { readonly limiterKey: string; readonly holdKey: string }, hold: Hold): Promise<number>;
  /** Lets the queue be held for a while, by whoever meets a platform that throttles. @param metaKey - of the queue. */
  allowHolding(metaKey: string): Promise<void>;
  /** Counts the item among the uncertain ones. */
  park(claim: Claim, uncertainKey: string): Promise<void>;
}

/** Parts of {@link createAttemptLedger}. */
export interface AttemptLedgerParts {
  readonly client: QueueRedisClient;
  readonly clock: Clock;
  /** Ends waiting for a Redis that is away: the item stays as it is, and its claim runs out. */
  readonly ended: AbortSignal;
  readonly timeoutMs: number;
}

const RETRY_MS = 250;
/** Of a hold that the platform did not ask for. */
const LONGEST_HOLD_MS = 60_000;

class LedgerFailure extends Error {
  readonly failure: RedisFailure;

  constructor(failure: RedisFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** Makes the ledger of one worker. */
export function createAttemptLedger({ client, clock, ended, timeoutMs }: AttemptLedgerParts): AttemptLedger {
  const redis = createRedisAccess({ client, timeoutMs, describe: (failure) => new LedgerFailure(failure) });

  /** Until Redis has answered. Repeating is harmless: all that is written is written under the same claim and mark. */
  async function insist(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    for (;;) {
      try {
        return await redis.run(script, keys, values);
      } catch (error) {
        if (!(error instanceof LedgerFailure && error.failure.passing)) throw error;
        await clock.sleep(RETRY_MS, ended);
      }
    }
  }

  const keysOf = ({ key }: Claim): string[] => [key, `${key}:lock`];

  return {
    async begin(claim, idempotent) {
      // Of this attempt alone: should the answer be lost, the next question must not find a stranger's mark.
      const mark = `${String(clock.now())}:${randomUUID()}`;
      const values = [claim.token, mark, idempotent ? '1' : '0'];
      const [may, kept] = (await insist(BEGIN, keysOf(claim), values)) as readonly string[];
      if (may === 'lost') return { may };
      if (may !== 'go') return { may: 'sent' };
      return { may, throttled: readThrottled(kept, clock.now()) };
    },
    async withdraw(claim, reason, throttled) {
      const kept = throttled === undefined ? '' : `${String(throttled.times)}:${String(throttled.sinceMs)}`;
      await insist(WITHDRAW, keysOf(claim), [claim.token, reason, kept]);
    },
    async hold({ limiterKey, holdKey }, { toldMs, again, firstMs }) {
      const told = toldMs === undefined ? '' : String(Math.ceil(toldMs));
      const values = [told, again ? '1' : '0', String(Math.ceil(firstMs)), String(LONGEST_HOLD_MS)];
      return Number(await insist(HOLD, [limiterKey, holdKey], values));
    },
    async allowHolding(metaKey) {
      await insist(ALLOW_HOLDING, [metaKey], []);
    },
    async park(claim, uncertainKey) {
      await insist(PARK, [...keysOf(claim), uncertainKey], [claim.token, claim.id, String(clock.now())]);
    },
  };
}

function readThrottled(kept: string | undefined, nowMs: number): Throttled {
  const [times = 0, sinceMs = nowMs] = (kept ?? '').split(':').map(Number);
  return times > 0 && Number.isSafeInteger(sinceMs) ? { times, sinceMs } : { times: 0, sinceMs: nowMs };
}

/** When a mark was made, in epoch milliseconds. */
export function sentAtMs(mark: string | null | undefined): number | undefined {
  const at = Number.parseInt(mark ?? '', 10);
  return Number.isSafeInteger(at) ? at : undefined;
}
