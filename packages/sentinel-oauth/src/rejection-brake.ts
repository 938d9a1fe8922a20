import { grantBackoffMs } from './grant-backoff.ts';

/** So many are answered at once: tokens may be revoked in a row, or be known at the gateway a little late. */
const AT_ONCE = 3;
/** After this long without a rejection, the next ones are answered at once again. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Tells whether a token that was rejected now may be replaced now. */
export type RejectionBrake = (nowMs: number) => boolean;

/**
 * Keeps a server that refuses every token from turning each call into a token request: the first three rejections may be
 * answered by a renewal at once, each further one only after a pause that doubles.
 *
 * @returns a function that is to be told of every rejection of the current token, on a monotonic clock.
 */
export function createRejectionBrake(): RejectionBrake {
  let renewals = 0;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let rejectedAtMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    if (nowMs - rejectedAtMs > FORGOTTEN_AFTER_MS) renewals = 0;
    rejectedAtMs = nowMs;
    if (nowMs - renewedAtMs < grantBackoffMs(renewals - AT_ONCE + 1)) return false;
    renewals += 1;
    renewedAtMs = nowMs;
    return true;
  };
}
