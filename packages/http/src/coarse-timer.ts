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
  /** Runs everything that is scheduled now. */
  expireAll(): void;
}

/** How late a callback may be. One timer for all calls costs a list entry per call instead of a timer of its own. */
const COARSE_TICK_MS = 50;

/**
 * What is scheduled. In a list, not in a Set: a Set that is filled and emptied all the time is copied over and over, and in V8
 * each abandoned copy keeps its entries, and the calls behind them, until the next full collection. That cost a quarter of
 * the CPU of an invocation.
 */
interface Entry {
  readonly atMs: number;
  expire: (() => void) | undefined;
  /** Where it stands in the list, while it does. */
  at: number | undefined;
}

/**
 * One ticking timer that serves any number of timeouts, {@link COARSE_TICK_MS} coarse. It ticks only while something is
 * scheduled.
 *
 * @param now - the clock, in milliseconds.
 */
export function createCoarseTimer(now: () => number): CoarseTimer {
  const waiting: Entry[] = [];
  let ticking: NodeJS.Timeout | undefined;

  /** Puts the last one in its place; lets go of the callback, and so of the call behind it. */
  function remove(entry: Entry): boolean {
    const { at } = entry;
    if (at === undefined) return false;
    entry.at = undefined;
    entry.expire = undefined;
    const last = waiting.pop();
    if (last !== undefined && last !== entry) {
      waiting[at] = last;
      last.at = at;
    }
    return true;
  }

  function tick(): void {
    expireUntil(now());
  }

  function expireUntil(untilMs: number): void {
    for (const entry of waiting.filter(({ atMs }) => atMs <= untilMs)) {
      const { expire } = entry;
      // A callback may have cancelled this one.
      if (remove(entry)) expire?.();
    }
    if (waiting.length === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  }

  return {
    expireAll() {
      expireUntil(Number.POSITIVE_INFINITY);
    },
    schedule(atMs, expire) {
      const entry: Entry = { atMs, expire, at: waiting.length };
      waiting.push(entry);
      if (ticking === undefined) ticking = setInterval(tick, COARSE_TICK_MS);
      else if (waiting.length === 1) ticking.ref();
      return {
        cancel() {
          // An idle timer must not keep the process alive for its last tick.
          if (remove(entry) && waiting.length === 0) ticking?.unref();
        },
      };
    },
  };
}
