import { setTimeout as delay } from 'node:timers/promises';

/** Where time comes from. Give another one in tests; `@lp-functions/http/testing` has one that can be moved by hand. */
export interface Clock {
  /** Wall-clock time in epoch milliseconds. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes backwards. Lifetimes and deadlines are counted on it. */
  monotonicNow(): number;
  /**
   * Waits.
   *
   * @param ms - how long, in milliseconds.
   * @param signal - ends the wait early.
   * @throws the signal's reason, if it is aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A longer timer would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  async sleep(ms, signal) {
    const timerMs = Math.min(ms, LONGEST_TIMER_MS);
    if (signal === undefined) return delay(timerMs);
    try {
      await delay(timerMs, undefined, { signal });
    } catch {
      throw signal.reason;
    }
  },
};
