import { assignDefined, type ErrorContext, FaaSError, type Fault } from './faas-error.ts';

/** Codes of {@link SentinelOAuthError}. */
export type SentinelOAuthErrorCode =
  | 'GRANT_REFUSED'
  | 'SENTINEL_UNAVAILABLE'
  | 'SENTINEL_UNREADABLE'
  | 'AUTHORIZER_FAILED'
  | 'LOCK_LOST'
  | 'CALLBACK_INVALID'
  | 'STATE_MISMATCH'
  | 'LOGIN_REFUSED'
  | 'LOGIN_REQUIRED'
  | 'TOKEN_INVALID'
  | 'KEY_UNAVAILABLE'
  | 'STORE_FAILED'
  | 'STORE_UNSAFE'
  | 'STORE_CORRUPTED'
  | 'STORE_KEY_UNKNOWN';

/** Fields of a {@link SentinelOAuthError}. */
export interface SentinelOAuthErrorOptions extends ErrorContext {
  readonly code: SentinelOAuthErrorCode;
  readonly fault?: Fault | undefined;
  /** HTTP status of Sentinel's answer, if there was one. */
  readonly status?: number | undefined;
  /** The `error` of an OAuth error answer (RFC 6749 section 5.2), for example `invalid_client`. */
  readonly oauthError?: string | undefined;
  /** The `error_description` that came with it, scrubbed of secrets. */
  readonly oauthErrorDescription?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** No token could be had. No function has run. */
export class SentinelOAuthError extends FaaSError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'SentinelOAuthError', configurable: true, writable: true });
  }

  /** HTTP status of Sentinel's answer. */
  declare readonly status?: number | undefined;
  /** The `error` of an OAuth error answer. */
  declare readonly oauthError?: string | undefined;
  /** The `error_description` that came with it. */
  declare readonly oauthErrorDescription?: string | undefined;

  /**
   * @param message - what was asked and what came back.
   * @param options - the error's fields.
   */
  constructor(message: string, options: SentinelOAuthErrorOptions) {
    super(message, { ...options, fault: options.fault ?? 'platform' });
    assignDefined(this, {
      status: options.status,
      oauthError: options.oauthError,
      oauthErrorDescription: options.oauthErrorDescription,
    });
  }
}
