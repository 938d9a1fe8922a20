import type { Clock } from './clock.ts';

/** What a load gives: the value, and for how long it holds if not for the whole time to live. */
export interface Loaded<T> {
  readonly value: T;
  readonly ttlMs?: number | undefined;
}

/** Values by key that are loaded when they are needed and kept for a time. */
export interface LoadingCache<T> {
  /** The value of a key, if it is there and fresh. */
  fresh(key: string): T | undefined;
  /**
   * The fresh value, the one that is being loaded, or a new one.
   *
   * @param key - everything that the value depends on.
   * @param work - loads it, once for all who wait; is given the last value, if there was one. What it rejects with is not
   *   kept, and the last value stays as fresh as it was.
   * @param force - loads in any case, unless that is going on already.
   */
  load(key: string, work: (last: T | undefined) => Promise<Loaded<T>>, force?: boolean): Promise<T>;
  /** Drops a value. Whoever waits for it still gets it; it is not kept. */
  forget(key: string): void;
  /** How many values are kept, fresh or not. */
  readonly size: number;
}

/** How a {@link LoadingCache} keeps. */
export interface LoadingCacheOptions {
  /** How long a value is fresh. */
  readonly ttlMs: number;
  /** Values at most; the one that was not asked for the longest goes first. */
  readonly max: number;
  /** Time runs on its monotonic side. */
  readonly clock: Clock;
}

interface Kept<T> {
  readonly value: T;
  readonly freshUntilMs: number;
}

/** Makes a bounded cache with one load at a time for each key. */
export function createLoadingCache<T>({ ttlMs, max, clock }: LoadingCacheOptions): LoadingCache<T> {
  // A Map keeps the order in which keys were set: the first is the one that was not asked for the longest.
  const kept = new Map<string, Kept<T>>();
  const loads = new Map<string, Promise<T>>();

  function isFresh(entry: Kept<T>): boolean {
    return clock.monotonicNow() <= entry.freshUntilMs;
  }

  function keep(key: string, entry: Kept<T>): void {
    kept.delete(key);
    kept.set(key, entry);
    for (const oldest of kept.keys()) {
      if (kept.size <= max) break;
      kept.delete(oldest);
    }
  }

  function fresh(key: string): T | undefined {
    const entry = kept.get(key);
    if (entry === undefined || !isFresh(entry)) return undefined;
    keep(key, entry);
    return entry.value;
  }

  function begin(key: string, work: (last: T | undefined) => Promise<Loaded<T>>): Promise<T> {
    const run = async (): Promise<T> => {
      try {
        const loaded = await work(kept.get(key)?.value);
        // What was forgotten meanwhile may be what this value was made of.
        if (loads.get(key) === load) {
          keep(key, { value: loaded.value, freshUntilMs: clock.monotonicNow() + (loaded.ttlMs ?? ttlMs) });
        }
        return loaded.value;
      } finally {
        if (loads.get(key) === load) loads.delete(key);
      }
    };
    // Begins after this turn, when `load` is there to be compared with.
    const load = Promise.resolve().then(run);
    loads.set(key, load);
    return load;
  }

  return {
    fresh,
    load(key, work, force = false) {
      const going = loads.get(key);
      if (going !== undefined) return going;
      const entry = force ? undefined : kept.get(key);
      if (entry === undefined || !isFresh(entry)) return begin(key, work);
      keep(key, entry);
      return Promise.resolve(entry.value);
    },
    forget(key) {
      kept.delete(key);
      loads.delete(key);
    },
    get size() {
      return kept.size;
    },
  };
}
