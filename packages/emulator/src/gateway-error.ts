import { jsonReply, type Reply } from './reply.ts';
import type { PlatformGeneration } from './service-hosts.ts';

/** Why the gateway refuses, or how a function failed. */
export type GatewayFailure =
  | 'bad-input'
  | 'too-large'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-deployed'
  | 'method-not-allowed'
  | 'throttled'
  | 'general'
  | 'unavailable'
  | 'threw'
  | 'crashed'
  | 'timed-out'
  | 'log-limit';

/** A line that a function logged, as V1 attaches it to an error. */
export interface FunctionLog {
  readonly level: 'Debug' | 'Info' | 'Warn' | 'Error';
  readonly message: string;
  readonly extras: readonly unknown[];
  readonly timestamp: number;
}

/** A line that a function logged, with the request it ran for. */
export interface LoggedLine extends FunctionLog {
  /** Id of the request in the journal. */
  readonly requestId: number;
}

/**
 * Codes and statuses of both generations. Where LivePerson documents no code for a status (401, 403, 405, 413, 429) its own
 * "unspecified" or "bad input" code stands: the emulator invents none.
 */
const FAILURES: Readonly<
  Record<GatewayFailure, { readonly status: number; readonly v1: string; readonly v2: string }>
> = {
  'bad-input': { status: 400, v1: 'com.liveperson.faas.es.badinput', v2: 'com.liveperson.faas.evg.invalid' },
  'too-large': { status: 413, v1: 'com.liveperson.faas.es.badinput', v2: 'com.liveperson.faas.evg.invalid' },
  'method-not-allowed': { status: 405, v1: 'com.liveperson.faas.es.badinput', v2: 'com.liveperson.faas.evg.invalid' },
  unauthorized: { status: 401, v1: 'com.liveperson.faas.es.general', v2: 'com.liveperson.faas.evg.general' },
  forbidden: { status: 403, v1: 'com.liveperson.faas.es.general', v2: 'com.liveperson.faas.evg.general' },
  throttled: { status: 429, v1: 'com.liveperson.faas.es.general', v2: 'com.liveperson.faas.evg.general' },
  'not-found': {
    status: 404,
    v1: 'com.liveperson.faas.es.missinglambda',
    v2: 'com.liveperson.faas.function.not-found',
  },
  'not-deployed': {
    status: 404,
    v1: 'com.liveperson.faas.es.notdeployed',
    v2: 'com.liveperson.faas.function.not-found',
  },
  general: { status: 500, v1: 'com.liveperson.faas.es.general', v2: 'com.liveperson.faas.evg.general' },
  unavailable: { status: 503, v1: 'com.liveperson.faas.es.unavailable', v2: 'com.liveperson.faas.evg.general' },
  threw: {
    status: 901,
    v1: 'com.liveperson.faas.handler.custom-failure',
    v2: 'com.customer.faas.function.threw-error',
  },
  crashed: {
    status: 901,
    v1: 'com.liveperson.faas.handler.runtime-exception',
    v2: 'com.customer.faas.function.js-runtime-error',
  },
  'timed-out': {
    status: 901,
    v1: 'com.liveperson.faas.handler.executiontime-exceeded',
    v2: 'com.customer.faas.function.execution-exceeded',
  },
  'log-limit': {
    status: 901,
    v1: 'com.liveperson.faas.handler.log-limit-reached',
    v2: 'com.liveperson.faas.function.runtime.limit-reached',
  },
};

/** Builds the gateway's error answer: V1 `errorCode`, `errorMsg` and perhaps `errorLogs`; V2 `code`, `message`; never another field. */
export function gatewayError(
  platform: PlatformGeneration,
  failure: GatewayFailure,
  message: string,
  options: {
    /** Instead of the failure's own status. */
    readonly status?: number | undefined;
    readonly logs?: readonly FunctionLog[] | undefined;
    /** A V1 function on a V2 account: V1's code in V2's fields. */
    readonly compatibleV1?: boolean | undefined;
  } = {},
): Reply {
  const { status, v1, v2 } = FAILURES[failure];
  if (platform === 'v2') {
    return jsonReply(options.status ?? status, { code: options.compatibleV1 === true ? v1 : v2, message });
  }
  const { logs = [] } = options;
  return jsonReply(options.status ?? status, {
    errorCode: v1,
    errorMsg: message,
    ...(logs.length === 0 ? {} : { errorLogs: logs }),
  });
}

/** Names the failure that a bare status stands for, for scripted answers without a body. */
export function gatewayFailureOf(status: number): GatewayFailure {
  if (status === 901 || status === 499) return status === 901 ? 'threw' : 'timed-out';
  const exact = (Object.keys(FAILURES) as GatewayFailure[]).find((failure) => FAILURES[failure].status === status);
  if (exact !== undefined) return exact;
  if (status === 502 || status === 504) return 'unavailable';
  return status >= 500 ? 'general' : 'bad-input';
}
