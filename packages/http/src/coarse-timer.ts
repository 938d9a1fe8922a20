/** Cancels what was scheduled. */
export interface CoarseTimeout {
  cancel(): void;
}

/** Runs callbacks some time after they are due. */
export interface CoarseTimer {
  /**
   * @param atMs - when, on the clock the timer was made with.
   * @param expire - what to run, once.
   */
  schedule(atMs: number, expire: () => void): CoarseTimeout;
}

/** How late a callback may be. One timer for all calls costs a set insertion per call instead of a timer of its own. */
export const COARSE_TICK_MS = 50;

/**
 * One ticking timer that serves any number of timeouts, {@link COARSE_TICK_MS} coarse. It ticks only while something is
 * scheduled.
 *
 * @param now - the clock, in milliseconds.
 */
export function createCoarseTimer(now: () => number): CoarseTimer {
  const waiting = new Set<{ readonly atMs: number; readonly expire: () => void }>();
  let ticking: NodeJS.Timeout | undefined;

  function tick(): void {
    const nowMs = now();
    for (const entry of waiting) {
      if (entry.atMs <= nowMs) {
        waiting.delete(entry);
        entry.expire();
      }
    }
    if (waiting.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  }

  return {
    schedule(atMs, expire) {
      const entry = { atMs, expire };
      waiting.add(entry);
      if (ticking === undefined) ticking = setInterval(tick, COARSE_TICK_MS);
      else if (waiting.size === 1) ticking.ref();
      return {
        cancel() {
          // An idle timer must not keep the process alive for its last tick.
          if (waiting.delete(entry) && waiting.size === 0) ticking?.unref();
        },
      };
    },
  };
}
