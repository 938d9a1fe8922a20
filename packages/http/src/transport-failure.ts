import { TransportError, type TransportErrorCode, type TransportPhase, type TransportWait } from '@lp-functions/errors';
import { whileWaiting } from './call-wait.ts';
import { safeCause } from './safe-cause.ts';

const LOOKUP_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME']);
const CONNECT_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/;
const MALFORMED_CODES = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RESPONSE)/;
const INVALID_REQUEST_CODES: ReadonlySet<string> = new Set([
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_INVALID_URL',
  'ERR_UNESCAPED_CHARACTERS',
  'ERR_UNSUPPORTED_PROTOCOL',
  'UND_ERR_INVALID_ARG',
]);

/** How far an exchange had come when it broke, as its adapter saw it. */
export interface ExchangeProgress {
  readonly url: string;
  /** `'opening'`: no byte can have been written yet. `'sent'`: some may have. `'answering'`: the head of the answer came. */
  readonly stage: 'opening' | 'sent' | 'answering';
  /** Host of the proxy in between, if there is one. */
  readonly proxy?: string | undefined;
}

/** What Node and its libraries write on an error: looked up along its causes. */
interface SystemFailure {
  readonly code: string;
  /** The system call that failed: `connect`, `getaddrinfo`. */
  readonly syscall?: unknown;
  /** What came is not HTTP. */
  readonly malformed: boolean;
}

/**
 * Turns what a library or socket threw into a {@link TransportError} with the right phase.
 *
 * @param error - what was thrown.
 * @param progress - how far the exchange had come.
 */
export function describeFailure(error: unknown, progress: ExchangeProgress): TransportError {
  const failure = systemFailureOf(error);
  const host = hostOf(progress.url);
  if (progress.stage === 'opening' && INVALID_REQUEST_CODES.has(failure.code)) return invalidRequest(error, host);
  const phase = phaseOf(failure, progress);
  const requestSent = phase === 'lookup' || phase === 'connect' || phase === 'tls' ? 'no' : 'maybe';
  const known = wording(phase, failure, host, progress.proxy);
  return new TransportError(known.message, {
    code: known.code,
    phase,
    requestSent,
    hint: known.hint,
    cause: safeCause(error),
  });
}

/**
 * The error for an attempt that took too long.
 *
 * @param timeoutMs - its limit.
 * @param progress - how far the exchange had come.
 */
export function attemptTimeout(timeoutMs: number, progress: ExchangeProgress): TransportError {
  const seen = { opening: 'no connection', sent: 'no answer', answering: 'only part of the answer' }[progress.stage];
  return new TransportError(`${seen} from ${hostOf(progress.url)} within ${String(timeoutMs)} ms`, {
    code: 'ATTEMPT_TIMEOUT',
    ...reached(progress.stage),
  });
}

/**
 * The error for an attempt that the caller's signal ended.
 *
 * @param signal - the signal; its reason becomes the cause.
 * @param progress - how far the exchange had come; absent before anything was sent.
 * @param waitingFor - what the call was waiting for, if it was for something shared.
 */
export function aborted(
  signal: AbortSignal | undefined,
  progress?: ExchangeProgress,
  waitingFor?: TransportWait,
): TransportError {
  return new TransportError(`the call was aborted by its signal${whileWaiting(waitingFor)}`, {
    code: 'ABORTED',
    ...reached(progress?.stage),
    waitingFor,
    cause: signal?.reason,
  });
}

/**
 * The error for an answer that is too long.
 *
 * @param maxResponseBytes - the limit.
 * @param url - what was asked.
 */
export function responseTooLarge(maxResponseBytes: number, url: string): TransportError {
  return new TransportError(`the answer of ${hostOf(url)} is larger than ${String(maxResponseBytes)} bytes`, {
    code: 'RESPONSE_TOO_LARGE',
    phase: 'body',
    requestSent: 'maybe',
    hint: 'Raise maxResponseBytes, or let the function answer less.',
  });
}

/**
 * The error for a body that is not what its content encoding says.
 *
 * @param error - what decoding threw.
 * @param url - what was asked.
 */
export function undecodable(error: unknown, url: string): TransportError {
  return new TransportError(`the answer of ${hostOf(url)} cannot be decoded`, {
    code: 'RESPONSE_MALFORMED',
    phase: 'body',
    requestSent: 'maybe',
    cause: safeCause(error),
  });
}

/** The error for an answer that switches to a protocol nobody asked for. */
export function upgraded(url: string): TransportError {
  return new TransportError(`${hostOf(url)} switched to another protocol, which was not asked for`, {
    code: 'RESPONSE_MALFORMED',
    phase: 'headers',
    requestSent: 'maybe',
  });
}

