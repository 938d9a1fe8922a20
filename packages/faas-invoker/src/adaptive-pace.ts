import type { CallPace } from '@lp-functions/http';

/** How fast the lanes of one bulk may go, all together. */
export interface AdaptivePace extends CallPace {
  /** How many calls may be under way now. */
  readonly lanes: number;
  /** How often the platform has answered 429. */
  readonly throttled: number;
}

/** LivePerson's published pause after a 429. */
const THROTTLED_PAUSE_MS = 1_000;
/** A longer `Retry-After` fails the call; the others need not stand still for it. */
const LONGEST_PAUSE_MS = 60_000;
/** Timers come late: as much of the rate as falls into this time may be made up for. */
const CATCH_UP_MS = 50;

/**
 * Fewer lanes when the platform throttles, more again while it answers. A 429 halves the lanes and holds all of them; the
 * 429s of calls that were under way by then count as the same one. One lane comes back with every round of answers.
 *
 * @param concurrency - lanes at most.
 * @param ratePerSecond - requests per second at most, repeats included.
 * @param now - milliseconds on a monotonic clock.
 */
export function createAdaptivePace(
  concurrency: number,
  ratePerSecond: number | undefined,
  now: () => number,
): AdaptivePace {
  const intervalMs = ratePerSecond === undefined ? 0 : 1_000 / ratePerSecond;
  let lanes = concurrency;
  let throttled = 0;
  let inRow = 0;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return {
    get lanes() {
      return lanes;
    },
    get throttled() {
      return throttled;
    },
    delayMs() {
      if (intervalMs === 0 && heldUntilMs === Number.NEGATIVE_INFINITY) return 0;
      const nowMs = now();
      const delayMs = Math.max(heldUntilMs, nextAtMs) - nowMs;
      if (delayMs > 0) return delayMs;
      if (intervalMs > 0) nextAtMs = Math.max(nextAtMs, nowMs - CATCH_UP_MS) + intervalMs;
      return 0;
    },
    answered(status, retryAfterMs) {
      if (status !== 429) {
        if (lanes === concurrency || ++inRow < lanes) return;
        inRow = 0;
        lanes++;
        return;
      }
      throttled++;
      inRow = 0;
      const nowMs = now();
      if (nowMs >= heldUntilMs) lanes = Math.max(1, Math.floor(lanes / 2));
      const pauseMs = Math.min(Math.max(retryAfterMs ?? 0, THROTTLED_PAUSE_MS), LONGEST_PAUSE_MS);
      heldUntilMs = Math.max(heldUntilMs, nowMs + pauseMs);
    },
  };
}
