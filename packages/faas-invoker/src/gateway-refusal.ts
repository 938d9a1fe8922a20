import {
  blamesFunction,
  type Executed,
  FaaSDetailedError,
  type FaaSDetailedErrorCode,
  FaaSLambdaError,
  type FaaSLambdaErrorCode,
  findPlatformCode,
} from '@lp-functions/errors';
import { type HttpAnswer, mayHaveRun, shorten } from '@lp-functions/http';
import { readLogs } from './function-logs.ts';
import { readRefusal } from './gateway-endpoint.ts';
import type { Platform } from './platform-generation.ts';
import { readResult } from './result-reading.ts';

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
  /** Set for a call that only reads, so that nothing can have run. */
  readonly reads?: 'listing' | 'implemented' | undefined;
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
  // Scrubbed before it is cut: half a secret would not be recognised.
  const platformCode = body.platformCode === undefined ? undefined : shorten(scrub(body.platformCode), 200);
  const platformMessage = body.platformMessage === undefined ? undefined : shorten(scrub(body.platformMessage), 2_000);
  const known = platformCode === undefined ? undefined : findPlatformCode(platformCode);
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
  const blamed = platformCode !== undefined && blamesFunction(platformCode);
  if (call.reads === undefined && (blamed || status === 901 || status === 499)) {
    // A code that blames somebody else does not fit a status that blames the function.
    const fitting = blamed ? known : undefined;
    const code = lambdaCode(fitting?.code, status);
    return new FaaSLambdaError(`${what}: the function failed (${said})${tail}`, {
      ...shared,
      code,
      fault: fitting?.fault ?? 'function',
      executed: 'yes',
      hint: fitting?.hint ?? HINTS[code],
      logs: body.logs === undefined ? undefined : readLogs(body.logs, scrub),
    });
  }
  // Statuses with one meaning win over a code; of the others the code knows more.
  const fitting = STATUS_WINS.has(status) ? undefined : known;
  // A code that says no more than "general" leaves it to the status whether it will pass.
  const code = fitting === undefined || fitting.code === 'PLATFORM_FAILURE' ? codeOfStatus(status) : fitting.code;
  const executed =
    call.reads === undefined ? executedBy(status, call.byEvent, answer.earlierMayHaveRun) : ('no' as const);
  const passing = PASSING.has(code) || (code === 'REQUEST_REFUSED' && status >= 500);
  const size = code === 'PAYLOAD_TOO_LARGE' ? ` (${String(call.sentBytes)} bytes were sent)` : '';
  // The platform answers JSON: a page comes from something in between.
  const page = platformCode === undefined && answer.text.trimStart().startsWith('<');
  const who = page ? 'an HTML page came instead of an answer of the platform' : 'the platform refused the call';
  return new FaaSDetailedError(`${what}: ${who} (${said})${tail}${size}`, {
    ...shared,
    code,
    fault: fitting?.fault ?? (status >= 500 || status === 408 ? 'platform' : 'caller'),
    executed,
    retryable: passing && (executed === 'no' || call.idempotent),
    hint: page ? HINT_PAGE : (fitting?.hint ?? hintFor(code, call, attempts)),
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
  const kind = kindOf(text, call);
  return new FaaSDetailedError(
    `${call.context.operation} ${call.context.target}: the gateway answered HTTP ${String(status)} with ${kind}`,
    {
      ...call.context,
      code: 'RESPONSE_UNREADABLE',
      fault: 'platform',
      status,
      attempts,
      platform: call.platform,
      executed: call.reads === undefined ? 'maybe' : 'no',
      hint: `${call.reads === undefined ? 'The function has probably run. ' : ''}Look for a proxy that rewrites answers.`,
    },
  );
}

function kindOf(text: string, { byEvent, reads }: RefusedCall): string {
  if (text.trimStart().startsWith('<')) return 'HTML';
  const readable = (byEvent || reads !== undefined) && readResult(text, undefined).readable;
  if (!readable) return 'a body that is not readable JSON';
  if (reads === 'implemented') return 'JSON that says neither yes nor no';
  return reads === 'listing' ? 'JSON that is no list of functions' : 'JSON that is no list of results';
}

function hintFor(code: FaaSDetailedErrorCode, { reads }: RefusedCall, attempts: number): string | undefined {
  const denied = code === 'UNAUTHORIZED' || code === 'FORBIDDEN';
  if (denied && reads === 'listing') return HINT_LISTING;
  return code === 'UNAUTHORIZED' && attempts > 1 ? HINT_RENEWED_TOO : HINTS[code];
}

const HINT_PAGE = 'Look for a proxy or firewall between: it answered in place of the platform.';

/** Of these, a repeat after some time may succeed. */
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
  UNAUTHORIZED: 'The token was refused, and no other could be had: check that it belongs to this account.',
  FORBIDDEN: 'An app needs the scope faas.lambda.invoke, a user the permission FaaS-Invocation.',
  NOT_FOUND: 'Check the id and the account, and that the function is deployed (state Productive).',
  THROTTLED: 'Send fewer calls at once.',
  PAYLOAD_TOO_LARGE: 'Send less: the platform does not take a body of this size.',
  FUNCTION_TIMED_OUT: 'The function may run 30 seconds: let it answer sooner, or check that it always settles.',
};
const HINT_RENEWED_TOO =
  'The token was refused, and so was a renewed one: check that the app is installed on this account.';
const HINT_LISTING =
  'This identity may not list functions. LivePerson grants that to users rather than to apps: give another one as listingAuthorizer, or ask by event.';

/** These mean one thing, whatever code stands beside them: the platform has none of its own for them. */
const STATUS_WINS: ReadonlySet<number> = new Set([401, 403, 413, 429]);

function executedBy(status: number, byEvent: boolean, earlierMayHaveRun: boolean): Executed {
  const ran = mayHaveRun({ status }, byEvent ? 'event-invocation' : 'invocation');
  return ran || earlierMayHaveRun ? 'maybe' : 'no';
}

function codeOfStatus(status: number): FaaSDetailedErrorCode {
  return BY_STATUS[status] ?? (status >= 500 && status <= 599 ? 'PLATFORM_FAILURE' : 'REQUEST_REFUSED');
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
