import type { Clock } from '@lp-functions/http';
import { LRUCache } from 'lru-cache';

/** What a load gives: the value, and for how long it holds if not for the whole time to live. */
export interface Loaded<T> {
  readonly value: T;
  readonly ttlMs?: number | undefined;
}

/** One value that is loaded when it is needed and kept for a time. */
export interface DomainCache<T> {
  /** The value, if it is there and fresh. In the last fifth of its life a load begins behind it, for which nobody waits. */
  fresh(): T | undefined;
  /** The fresh value, or the one that is being loaded; loads if there is neither. `force` loads in any case. */
  load(options?: { readonly force?: boolean | undefined }): Promise<T>;
  /** Drops the value. */
  forget(): void;
}

const ONLY = 'domains';
/** As with tokens: from here on a value that is still good is renewed, so that nobody has to wait when it ends. */
const SOFT_PART = 0.2;

/**
 * A cache for one value, on lru-cache: one load at a time for all callers, a failed load is never kept.
 *
 * @param ttlMs - how long a value is fresh.
 * @param clock - time runs on its monotonic side.
 * @param fetch - loads the value; is given the last one, if there was one, and whether it was forced.
 * @param renewable - whether a value is worth renewing before it ends; for one that is, `fetch` must not fail.
 */
export function createDomainCache<T extends object>(
  ttlMs: number,
  clock: Clock,
  fetch: (last: T | undefined, forced: boolean) => Promise<Loaded<T>>,
  renewable: (value: T) => boolean,
): DomainCache<T> {
  const startMs = clock.monotonicNow();
  let lifeMs = ttlMs;
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
      lifeMs = loaded.ttlMs ?? ttlMs;
      if (loaded.ttlMs !== undefined) options.ttl = Math.ceil(loaded.ttlMs);
      return loaded.value;
    },
  });
  return {
    fresh() {
      const value = cache.get(ONLY);
      if (value !== undefined && renewable(value) && cache.getRemainingTTL(ONLY) <= lifeMs * SOFT_PART) {
        // Joins a load that is under way.
        cache.forceFetch(ONLY, { forceRefresh: true, context: false }).catch(() => undefined);
      }
      return value;
    },
    load: ({ force = false } = {}) => cache.forceFetch(ONLY, { forceRefresh: force, context: force }),
    forget() {
      cache.clear();
    },
  };
}
