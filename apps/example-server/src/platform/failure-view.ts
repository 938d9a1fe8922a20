import {
  type Executed,
  type FunctionLog,
  isConfigurationError,
  isFaaSDetailedError,
  isFaaSError,
  isFaaSLambdaError,
  isSentinelOAuthError,
} from '@lp-functions/client';
import type { FailureReason } from '@lp-functions/invocation-queue';
import { type Responsible, wordsFor } from './failure-words.ts';

/** A failure as a page shows it. Holds no secret: the errors it is made of hold none. */
export interface FailureView {
  readonly responsible: Responsible;
  readonly title: string;
  readonly explanation: string;
  /** Whether the function may have run; absent where there was none to run. */
  readonly executed?: Executed | undefined;
  readonly mayTryAgain: boolean;
  readonly retryAfterSeconds?: number | undefined;
  /** Stable identifier, for a report. */
  readonly code: string;
  /** What the function, or the platform, said. Anybody may have written it. */
  readonly message?: string | undefined;
  readonly logs?: readonly Pick<FunctionLog, 'level' | 'message'>[] | undefined;
  /** HTTP status for a page that shows nothing else. */
  readonly status: number;
}

const SERVER_FAILED = {
  responsible: 'server',
  title: 'This server failed',
  explanation: 'It is not your fault, nor that of a function. Whoever runs the server finds the reason in its log.',
  status: 500,
} as const;

/** Operations that make a function run, or may. */
const CALLS: readonly string[] = ['invokeByUuid', 'enqueue'];

/**
 * Puts an error into words for the user of a page: what happened, who has to act, and whether the function ran.
 *
 * @param error - what a client of the platform threw, or anything else.
 */
export function describeFailure(error: unknown): FailureView {
  // Not even what the packages were given is in order.
  if (!isFaaSError(error) || isConfigurationError(error)) {
    return { ...SERVER_FAILED, mayTryAgain: false, code: isFaaSError(error) ? error.code : 'INTERNAL' };
  }
  const oauthError = isSentinelOAuthError(error) ? error.oauthError : undefined;
  return {
    ...wordsFor({ name: error.name, code: error.code, oauthError, fault: error.fault }),
    ...(CALLS.includes(error.operation ?? '') ? { executed: error.executed } : {}),
    ...retryOf(error),
    code: error.code,
    ...(isFaaSDetailedError(error) ? { message: error.platformMessage } : {}),
    ...(isFaaSLambdaError(error) ? { logs: error.logs?.map(({ level, message }) => ({ level, message })) } : {}),
  };
}

/**
 * The same for a queued call that is not tried again, or not yet.
 *
 * @param reason - what the queue has kept of an error.
 */
export function describeReason(reason: FailureReason): FailureView {
  if (reason.name === 'ConfigurationError') {
    return { ...SERVER_FAILED, executed: reason.executed, mayTryAgain: false, code: reason.code };
  }
  return {
    // Queued calls are the server's own: no user could do anything about its permissions.
    ...wordsFor({
      ...reason,
      code: reason.code === 'FORBIDDEN' ? 'FORBIDDEN to the server' : reason.code,
      fault: reason.fault as Responsible,
    }),
    executed: reason.executed,
    ...retryOf(reason),
    code: reason.code,
    ...(reason.platformMessage === undefined ? {} : { message: reason.platformMessage }),
  };
}

function retryOf(failure: {
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
}): Pick<FailureView, 'mayTryAgain' | 'retryAfterSeconds'> {
  const { retryable, retryAfterMs } = failure;
  return {
    mayTryAgain: retryable || retryAfterMs !== undefined,
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
  };
}
