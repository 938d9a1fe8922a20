import type { Clock } from '@lp-functions/http';

/** How late the end of the wait may be noticed, in milliseconds. */
const TICK_MS = 50;

/**
 * Waits for shared work, but no longer than until a moment. The work itself goes on.
 *
 * @param work - the shared work.
 * @param atMs - the moment, on the clock's monotonic side.
 * @param clock - a clock that is moved by hand is noticed too.
 * @returns what the work resolved to, or `undefined` if the moment came first.
 * @throws what the work rejects with.
 */
export function settledBy<T>(work: Promise<T>, atMs: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      if (clock.monotonicNow() < atMs) return;
      clearInterval(watch);
      resolve(undefined);
    }, TICK_MS);
    // Whoever waits has a deadline of its own, which keeps the process alive; this watch alone must not.
    watch.unref();
    const settle = (): void => {
      clearInterval(watch);
      resolve(work);
    };
    work.then(settle, settle);
  });
}
