import { type ErrorContext, FaaSError } from './faas-error.ts';

/** Codes of {@link ConfigurationError}. */
export type ConfigurationErrorCode = 'INVALID_OPTION' | 'UNKNOWN_OPTION' | 'PAYLOAD_NOT_SERIALIZABLE' | 'INSECURE_HTTP';

/** Fields of a {@link ConfigurationError}. */
export interface ConfigurationErrorOptions extends ErrorContext {
  readonly code: ConfigurationErrorCode;
  /** Path of the option or argument that is wrong: `auth.clientSecret`, `payload.items[3]`. */
  readonly option: string;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The calling code asked for something that cannot work. Thrown before anything was sent. */
export class ConfigurationError extends FaaSError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'ConfigurationError', configurable: true, writable: true });
  }

  /** Path of the option or argument that is wrong. */
  readonly option: string;

  /**
   * @param message - what is wrong with the option.
   * @param options - the error's fields.
   */
  constructor(message: string, options: ConfigurationErrorOptions) {
    super(message, { ...options, fault: 'caller' });
    this.option = options.option;
  }
}
