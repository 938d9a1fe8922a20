import type { TransportError } from '@lp-functions/errors';

/**
 * What kind of call it is, and so what of it may be repeated:
 * `invocation` runs one function; `event-invocation` runs every listener in turn, so that one may have run before
 * another was refused; `read` and `grant` change nothing that a repeat would change again; `single-use` spends a code or a
 * refresh token.
 */
export type RepeatRule = 'invocation' | 'event-invocation' | 'read' | 'grant' | 'single-use';

/** Numbers of the policy. Every field may be set; the defaults are in {@link DEFAULT_RETRY}. */
export interface RetryOptions {
  /** Repeats after the first attempt. 0 turns repeating off. Default 3, as LivePerson publishes. */
  readonly maxRetries?: number | undefined;
  /** Pauses before the repeats after a 5xx or 408, in milliseconds; the last one stands for all further ones. Default 5, 10, 15 s, as LivePerson publishes. */
  readonly serverErrorWaitsMs?: readonly number[] | undefined;
  /** Least pause after a 429 that does not say how long, in milliseconds; doubled with every repeat. Default 1,000, as LivePerson publishes. */
  readonly throttledWaitMs?: number | undefined;
  /** First pause after a network failure, in milliseconds; doubled with every repeat, full jitter. Default 200. */
  readonly networkWaitMs?: number | undefined;
  /** A `Retry-After` above this is not waited for, in milliseconds: the call fails at once and says so. Default 60,000. */
  readonly maxRetryAfterMs?: number | undefined;
  /**
   * Repeats that all calls of a client have together; every call that is answered gives one back. When they are used up,
   * calls fail with their first failure: while a platform is down, repeats would only keep it down. Default 500.
   */
  readonly budget?: number | undefined;
}

/** Numbers of the policy that one call can have of its own. The budget belongs to all calls of a client together. */
export type CallRetryOptions = Omit<RetryOptions, 'budget'>;

/** The numbers of the policy, all set. */
export type RetryNumbers = { readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]> };

/** @see LivePerson's page "Retry policy recommendations" for the waits after 429 and 5xx. */
export const DEFAULT_RETRY: RetryNumbers = {
  maxRetries: 3,
  serverErrorWaitsMs: [5_000, 10_000, 15_000],
  throttledWaitMs: 1_000,
  networkWaitMs: 200,
  maxRetryAfterMs: 60_000,
  budget: 500,
};

/** What came of an attempt: an answer, or none. */
export type AttemptOutcome =
  | { readonly status: number; readonly retryAfterMs?: number | undefined; readonly error?: undefined }
  | { readonly error: TransportError };

/** Everything the policy looks at. */
export interface RepeatQuestion {
  readonly rule: RepeatRule;
  /** The caller says that running the function twice does no harm. */
  readonly idempotent: boolean;
  readonly outcome: AttemptOutcome;
  /** Repeats made so far. */
  readonly repeats: number;
  /** Time left until the call's deadline, in milliseconds. */
  readonly remainingMs: number;
  readonly numbers: RetryNumbers;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Whether to repeat, and after which pause in milliseconds. */
export type RepeatDecision = { readonly repeat: true; readonly waitMs: number } | { readonly repeat: false };

const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);
const MAX_NETWORK_WAIT_MS = 10_000;
const STOP: RepeatDecision = { repeat: false };

/** True if a repeat can do no harm even though the request may have been processed. */
export function mayRunTwice(rule: RepeatRule, idempotent: boolean): boolean {
  return rule === 'read' || rule === 'grant' || (idempotent && rule !== 'single-use');
}

/**
 * Decides whether an attempt is repeated. A function of its arguments: the one place where the policy is.
 *
 * @param question - the call, what came of the attempt, and the numbers.
 */
export function decideRepeat(question: RepeatQuestion): RepeatDecision {
  const { outcome, repeats, numbers, remainingMs } = question;
  if (repeats >= numbers.maxRetries || !isRepeatable(question)) return STOP;
  const waitMs = outcome.error === undefined ? waitAfterAnswer(outcome, question) : waitAfterFailure(question);
  return waitMs === undefined || waitMs >= remainingMs ? STOP : { repeat: true, waitMs };
}

/** True if the policy would repeat such an outcome, were there repeats and time left. */
export function isRepeatable({
  rule,
  idempotent,
  outcome,
}: Pick<RepeatQuestion, 'rule' | 'idempotent' | 'outcome'>): boolean {
  const wide = mayRunTwice(rule, idempotent);
  if (outcome.error === undefined) {
    if (outcome.status === 429) return wide || rule === 'invocation';
    return wide && TRANSIENT_STATUSES.has(outcome.status);
  }
  const { code, requestSent } = outcome.error;
  switch (code) {
    case 'ABORTED':
    case 'CLOSED':
    case 'DEADLINE_EXCEEDED':
    case 'REDIRECT_REFUSED':
    case 'RESPONSE_TOO_LARGE':
      return false;
    case 'ATTEMPT_TIMEOUT':
    case 'UNREACHABLE':
    case 'TLS_FAILED':
    case 'CONNECTION_LOST':
    case 'RESPONSE_MALFORMED':
    case 'TRANSPORT_FAILED':
      return requestSent === 'no' || wide;
    default:
      return false;
  }
}

function waitAfterAnswer(
  { status, retryAfterMs }: Extract<AttemptOutcome, { status: number }>,
  { repeats, numbers, random }: RepeatQuestion,
): number | undefined {
  if (retryAfterMs !== undefined && retryAfterMs > numbers.maxRetryAfterMs) return undefined;
  if (status === 429) {
    const least = numbers.throttledWaitMs * 2 ** repeats;
    // Jitter only upwards: never sooner than the published pause.
    return Math.max(retryAfterMs ?? least * (1 + random() / 2), numbers.throttledWaitMs);
  }
  return retryAfterMs ?? numbers.serverErrorWaitsMs[Math.min(repeats, numbers.serverErrorWaitsMs.length - 1)] ?? 0;
}

function waitAfterFailure({ repeats, numbers, random }: RepeatQuestion): number {
  return random() * Math.min(numbers.networkWaitMs * 2 ** repeats, MAX_NETWORK_WAIT_MS);
}
