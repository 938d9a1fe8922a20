import type { Clock } from './clock.ts';

/** A clock that stands still until it is moved, and on which nobody waits. */
export interface TestClock extends Clock {
  /** Moves wall-clock and monotonic time, in milliseconds. */
  advance(ms: number): void;
  /** Every wait that was asked for, in milliseconds. */
  readonly sleeps: readonly number[];
}

const START_MS = Date.UTC(2026, 0, 15, 12);

/**
 * A clock for tests. It starts at a true epoch; a `sleep` ends at once and moves the time by what was asked for.
 *
 * @param startMs - epoch milliseconds at which it starts.
 */
export function createTestClock(startMs: number = START_MS): TestClock {
  let elapsedMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => startMs + elapsedMs,
    // Not zero at the start: caches read zero as "never expires".
    monotonicNow: () => 1_000 + elapsedMs,
    advance(ms) {
      elapsedMs += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      elapsedMs += ms;
      await new Promise(setImmediate);
      signal?.throwIfAborted();
    },
  };
}
