import type { Clock } from '@lp-functions/http';
import { LRUCache } from 'lru-cache';

/** Answers by key, each kept for a time. */
export interface AnswerCache<T> {
  /**
   * The fresh answer, the one that is being asked for, or a new one.
   *
   * @param key - everything that the answer depends on.
   * @param ask - asks for it; runs once for all who wait. What it rejects with is not kept.
   * @param fresh - asks in any case, unless somebody is asking already.
   */
  get(key: string, ask: () => Promise<T>, fresh: boolean): Promise<T>;
  /** Drops an answer. */
  forget(key: string): void;
  /** How many answers are kept. */
  readonly size: number;
}

/**
 * A bounded cache on lru-cache: one question at a time for each key.
 *
 * @param ttlMs - how long an answer holds.
 * @param max - answers at most; the one that was not asked for the longest goes first.
 * @param clock - time runs on its monotonic side.
 */
export function createAnswerCache<T extends string | boolean>(
  ttlMs: number,
  max: number,
  clock: Clock,
): AnswerCache<T> {
  const startMs = clock.monotonicNow();
  const cache = new LRUCache<string, T, () => Promise<T>>({
    max,
    ttl: ttlMs,
    ttlResolution: 0,
    // From 1 up, wherever the clock starts: lru-cache reads zero as "never expires".
    perf: { now: () => clock.monotonicNow() - startMs + 1 },
    // Whoever waits while the answer is dropped still gets it.
    ignoreFetchAbort: true,
    fetchMethod: (_key, _stale, { context }) => context(),
  });
  return {
    get: (key, ask, fresh) => cache.forceFetch(key, { context: ask, forceRefresh: fresh }),
    forget(key) {
      cache.delete(key);
    },
    get size() {
      return cache.size;
    },
  };
}
