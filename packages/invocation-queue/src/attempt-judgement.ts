import { type FaaSError, isConfigurationError, isFaaSDetailedError, isFaaSError } from '@lp-functions/errors';

/** Numbers of the queue's own repeats, all set. Those within one attempt are the invoker's. */
export interface QueueRetryNumbers {
  readonly maxAttempts: number;
  readonly waitsMs: readonly number[];
  readonly throttledWaitMs: number;
  readonly throttledForMs: number;
}

/** Numbers of the queue's own repeats. */
export interface QueueRetryOptions {
  /** How often an item is taken at most. Being throttled does not count. Default 6. */
  readonly maxAttempts?: number | undefined;
  /**
   * Pauses before an item is taken again, in milliseconds; the last one stands for all further ones. Default 2, 4, 8, 16 and
   * 32 min, as LivePerson publishes for longer outages.
   */
  readonly waitsMs?: readonly number[] | undefined;
  /**
   * Pause of all workers after a 429 that does not say how long, in milliseconds; doubled while nothing else comes back, up to
   * a minute. Default 1,000.
   */
  readonly throttledWaitMs?: number | undefined;
  /** How long an item is taken again while it is throttled, from its first 429 on, in milliseconds. Default 24 h. */
  readonly throttledForMs?: number | undefined;
}

/** @see LivePerson's page "Retry policy recommendations", for longer outages and after 429. */
export const DEFAULT_QUEUE_RETRY: QueueRetryNumbers = {
  maxAttempts: 6,
  waitsMs: [120_000, 240_000, 480_000, 960_000, 1_920_000],
  throttledWaitMs: 1_000,
  throttledForMs: 24 * 60 * 60_000,
};

/** What becomes of an item after an attempt that failed. */
export type Verdict =
  /** It is taken again. */
  | { readonly again: true; readonly delayMs: number; readonly throttled?: undefined }
  /** The platform is throttling: nothing is taken from the queue for a while, this item included. */
  | { readonly again: true; readonly throttled: Throttling }
  | { readonly again: false; readonly state: 'failed' | 'uncertain' };

/** What a 429 said. */
export interface Throttling {
  /** How long to wait, in milliseconds, if it did say. */
  readonly toldMs: number | undefined;
}

/** Everything the judgement looks at. */
export interface FailedAttempt {
  readonly error: unknown;
  readonly idempotent: boolean;
  /** How often the item was taken, this time included, and those not counted after which it had been throttled. */
  readonly attempts: number;
  /** How long ago it was throttled for the first time, in milliseconds. 0 if it was not before. */
  readonly throttledMs: number;
  readonly numbers: QueueRetryNumbers;
  /** The worker is being closed and has ended the call itself. */
  readonly closing: boolean;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Of what a platform asks for. After that, one call finds out whether it still does. */
const LONGEST_TOLD_MS = 60 * 60_000;
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
export function judgeFailure(attempt: FailedAttempt): Verdict {
  const { error, idempotent, attempts, throttledMs, numbers, closing, random } = attempt;
  const executed = isFaaSError(error) ? error.executed : 'maybe';
  const mayRepeat = executed === 'no' || idempotent;
  if (closing && mayRepeat && isFaaSError(error) && (error.code === 'ABORTED' || error.code === 'CLOSED')) {
    return { again: true, delayMs: 0 };
  }
  if (isFaaSError(error) && isThrottled(error)) {
    // It says nothing about the item, and holds up all of them: only its time is limited.
    if (throttledMs < numbers.throttledForMs) return { again: true, throttled: throttlingOf(error) };
    return { again: false, state: 'failed' };
  }
  if (mayRepeat && isFaaSError(error) && passes(error) && attempts < numbers.maxAttempts) {
    if (error.code === 'THROTTLED') return { again: true, throttled: throttlingOf(error) };
    return pauseAfter(error, attempts, numbers, random);
  }
  return { again: false, state: executed === 'maybe' ? 'uncertain' : 'failed' };
}

/** True for a 429 to a call that certainly did not run. */
export function isThrottled(error: FaaSError): boolean {
  return error.code === 'THROTTLED' && error.executed === 'no';
}

function throttlingOf({ retryAfterMs }: FaaSError): Throttling {
  return { toldMs: retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, LONGEST_TOLD_MS) };
}

/** True if another attempt may meet other surroundings. */
function passes(error: FaaSError): boolean {
  if (error.retryable) return true;
  if (error.executed !== 'no' || isConfigurationError(error)) return false;
  // A worker's wrong secret or host is no fault of its items: they wait until somebody has corrected it.
  return !(isFaaSDetailedError(error) && ABOUT_THE_CALL.has(error.code)) && error.code !== 'DEFINITION_MISSING';
}

function pauseAfter(error: FaaSError, attempts: number, { waitsMs }: QueueRetryNumbers, random: () => number): Verdict {
  const waitMs = waitsMs[Math.min(attempts, waitsMs.length) - 1] ?? 0;
  return { again: true, delayMs: spread(Math.max(waitMs, error.retryAfterMs ?? 0), random) };
}

/**
 * Upwards only: what failed together does not come back together.
 *
 * @param ms - a pause, in milliseconds.
 */
export function spread(ms: number, random: () => number): number {
  return ms * (1 + random() / 4);
}
