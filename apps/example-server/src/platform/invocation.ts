import {
  type EventInvocationResult,
  type FunctionsClient,
  type InvocationResult,
  isSentinelOAuthError,
} from '@lp-functions/client';
import type { Logger as Log } from 'pino';
import { describeFailure, type FailureView } from './failure-view.ts';

/** What came of a call, as text and numbers: it is kept, and shown by whichever process is asked. */
export type InvocationOutcome =
  | {
      readonly ok: true;
      /** JSON, indented; absent if the function returned nothing. */
      readonly result?: string | undefined;
      readonly durationMs: number;
      readonly attempts: number;
    }
  | { readonly ok: false; readonly failure: FailureView };

/** True if the user has to log in again before anything can be done in their name. */
export function isLoginRequired(error: unknown): boolean {
  return isSentinelOAuthError(error) && error.code === 'LOGIN_REQUIRED';
}

/**
 * Calls a function, and waits for its answer.
 *
 * @param functions - the identity to call with.
 * @param requestId - sent on to the gateway, so that both sides' logs tell of the same call.
 * @returns what came of it, be it an answer or a failure.
 * @throws {@link SentinelOAuthError} LOGIN_REQUIRED. Then nothing was called.
 */
export async function invoke(
  functions: FunctionsClient,
  uuid: string,
  payload: unknown,
  requestId: string,
  log: Pick<Log, 'warn'>,
): Promise<InvocationOutcome> {
  try {
    return outcomeOfAnswer(await functions.invokeByUuid(uuid, payload, { requestId }));
  } catch (error) {
    if (isLoginRequired(error)) throw error;
    log.warn({ err: error }, 'a call failed');
    return { ok: false, failure: describeFailure(error) };
  }
}

/** An answer, as it is kept and shown. */
export function outcomeOfAnswer(answer: InvocationResult | EventInvocationResult): InvocationOutcome {
  const { durationMs, attempts } = answer;
  const result = 'results' in answer ? answer.results : answer.result;
  return { ok: true, result: JSON.stringify(result, undefined, 2), durationMs, attempts };
}
