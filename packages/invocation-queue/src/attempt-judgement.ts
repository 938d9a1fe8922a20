import { type FaaSError, isConfigurationError, isFaaSDetailedError, isFaaSError } from '@lp-functions/errors';

/** Numbers of the queue's own repeats, all set. Those within one attempt are the invoker's. */
export interface QueueRetryNumbers {
  readonly maxAttempts: number;
  readonly waitsMs: readonly number[];
  readonly throttledWaitMs: number;
}

/** Numbers of the queue's own repeats. */
export interface QueueRetryOptions {
  /** How often an item is taken at most. Default 6. */
  readonly maxAttempts?: number | undefined;
  /**
   * Pauses before an item is taken again, in milliseconds; the last one stands for all further ones. Default 2, 4, 8, 16 and
   * 32 min, as LivePerson publishes for longer outages.
   */
  readonly waitsMs?: readonly number[] | undefined;
  /** Least pause after a 429, in milliseconds, doubled with every attempt. All workers make it. Default 1,000. */
  readonly throttledWaitMs?: number | undefined;
}

/** @see LivePerson's page "Retry policy recommendations", for longer outages and after 429. */
export const DEFAULT_QUEUE_RETRY: QueueRetryNumbers = {
  maxAttempts: 6,
  waitsMs: [120_000, 240_000, 480_000, 960_000, 1_920_000],
  throttledWaitMs: 1_000,
};

/** What becomes of an item after an attempt that failed. */
export type Verdict =
  /** It is taken again. With `holdMs`, nothing is taken from the queue for so long. */
  | { readonly again: true; readonly delayMs: number; readonly holdMs?: number | undefined }
  | { readonly again: false; readonly state: 'failed' | 'uncertain' };

/** Everything the judgement looks at. */
export interface FailedAttempt {
  readonly error: unknown;
  readonly idempotent: boolean;
  /** How often the item was taken, this time included. */
  readonly attempts: number;
  readonly numbers: QueueRetryNumbers;
  /** The worker is being closed and has ended the call itself. */
  readonly closing: boolean;
  /** From 0 to 1. */
  readonly random: () => number;
}

const LONGEST_HOLD_MS = 60_000;
/** Errors about the call itself: the next attempt would meet them again. */
const ABOUT_THE_CALL: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'NOT_FOUND',
  'PAYLOAD_TOO_LARGE',
  'REQUEST_REFUSED',
]);

/**
 * Judges a failed attempt. What may have run is not run again, unless it is marked idempotent: it is parked as uncertain.
 * What certainly did not run is tried again if the failure was of the surroundings: a network, a token, a platform.
 */
export function judgeFailure({ error, idempotent, attempts, numbers, closing, random }: FailedAttempt): Verdict {
  const executed = isFaaSError(error) ? error.executed : 'maybe';
  const mayRepeat = executed === 'no' || idempotent;
  if (closing && mayRepeat && isFaaSError(error) && (error.code === 'ABORTED' || error.code === 'CLOSED')) {
    return { again: true, delayMs: 0 };
  }
  if (mayRepeat && isFaaSError(error) && passes(error) && attempts < numbers.maxAttempts) {
    return pauseAfter(error, attempts, numbers, random);
  }
  return { again: false, state: executed === 'maybe' ? 'uncertain' : 'failed' };
}

/** True if another attempt may meet other surroundings. */
function passes(error: FaaSError): boolean {
  if (error.retryable) return true;
  if (error.executed !== 'no' || isConfigurationError(error)) return false;
  // A worker's wrong secret or host is no fault of its items: they wait until somebody has corrected it.
  return !(isFaaSDetailedError(error) && ABOUT_THE_CALL.has(error.code)) && error.code !== 'DEFINITION_MISSING';
}

function pauseAfter(error: FaaSError, attempts: number, numbers: QueueRetryNumbers, random: () => number): Verdict {
  const { waitsMs, throttledWaitMs } = numbers;
  // Upwards only, and spread: what failed together does not come back together.
  const spread = 1 + random() / 4;
  if (error.code === 'THROTTLED') {
    const leastMs = Math.max(error.retryAfterMs ?? 0, throttledWaitMs * 2 ** (attempts - 1));
    const holdMs = Math.min(error.retryAfterMs ?? throttledWaitMs, LONGEST_HOLD_MS);
    return { again: true, delayMs: leastMs * spread, holdMs };
  }
  const waitMs = waitsMs[Math.min(attempts, waitsMs.length) - 1] ?? 0;
  return { again: true, delayMs: Math.max(waitMs, error.retryAfterMs ?? 0) * spread };
}
