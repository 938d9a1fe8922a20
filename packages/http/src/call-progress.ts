import type { TransportError } from '@lp-functions/errors';
import type { CallLimits } from './call-limits.ts';
import type { HttpResponse } from './http-transport.ts';
import type { RepeatRule } from './retry-policy.ts';

/** What came of one attempt. */
export type Outcome =
  | {
      readonly status: number;
      readonly response: HttpResponse;
      readonly retryAfterMs?: number | undefined;
      readonly error?: undefined;
    }
  | { readonly error: TransportError; readonly response?: undefined };

/** What one call has been through. */
export interface CallProgress {
  readonly limits: CallLimits;
  attempts: number;
  repeats: number;
  /** A 401 leads to one renewal in a call, not more. */
  renewed: boolean;
  /** The last outcome after which the request may have been processed. */
  uncertain: Outcome | undefined;
  /** True if an attempt before the last one may have been processed. */
  earlierMayHaveRun: boolean;
  /** What the authorizer had given last when this call began. */
  givenBefore: Readonly<Record<string, string>> | undefined;
  /** Every set of headers that the authorizer gave. */
  readonly credentials: Readonly<Record<string, string>>[];
  /** On the client's monotonic clock, in milliseconds. */
  attemptStartedAtMs: number;
}

/** Nothing has happened yet. */
export function beginProgress(limits: CallLimits): CallProgress {
  return {
    limits,
    attempts: 0,
    repeats: 0,
    renewed: false,
    uncertain: undefined,
    earlierMayHaveRun: false,
    givenBefore: undefined,
    credentials: [],
    attemptStartedAtMs: 0,
  };
}

/** Answers that a gateway gives before it hands a request on. */
const REFUSED_BEFORE_RUNNING: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413]);

/**
 * Tells whether a request with this outcome may have been processed: the function, or one of an event's listeners, ran.
 *
 * @param outcome - status or error of the attempt.
 * @param rule - an event's 429 may come from its second listener.
 */
export function mayHaveRun(
  outcome: { readonly status: number; readonly error?: undefined } | { readonly error: TransportError },
  rule: RepeatRule,
): boolean {
  if (outcome.error !== undefined) return outcome.error.requestSent === 'maybe';
  if (outcome.status === 429) return rule === 'event-invocation';
  return !REFUSED_BEFORE_RUNNING.has(outcome.status);
}
