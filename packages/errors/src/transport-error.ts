import { assignDefined, type ErrorContext, type Executed, FaaSError } from './faas-error.ts';

/** How far an HTTP exchange had come when it failed. */
export type TransportPhase = 'lookup' | 'connect' | 'tls' | 'send' | 'headers' | 'body';

/**
 * What a call was waiting for when its deadline or its signal ended it: the account's `hosts`; `authorization`, usually a
 * token; the `listing` of functions, to find one by its name; a `connection`; the `answer`; the `deployment` of a function.
 */
export type TransportWait = 'hosts' | 'authorization' | 'listing' | 'connection' | 'answer' | 'deployment';

/** Codes of {@link TransportError}. */
export type TransportErrorCode =
  | 'ABORTED'
  | 'CLOSED'
  | 'REQUEST_INVALID'
  | 'ATTEMPT_TIMEOUT'
  | 'DEADLINE_EXCEEDED'
  | 'REDIRECT_REFUSED'
  | 'UNREACHABLE'
  | 'TLS_FAILED'
  | 'CONNECTION_LOST'
  | 'RESPONSE_MALFORMED'
  | 'RESPONSE_TOO_LARGE'
  | 'TRANSPORT_FAILED';

/** Fields of a {@link TransportError}. */
export interface TransportErrorOptions extends ErrorContext {
  readonly code: TransportErrorCode;
  readonly phase: TransportPhase;
  /** Whether a byte of the request may have left. `'no'` only in the phases lookup, connect and tls. */
  readonly requestSent: 'no' | 'maybe';
  /** What a call that was ended by its limits was waiting for. */
  readonly waitingFor?: TransportWait | undefined;
  readonly retryable?: boolean | undefined;
  readonly executed?: Executed | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

const FAULT_OF_CALLER: ReadonlySet<TransportErrorCode> = new Set(['ABORTED', 'CLOSED', 'REQUEST_INVALID']);

/** No usable HTTP answer came: the network, a timeout, an abort, or an answer that is refused as such (a redirect). */
export class TransportError extends FaaSError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'TransportError', configurable: true, writable: true });
  }

  /** How far the exchange had come. */
  readonly phase: TransportPhase;
  /** Whether a byte of the request may have left. */
  readonly requestSent: 'no' | 'maybe';
  /** What the call was waiting for when its deadline or its signal ended it, where that is known. */
  declare readonly waitingFor?: TransportWait | undefined;

  /**
   * @param message - what was tried, on what, and what happened.
   * @param options - the error's fields.
   */
  constructor(message: string, options: TransportErrorOptions) {
    super(message, { ...options, fault: FAULT_OF_CALLER.has(options.code) ? 'caller' : 'network' });
    this.phase = options.phase;
    this.requestSent = options.requestSent;
    assignDefined(this, { waitingFor: options.waitingFor });
  }
}
