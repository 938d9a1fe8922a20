import { ERROR_CODES, isTransportError, TransportError, type TransportErrorCode } from '@lp-functions/errors';
import type { CallProgress } from './call-progress.ts';
import { secretsOfHeaders } from './header-secrets.ts';
import type { HttpCall } from './http-call.ts';
import { headerValue, type HttpResponse } from './http-transport.ts';
import { createScrubber } from './redaction.ts';
import { isRepeatable, mayRunTwice } from './retry-policy.ts';
import { safeCause } from './safe-cause.ts';
import { whileWaiting } from './call-wait.ts';

/**
 * Describes a failure as the caller of the whole call has to see it: what was called, how often it was sent, whether the
 * function may have run, and nothing secret.
 *
 * @param error - of the last attempt.
 * @param call - what was called.
 * @param progress - what the call has been through.
 */
export function inContext(error: TransportError, call: HttpCall, progress: CallProgress): TransportError {
  const { operation, target } = call.context;
  const scrub = scrubberOf(call, progress);
  const runsFunction = call.rule === 'invocation' || call.rule === 'event-invocation';
  const requestSent = progress.uncertain === undefined ? error.requestSent : 'maybe';
  const what = target === undefined ? operation : `${operation} ${target}`;
  const times = progress.attempts > 1 ? `, after ${String(progress.attempts)} attempts` : '';
  const executed = runsFunction && requestSent === 'maybe' ? 'maybe' : 'no';
  const hint = error.hint ?? hintFor(error.code as TransportErrorCode, executed);
  return new TransportError(scrub(`${what}: ${error.message}${times}`), {
    ...call.context,
    code: error.code as TransportErrorCode,
    phase: error.phase,
    requestSent,
    waitingFor: error.waitingFor,
    executed,
    retryable: mayBeRepeatedByCaller(error, requestSent, call),
    attempts: progress.attempts,
    retryAfterMs: error.retryAfterMs,
    hint: hint === undefined ? undefined : scrub(hint),
    cause: causeOf(error, scrub),
  });
}

function hintFor(code: TransportErrorCode, executed: 'no' | 'maybe'): string | undefined {
  if (executed === 'maybe')
    return 'The function may have run: look for the request id in its logs before you repeat the call.';
  switch (code) {
    case 'ATTEMPT_TIMEOUT':
    case 'CONNECTION_LOST':
      return 'Look at the network between, and whether the host is up.';
    case 'DEADLINE_EXCEEDED':
    case 'RESPONSE_MALFORMED':
    case 'TRANSPORT_FAILED':
      return ERROR_CODES[code].whatToDo;
    default:
      return undefined;
  }
}

function mayBeRepeatedByCaller(error: TransportError, requestSent: 'no' | 'maybe', call: HttpCall): boolean {
  const { rule, idempotent = false } = call;
  if (requestSent === 'maybe' && !mayRunTwice(rule, idempotent)) return false;
  return error.code === 'DEADLINE_EXCEEDED' || isRepeatable({ rule, idempotent, outcome: { error } });
}

function causeOf(error: TransportError, scrub: (text: string) => string): unknown {
  // The reason of a signal is the caller's own value, handed back as it is.
  if (error.cause === undefined || error.code === 'ABORTED') return error.cause;
  return safeCause(error.cause, scrub);
}

/**
 * Names the call that was ended by its own limits before it had sent anything. Errors of shared work name their own
 * operation and are left as they are.
 */
export function endedBeforeSending(error: unknown, context: HttpCall['context']): unknown {
  if (!isTransportError(error) || error.operation !== undefined) return error;
  const { operation, target } = context;
  return new TransportError(`${target === undefined ? operation : `${operation} ${target}`}: ${error.message}`, {
    ...context,
    code: error.code as TransportErrorCode,
    phase: error.phase,
    requestSent: 'no',
    waitingFor: error.waitingFor,
    retryable: error.retryable,
    attempts: 0,
    hint: error.hint ?? hintFor(error.code as TransportErrorCode, 'no'),
    cause: error.cause,
  });
}

/** Removes every secret of a call: those it was given, and those its authorizer added. */
export function scrubberOf(call: HttpCall, progress: CallProgress): (text: string) => string {
  return createScrubber([...(call.secrets ?? []), ...progress.credentials.flatMap(secretsOfHeaders)]);
}

/** The error for a redirect. */
export function redirectRefused({ status, headers }: HttpResponse, url: string): TransportError {
  const location = headerValue(headers, 'location');
  const target = location !== undefined && URL.canParse(location, url) ? new URL(location, url).origin : undefined;
  const to = target === undefined ? '' : ` to ${target}`;
  return new TransportError(`${new URL(url).host} answered with a redirect (HTTP ${String(status)}${to})`, {
    code: 'REDIRECT_REFUSED',
    phase: 'headers',
    requestSent: 'maybe',
    hint: 'Redirects are never followed, since credentials would travel along. Find out who redirects: often a proxy.',
  });
}

/**
 * The error for an attempt that the deadline of the call cut short.
 *
 * @param timeout - the attempt's own error, which says how far it had come.
 */
export function deadlineExceeded({ phase, requestSent }: TransportError): TransportError {
  const waitingFor = requestSent === 'no' ? 'connection' : 'answer';
  return new TransportError(`the deadline of the call passed${whileWaiting(waitingFor)}`, {
    code: 'DEADLINE_EXCEEDED',
    phase,
    requestSent,
    waitingFor,
  });
}

/** The error for a transport that rejects with something else than a TransportError. */
export function unknownFailure(error: unknown): TransportError {
  return new TransportError('the transport failed', {
    code: 'TRANSPORT_FAILED',
    phase: 'send',
    requestSent: 'maybe',
    cause: safeCause(error),
  });
}
