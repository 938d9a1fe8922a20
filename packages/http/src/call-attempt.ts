import { isTransportError } from '@lp-functions/errors';
import type { Authorizer, RejectedAuthorization } from './authorizer.ts';
import { authorizerFailed, authorizerUnreadable } from './authorizer-failure.ts';
import { deadlineExceeded, redirectRefused, unknownFailure } from './call-failure.ts';
import { deadlineBeforeSending, limitReached, type Timekeeping, withinLimits } from './call-limits.ts';
import type { CallProgress, Outcome } from './call-progress.ts';
import type { HttpCall } from './http-call.ts';
import { headerValue, type HttpTransport } from './http-transport.ts';
import { parseRetryAfter } from './retry-after.ts';
import { aborted } from './transport-failure.ts';

const DEFAULT_MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
const NO_HEADERS: Readonly<Record<string, string>> = {};

/** What attempts are made with. */
export interface AttemptTools extends Timekeeping {
  readonly transport: HttpTransport;
  /** Limit of one attempt in milliseconds, where the call sets none. */
  readonly defaultTimeoutMs: number;
  /** Told of a 401 before the credential is renewed. */
  readonly onRenewal: (call: HttpCall, progress: CallProgress, outcome: Outcome) => void;
}

/**
 * Makes the function that sends one attempt: authorized, within the call's limits, and once more with a renewed
 * credential if the first was answered 401.
 *
 * @param tools - what attempts are made with.
 */
export function createAttempt(tools: AttemptTools): (call: HttpCall, progress: CallProgress) => Promise<Outcome> {
  const { transport, clock, defaultTimeoutMs, onRenewal } = tools;
  /** What each authorizer gave last: what a call finds here is older than the call. */
  const lastGiven = new WeakMap<Authorizer, Readonly<Record<string, string>>>();

  async function attempt(call: HttpCall, progress: CallProgress): Promise<Outcome> {
    if (call.authorizer === undefined) return exchange(call, progress, NO_HEADERS);
    if (progress.attempts === 0) progress.givenBefore = lastGiven.get(call.authorizer);
    const credential = await authorize(call.authorizer, call, progress);
    if (progress.givenBefore !== credential) lastGiven.set(call.authorizer, credential);
    const outcome = await exchange(call, progress, credential);
    if (progress.renewed || !isRejected(outcome, call, progress.givenBefore, credential)) return outcome;
    progress.renewed = true;
    onRenewal(call, progress, outcome);
    const challenge = headerValue(outcome.response?.headers ?? {}, 'www-authenticate');
    const rejected = challenge === undefined ? { headers: credential } : { headers: credential, challenge };
    const renewed = await authorize(call.authorizer, call, progress, rejected);
    return sameHeaders(renewed, credential) ? outcome : exchange(call, progress, renewed);
  }

  async function authorize(
    authorizer: Authorizer,
    call: HttpCall,
    progress: CallProgress,
    rejected?: RejectedAuthorization,
  ): Promise<Readonly<Record<string, string>>> {
    const { limits } = progress;
    const reached = limitReached(limits, clock, 'authorization');
    if (reached !== undefined) throw reached;
    const describe = (error: unknown): Error => authorizerFailed(error, call, progress);
    const asked = { url: call.url, method: call.method, signal: limits.signal };
    let answer: Promise<unknown>;
    try {
      answer = authorizer.authorize(asked, rejected);
    } catch (error) {
      throw describe(error);
    }
    const headers = await withinLimits(answer, limits, tools, describe, 'authorization');
    if (!isHeaders(headers)) throw authorizerUnreadable(call, progress);
    if (!progress.credentials.includes(headers)) progress.credentials.push(headers);
    return headers;
  }

  async function exchange(
    call: HttpCall,
    progress: CallProgress,
    credential: Readonly<Record<string, string>>,
  ): Promise<Outcome> {
    if (call.trace === undefined) return send(call, progress, credential);
    const watched = call.trace.attempt(call.method, call.url, progress.attempts + 1);
    const outcome = await send(call, progress, { ...credential, ...watched.headers });
    watched.end({ status: outcome.response?.status, errorCode: outcome.error?.code });
    return outcome;
  }

  async function send(
    call: HttpCall,
    progress: CallProgress,
    credential: Readonly<Record<string, string>>,
  ): Promise<Outcome> {
    const { signal, deadlineAtMs } = progress.limits;
    const startedAtMs = clock.monotonicNow();
    const remainingMs = deadlineAtMs - startedAtMs;
    const timeoutMs = call.timeoutMs ?? defaultTimeoutMs;
    progress.attemptStartedAtMs = startedAtMs;
    if (signal?.aborted === true) return { error: aborted(signal) };
    if (remainingMs <= 0) return { error: deadlineBeforeSending() };
    progress.attempts++;
    try {
      const response = await transport.send({
        method: call.method,
        url: call.url,
        headers: call.headers === undefined ? credential : { ...call.headers, ...credential },
        body: call.body,
        signal,
        timeoutMs: Math.min(timeoutMs, remainingMs),
        maxResponseBytes: call.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
      });
      const { status } = response;
      if (status >= 300 && status < 400) return { error: redirectRefused(response, call.url) };
      if (status < 400) return { status, response };
      return {
        status,
        response,
        retryAfterMs: parseRetryAfter(headerValue(response.headers, 'retry-after'), clock.now()),
      };
    } catch (error) {
      const failure = isTransportError(error) ? error : unknownFailure(error);
      const clipped = failure.code === 'ATTEMPT_TIMEOUT' && remainingMs <= timeoutMs;
      return { error: clipped ? deadlineExceeded(failure) : failure };
    }
  }

  return attempt;
}

function isRejected(
  { response }: Outcome,
  { renewOn403 }: HttpCall,
  before: Readonly<Record<string, string>> | undefined,
  credential: Readonly<Record<string, string>>,
): boolean {
  if (response?.status === 401) return true;
  if (response?.status !== 403 || renewOn403 !== true || before === undefined) return false;
  return sameHeaders(before, credential);
}

function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  // What can be iterated (an array, a Map, a fetch Headers) shows no values: taken as headers, it would send none.
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function sameHeaders(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
