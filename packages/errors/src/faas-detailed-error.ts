import { assignDefined, type ErrorContext, type Executed, FaaSError, type Fault } from './faas-error.ts';

/** Codes of {@link FaaSDetailedError} and {@link FaaSLambdaError}. */
export type FaaSDetailedErrorCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'PAYLOAD_TOO_LARGE'
  | 'THROTTLED'
  | 'REQUEST_REFUSED'
  | 'PLATFORM_FAILURE'
  | 'PLATFORM_UNAVAILABLE'
  | 'RESPONSE_UNREADABLE'
  | 'RESULT_MISMATCH'
  | FaaSLambdaErrorCode;

/** Codes of {@link FaaSLambdaError}. */
export type FaaSLambdaErrorCode =
  'FUNCTION_THREW' | 'FUNCTION_CRASHED' | 'FUNCTION_TIMED_OUT' | 'FUNCTION_LOG_LIMIT' | 'FUNCTION_FAILED';

/** Fields of a {@link FaaSDetailedError}. */
export interface FaaSDetailedErrorOptions extends ErrorContext {
  readonly code: FaaSDetailedErrorCode;
  readonly fault: Fault;
  /** HTTP status of the answer; 901 if the function failed. */
  readonly status: number;
  /** Generation of the platform that answered. */
  readonly platform: 'v1' | 'v2';
  /** The code as the platform spelled it. */
  readonly platformCode?: string | undefined;
  /** The message as the platform (or the function) worded it, scrubbed of secrets. */
  readonly platformMessage?: string | undefined;
  /** The platform's code, translated to the spelling of V1. */
  readonly v1Code?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly executed: Executed;
  readonly retryAfterMs?: number | undefined;
  readonly hint?: string | undefined;
  /** What the function returned, where it is not what its schema says. */
  readonly result?: unknown;
  readonly cause?: unknown;
}

/** The platform answered, and refused or failed. The one to alert on. */
export class FaaSDetailedError extends FaaSError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'FaaSDetailedError', configurable: true, writable: true });
  }

  /** HTTP status of the answer. */
  readonly status: number;
  /** Generation of the platform that answered. */
  readonly platform: 'v1' | 'v2';
  /** The code as the platform spelled it. */
  declare readonly platformCode?: string | undefined;
  /** The message as the platform worded it. */
  declare readonly platformMessage?: string | undefined;
  /** The platform's code in the spelling of V1, so that one rule serves both generations. */
  declare readonly v1Code?: string | undefined;
  /** With RESULT_MISMATCH, what the function returned. Not enumerable: it is left out of logs. */
  declare readonly result?: unknown;

  /**
   * @param message - what was tried, on what, and what came back.
   * @param options - the error's fields.
   */
  constructor(message: string, options: FaaSDetailedErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.platform = options.platform;
    assignDefined(this, {
      platformCode: options.platformCode,
      platformMessage: options.platformMessage,
      v1Code: options.v1Code,
    });
    if ('result' in options) Object.defineProperty(this, 'result', { value: options.result });
  }
}
