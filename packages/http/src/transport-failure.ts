import { TransportError, type TransportErrorCode, type TransportPhase } from '@lp-functions/errors';
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
const MALFORMED_CODES = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE)/;

/** How far an exchange had come when it broke, as its adapter saw it. */
export interface ExchangeProgress {
  readonly url: string;
  /** `'opening'`: no byte can have been written yet. `'sent'`: some may have. `'answering'`: the head of the answer came. */
  readonly stage: 'opening' | 'sent' | 'answering';
}

/** The `code` of a Node or library error, looked up along its causes. */
export function errorCodeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return '';
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  // Node reports failed connections to several addresses of one name together.
  return errorCodeOf(error instanceof AggregateError ? error.errors[0] : error.cause, depth + 1);
}

/**
 * Turns what a library or socket threw into a {@link TransportError} with the right phase.
 *
 * @param error - what was thrown.
 * @param progress - how far the exchange had come.
 */
export function describeFailure(error: unknown, progress: ExchangeProgress): TransportError {
  const code = errorCodeOf(error);
  const phase = phaseOf(code, progress);
  const requestSent = phase === 'lookup' || phase === 'connect' || phase === 'tls' ? 'no' : 'maybe';
  const { host } = new URL(progress.url);
  const known = wording(phase, code, host);
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
  const phase = progress.stage === 'opening' ? 'connect' : progress.stage === 'sent' ? 'headers' : 'body';
  const { host } = new URL(progress.url);
  const seen = { opening: 'no connection', sent: 'no answer', answering: 'only part of the answer' }[progress.stage];
  return new TransportError(`${seen} from ${host} within ${String(timeoutMs)} ms`, {
    code: 'ATTEMPT_TIMEOUT',
    phase,
    requestSent: progress.stage === 'opening' ? 'no' : 'maybe',
  });
}

/**
 * The error for an attempt that the caller's signal ended.
 *
 * @param signal - the signal; its reason becomes the cause.
 * @param progress - how far the exchange had come.
 */
export function aborted(signal: AbortSignal | undefined, progress?: ExchangeProgress): TransportError {
  const opening = progress === undefined || progress.stage === 'opening';
  return new TransportError('the call was aborted by its signal', {
    code: 'ABORTED',
    phase: opening ? 'connect' : progress.stage === 'sent' ? 'headers' : 'body',
    requestSent: opening ? 'no' : 'maybe',
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
  return new TransportError(`the answer of ${new URL(url).host} is larger than ${String(maxResponseBytes)} bytes`, {
    code: 'RESPONSE_TOO_LARGE',
    phase: 'body',
    requestSent: 'maybe',
    hint: 'Raise maxResponseBytes, or let the function answer less.',
  });
}

/** The error for the use of a transport that was closed. */
export function transportClosed(): TransportError {
  return new TransportError('the connection pool was closed', {
    code: 'CLOSED',
    phase: 'connect',
    requestSent: 'no',
    hint: 'Create a new client, or call close() later.',
  });
}

function phaseOf(code: string, { url, stage }: ExchangeProgress): TransportPhase {
  if (stage === 'answering') return 'body';
  if (stage === 'sent') return 'headers';
  if (LOOKUP_CODES.has(code)) return 'lookup';
  if (CONNECT_CODES.has(code)) return 'connect';
  return url.startsWith('https:') || TLS_CODES.test(code) ? 'tls' : 'connect';
}

function wording(
  phase: TransportPhase,
  code: string,
  host: string,
): { readonly code: TransportErrorCode; readonly message: string; readonly hint?: string } {
  const shown = code === '' ? '' : ` (${code})`;
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
      if (MALFORMED_CODES.test(code)) {
        return { code: 'RESPONSE_MALFORMED', message: `what ${host} answered is not readable HTTP${shown}` };
      }
      return { code: 'CONNECTION_LOST', message: `the connection to ${host} broke after the request was sent${shown}` };
  }
}
