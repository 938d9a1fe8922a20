import { isFaaSError, isTransportError, SentinelOAuthError } from '@lp-functions/errors';
import { scrubberOf } from './call-failure.ts';
import type { CallProgress } from './call-progress.ts';
import type { HttpCall } from './http-call.ts';
import { safeCause } from './safe-cause.ts';

/**
 * The error for an authorizer that threw. What this family threw behind it (a refused grant) says more and stays as it
 * is; anything else may hold credentials and is copied.
 *
 * @param error - what the authorizer threw or rejected with.
 * @param call - the call that asked it.
 * @param progress - what the call has been through.
 */
export function authorizerFailed(error: unknown, call: HttpCall, progress: CallProgress): Error {
  // One without an operation says nothing about its request, and could be taken for a failure of the call's own.
  if (isFaaSError(error) && !(isTransportError(error) && error.operation === undefined)) return error;
  return new SentinelOAuthError(`${call.context.operation}: the authorizer failed`, {
    ...call.context,
    code: 'AUTHORIZER_FAILED',
    fault: 'caller',
    attempts: progress.attempts,
    cause: safeCause(error, scrubberOf(call, progress)),
    hint: 'Look at the cause: it is what your authorizer threw.',
  });
}

/** The error for an authorizer that returned something else than headers. */
export function authorizerUnreadable(call: HttpCall, progress: CallProgress): SentinelOAuthError {
  return new SentinelOAuthError(
    `${call.context.operation}: the authorizer did not return headers (an object of texts)`,
    { ...call.context, code: 'AUTHORIZER_FAILED', fault: 'caller', attempts: progress.attempts },
  );
}
