import { LRUCache } from 'lru-cache';
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
  /** Whether a value is in the last fifth of its life, as tokens are renewed in: time to load the next one behind it. */
  ending(key: string): boolean;
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

/** What {@link LoadingCache.ending} calls the end of a life. */
const LAST_PART = 0.2;

/** lru-cache takes objects and functions for values, so that everything else travels in one. */
interface Kept<T> {
  readonly value: T;
  readonly lifeMs: number;
}

type Work<T> = (last: T | undefined) => Promise<Loaded<T>>;

/** Makes a bounded cache with one load at a time for each key, on lru-cache. */
export function createLoadingCache<T>({ ttlMs, max, clock }: LoadingCacheOptions): LoadingCache<T> {
  const startMs = clock.monotonicNow();
  const cache = new LRUCache<string, Kept<T>, Work<T>>({
    max,
    // lru-cache takes whole milliseconds only.
    ttl: Math.ceil(ttlMs),
    ttlResolution: 0,
    // From 1 up, wherever the clock starts: lru-cache reads zero as "never expires".
    perf: { now: () => clock.monotonicNow() - startMs + 1 },
    // What has run out is given to the load that follows.
    noDeleteOnStaleGet: true,
    noDeleteOnFetchRejection: true,
    // Whoever waits while a value is dropped still gets it.
    ignoreFetchAbort: true,
    fetchMethod: async (_key, last, { options, context: work }) => {
      const loaded = await work(last?.value);
      if (loaded.ttlMs !== undefined) options.ttl = Math.ceil(loaded.ttlMs);
      return { value: loaded.value, lifeMs: loaded.ttlMs ?? ttlMs };
    },
  });
  return {
    fresh: (key) => cache.get(key)?.value,
    ending(key) {
      const kept = cache.get(key);
      return kept !== undefined && cache.getRemainingTTL(key) <= kept.lifeMs * LAST_PART;
    },
    async load(key, work, force = false) {
      const { value } = await cache.forceFetch(key, { context: work, forceRefresh: force });
      return value;
    },
    forget(key) {
      cache.delete(key);
    },
    get size() {
      return cache.size;
    },
  };
}
