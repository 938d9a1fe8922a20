import { isFaaSError, isSentinelOAuthError } from '@lp-functions/errors';

const FIRST_MS = 5_000;
const MAX_MS = 60_000;

/**
 * How long to leave Sentinel alone after renewals failed in a row.
 *
 * @param failures - 1 after the first.
 * @returns 5 s, doubling to 60 s, in milliseconds.
 */
export function grantBackoffMs(failures: number): number {
  return failures <= 0 ? 0 : Math.min(FIRST_MS * 2 ** (failures - 1), MAX_MS);
}

/** What is remembered of renewals that failed. */
export interface FailedRenewals {
  /** In a row. */
  readonly count: number;
  readonly lastError: unknown;
  /** Until then, nobody asks without need; on a monotonic clock, in milliseconds. */
  readonly untilMs: number;
}

/** Nothing has failed. */
export const NO_FAILURES: FailedRenewals = { count: 0, lastError: undefined, untilMs: Number.NEGATIVE_INFINITY };

/**
 * Remembers one more failure.
 *
 * @param before - what is remembered so far.
 * @param error - of the new one; a `Retry-After` in it is obeyed, up to the longest back-off.
 * @param nowMs - on a monotonic clock.
 */
export function afterFailure(before: FailedRenewals, error: unknown, nowMs: number): FailedRenewals {
  const count = before.count + 1;
  const askedMs = isFaaSError(error) ? (error.retryAfterMs ?? 0) : 0;
  return { count, lastError: error, untilMs: nowMs + Math.max(grantBackoffMs(count), Math.min(askedMs, MAX_MS)) };
}

/**
 * True if asking again within the back-off would only get the same answer: a refusal stands until something changes, and
 * who asked to be left alone meant it. A network failure may be over the next moment.
 */
export function standsFor(error: unknown): boolean {
  return isSentinelOAuthError(error) && (error.code === 'GRANT_REFUSED' || error.retryAfterMs !== undefined);
}
