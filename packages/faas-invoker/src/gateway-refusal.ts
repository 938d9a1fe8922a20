import {
  blamesFunction,
  type Executed,
  FaaSDetailedError,
  type FaaSDetailedErrorCode,
  FaaSLambdaError,
  type FaaSLambdaErrorCode,
  type Fault,
  findPlatformCode,
  type FunctionLog,
} from '@lp-functions/errors';
import type { HttpAnswer } from '@lp-functions/http';
import { readRefusal } from './gateway-endpoint.ts';
import type { Platform } from './platform-generation.ts';

/** The call that was refused. */
export interface RefusedCall {
  readonly context: {
    readonly operation: string;
    readonly accountId: string;
    readonly target: string;
    readonly requestId: string;
  };
  readonly platform: Platform;
  /** An event has several listeners: one may have run before another was refused. */
  readonly byEvent: boolean;
  readonly idempotent: boolean;
  /** Length of the body that was sent. */
  readonly sentBytes: number;
}

/**
 * Turns an answer that is no success into the error that says who must act. A function of its arguments.
 *
 * @param answer - what came back after all repeats.
 * @param call - what was called.
 * @returns a {@link FaaSLambdaError} if the function failed, else a {@link FaaSDetailedError}.
 */
export function describeRefusal(answer: HttpAnswer, call: RefusedCall): FaaSDetailedError {
  const { status, attempts, retryAfterMs, scrub } = answer;
  const body = readRefusal(answer.text);
  const platformCode = body.platformCode === undefined ? undefined : scrub(shorten(body.platformCode, 200));
  const platformMessage = body.platformMessage === undefined ? undefined : scrub(shorten(body.platformMessage, 2_000));
  const known = platformCode === undefined ? undefined : findPlatformCode(platformCode);
  const failedItself = status === 901 || status === 499 || (platformCode !== undefined && blamesFunction(platformCode));
  const said = [`HTTP ${String(status)}`, platformCode].filter((part) => part !== undefined).join(', ');
  const shared = {
    ...call.context,
    status,
    attempts,
    retryAfterMs,
    platform: call.platform,
    platformCode,
    platformMessage,
    v1Code: known?.v1Code ?? platformCode,
  };
  const what = `${call.context.operation} ${call.context.target}`;
  const tail = platformMessage === undefined ? '' : `: ${platformMessage}`;
  if (failedItself) {
    return new FaaSLambdaError(`${what}: the function failed (${said})${tail}`, {
      ...shared,
      code: lambdaCode(known?.code, status),
      fault: known?.fault ?? 'function',
      executed: 'yes',
      hint: known?.hint,
      logs: body.logs === undefined ? undefined : readLogs(body.logs, scrub),
    });
  }
  const code = detailedCode(status, known?.code);
  const executed = executedBy(status, call.byEvent, answer.earlierMayHaveRun);
  const passing = PASSING.has(code) || (code === 'REQUEST_REFUSED' && status >= 500);
  const size = code === 'PAYLOAD_TOO_LARGE' ? ` (${String(call.sentBytes)} bytes were sent)` : '';
  return new FaaSDetailedError(`${what}: the platform refused the call (${said})${tail}${size}`, {
    ...shared,
    code,
    fault: faultOf(code, known?.fault),
    executed,
    retryable: passing && (executed === 'no' || call.idempotent),
    hint: HINTS[code] ?? known?.hint,
  });
}

/**
 * The error for an answer that says success, in a body nobody can read.
 *
 * @param answer - what came back.
 * @param call - what was called.
 */
export function describeUnreadable(answer: HttpAnswer, call: RefusedCall): FaaSDetailedError {
  const { status, attempts, text } = answer;
  const kind = text.trimStart().startsWith('<') ? 'HTML' : 'a body that is not readable JSON';
  return new FaaSDetailedError(
    `${call.context.operation} ${call.context.target}: the gateway answered HTTP ${String(status)} with ${kind}`,
    {
      ...call.context,
      code: 'RESPONSE_UNREADABLE',
      fault: 'platform',
      status,
      attempts,
      platform: call.platform,
      executed: 'maybe',
      hint: 'The function has probably run. Look for a proxy that rewrites answers.',
    },
  );
}

const PASSING: ReadonlySet<FaaSDetailedErrorCode> = new Set(['THROTTLED', 'PLATFORM_FAILURE', 'PLATFORM_UNAVAILABLE']);

const BY_STATUS: Readonly<Record<number, FaaSDetailedErrorCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'PLATFORM_UNAVAILABLE',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'THROTTLED',
  502: 'PLATFORM_UNAVAILABLE',
  503: 'PLATFORM_UNAVAILABLE',
  504: 'PLATFORM_UNAVAILABLE',
};

const HINTS: Readonly<Partial<Record<FaaSDetailedErrorCode, string>>> = {
  UNAUTHORIZED: 'The token was refused, and so was a renewed one: check that the app is installed on this account.',
  FORBIDDEN: 'An app needs the scope faas.lambda.invoke, a user the permission FaaS-Invocation.',
  NOT_FOUND: 'Check the id and the account, and that the function is deployed (state Productive).',
  THROTTLED: 'Send fewer calls at once.',
  PAYLOAD_TOO_LARGE: 'Send less: the platform does not take a body of this size.',
};

/** What a gateway says before it hands a call on to a function. */
const REFUSED_BEFORE_RUNNING: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 413]);

function executedBy(status: number, byEvent: boolean, earlierMayHaveRun: boolean): Executed {
  const before = REFUSED_BEFORE_RUNNING.has(status) || (status === 429 && !byEvent);
  return before && !earlierMayHaveRun ? 'no' : 'maybe';
}

function detailedCode(status: number, known: FaaSDetailedErrorCode | undefined): FaaSDetailedErrorCode {
  // Statuses with one meaning win over a code; of the others the code knows more.
  if (status === 401 || status === 403 || status === 413 || status === 429)
    return BY_STATUS[status] ?? 'REQUEST_REFUSED';
  return known ?? BY_STATUS[status] ?? (status >= 500 && status <= 599 ? 'PLATFORM_FAILURE' : 'REQUEST_REFUSED');
}

function lambdaCode(known: FaaSDetailedErrorCode | undefined, status: number): FaaSLambdaErrorCode {
  switch (known) {
    case 'FUNCTION_THREW':
    case 'FUNCTION_CRASHED':
    case 'FUNCTION_TIMED_OUT':
    case 'FUNCTION_LOG_LIMIT':
    case 'FUNCTION_FAILED':
      return known;
    default:
      return status === 499 ? 'FUNCTION_TIMED_OUT' : 'FUNCTION_FAILED';
  }
}

function faultOf(code: FaaSDetailedErrorCode, known: Fault | undefined): Fault {
  if (known !== undefined) return known;
  return code === 'PLATFORM_FAILURE' || code === 'PLATFORM_UNAVAILABLE' ? 'platform' : 'caller';
}

function readLogs(logs: readonly unknown[], scrub: (text: string) => string): readonly FunctionLog[] {
  return logs.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { level, message, timestamp, extras } = entry as Record<string, unknown>;
    if (typeof message !== 'string') return [];
    return [
      {
        level: typeof level === 'string' ? level : 'Info',
        message: scrub(message),
        ...(typeof timestamp === 'number' ? { timestamp } : {}),
        ...(Array.isArray(extras) ? { extras: JSON.parse(scrub(JSON.stringify(extras))) as unknown[] } : {}),
      },
    ];
  });
}

function shorten(value: string, characters: number): string {
  return value.length > characters ? `${value.slice(0, characters)}…` : value;
}
