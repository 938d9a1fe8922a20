import type { Clock } from '@lp-functions/http';
import { LRUCache } from 'lru-cache';

/** What a load gives: the value, and for how long it holds if not for the whole time to live. */
export interface Loaded<T> {
  readonly value: T;
  readonly ttlMs?: number | undefined;
}

/** One value that is loaded when it is needed and kept for a time. */
export interface DomainCache<T> {
  /** The value, if it is there and fresh. */
  fresh(): T | undefined;
  /** The fresh value, or the one that is being loaded; loads if there is neither. `force` loads in any case. */
  load(options?: { readonly force?: boolean | undefined }): Promise<T>;
  /** Drops the value. */
  forget(): void;
}

const ONLY = 'domains';

/**
 * A cache for one value, on lru-cache: one load at a time for all callers, a failed load is never kept.
 *
 * @param ttlMs - how long a value is fresh.
 * @param clock - time runs on its monotonic side.
 * @param fetch - loads the value; is given the last one, if there was one, and whether it was forced.
 */
export function createDomainCache<T extends object>(
  ttlMs: number,
  clock: Clock,
  fetch: (last: T | undefined, forced: boolean) => Promise<Loaded<T>>,
): DomainCache<T> {
  const startMs = clock.monotonicNow();
  const cache = new LRUCache<string, T, boolean>({
    max: 1,
    // lru-cache takes whole milliseconds only.
    ttl: Math.ceil(ttlMs),
    ttlResolution: 0,
    // From 1 up, wherever the clock starts: lru-cache reads zero as "never expires".
    perf: { now: () => clock.monotonicNow() - startMs + 1 },
    noDeleteOnStaleGet: true,
    noDeleteOnFetchRejection: true,
    // Whoever waits while the value is dropped still gets the answer.
    ignoreFetchAbort: true,
    fetchMethod: async (_key, last, { options, context: forced }) => {
      const loaded = await fetch(last, forced);
      if (loaded.ttlMs !== undefined) options.ttl = Math.ceil(loaded.ttlMs);
      return loaded.value;
    },
  });
  return {
    fresh: () => cache.get(ONLY),
    load: ({ force = false } = {}) => cache.forceFetch(ONLY, { forceRefresh: force, context: force }),
    forget() {
      cache.clear();
    },
  };
}