/**
 * The error for the use of a transport that was closed, or is closed in the middle of an exchange.
 *
 * @param progress - how far the exchange had come; absent if it had not begun.
 */
export function transportClosed(progress?: ExchangeProgress): TransportError {
  return new TransportError('the client was closed', {
    code: 'CLOSED',
    ...reached(progress?.stage),
    hint: 'Create a new client, or call close() later.',
  });
}

/**
 * The error for a transport whose library cannot be imported.
 *
 * @param error - what the import rejected with.
 * @param library - name of the library.
 */
export function libraryMissing(error: unknown, library: string): TransportError {
  return new TransportError(`${library} could not be imported`, {
    code: 'TRANSPORT_FAILED',
    phase: 'connect',
    requestSent: 'no',
    hint: 'Install the dependencies of @lp-functions/http again.',
    cause: safeCause(error),
  });
}

/** Host and port for a message; any text is taken. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '[not a URL]';
}

function reached(stage: ExchangeProgress['stage'] = 'opening'): {
  readonly phase: TransportPhase;
  readonly requestSent: 'no' | 'maybe';
} {
  if (stage === 'opening') return { phase: 'connect', requestSent: 'no' };
  return { phase: stage === 'sent' ? 'headers' : 'body', requestSent: 'maybe' };
}

/** By fields, not by `instanceof`: under a test runner with realms of its own, Node's errors are no `Error` here. */
function systemFailureOf(error: unknown, depth = 0): SystemFailure {
  if (typeof error !== 'object' || error === null || depth > 4) return { code: '', malformed: false };
  const { name, code, syscall, cause, errors } = error as Readonly<
    Record<'name' | 'code' | 'syscall' | 'cause' | 'errors', unknown>
  >;
  if (typeof code === 'string') return { code, syscall, malformed: MALFORMED_CODES.test(code) };
  // undici's parser does not always say what was wrong.
  if (name === 'HTTPParserError') return { code: '', malformed: true };
  // Node reports failed connections to several addresses of one name together.
  return systemFailureOf(Array.isArray(errors) ? errors[0] : cause, depth + 1);
}

function phaseOf({ code, syscall }: SystemFailure, { url, stage, proxy }: ExchangeProgress): TransportPhase {
  if (stage === 'answering') return 'body';
  if (stage === 'sent') return 'headers';
  if (LOOKUP_CODES.has(code) || syscall === 'getaddrinfo') return 'lookup';
  if (CONNECT_CODES.has(code) || syscall === 'connect') return 'connect';
  // A proxy that refuses to open a tunnel says so without a code.
  return TLS_CODES.test(code) || (url.startsWith('https:') && proxy === undefined) ? 'tls' : 'connect';
}

function invalidRequest(error: unknown, host: string): TransportError {
  return new TransportError(`the request to ${host} cannot be written as HTTP`, {
    code: 'REQUEST_INVALID',
    phase: 'connect',
    requestSent: 'no',
    hint: 'Look at the cause, which names the header; an authorizer of yours may have returned it.',
    cause: safeCause(error),
  });
}

function wording(
  phase: TransportPhase,
  { code, malformed }: SystemFailure,
  host: string,
  proxy: string | undefined,
): { readonly code: TransportErrorCode; readonly message: string; readonly hint?: string } {
  const shown = code === '' ? '' : ` (${code})`;
  if (proxy !== undefined && (phase === 'lookup' || phase === 'connect')) {
    return {
      code: 'UNREACHABLE',
      message: `no connection to ${host} through the proxy ${proxy}${shown}`,
      hint: 'Check the address of the proxy, whether it wants a user and a password, and whether it lets this host pass.',
    };
  }
  switch (phase) {
    case 'lookup':
      return {
        code: 'UNREACHABLE',
        message: `the name ${host} was not found${shown}`,
        hint: 'Check the spelling, and DNS on this machine.',
      };
    case 'connect':
      return {
        code: 'UNREACHABLE',
        message: `no connection to ${host}${shown}`,
        hint: 'Check whether a firewall or proxy stands between, and whether the host is up.',
      };
    case 'tls':
      return {
        code: 'TLS_FAILED',
        message: `the TLS handshake with ${host} failed${shown}`,
        hint: 'Check the certificate chain; behind an inspecting proxy, set NODE_EXTRA_CA_CERTS.',
      };
    case 'send':
    case 'headers':
    case 'body':
      if (malformed) {
        return { code: 'RESPONSE_MALFORMED', message: `what ${host} answered is not readable HTTP${shown}` };
      }
      return { code: 'CONNECTION_LOST', message: `the connection to ${host} broke after the request was sent${shown}` };
  }
}
