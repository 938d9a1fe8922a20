import { type FaaSError, isFaaSError } from '@lp-functions/errors';
import { VERSION } from './version.ts';

/** Names by which errors are told apart, as the official client spells them. */
export type CompatErrorName =
  | 'FaaSLambdaError'
  | 'FaaSInvokeError'
  | 'FaaSGetLambdasError'
  | 'FaaSGetFunctionsError'
  | 'FaaSIsImplementedError'
  | 'FaasIsImplementedParseError'
  | 'FaaSRequestError'
  | 'HttpRequestError'
  | 'FaaSAppJWTAuthenticationError'
  | 'CSDSFailure'
  | 'CSDSDomainNotFound';

/**
 * An error in the shape of the `verror` library's, which the official client throws: told apart by `name`, what led to it in `jse_cause`, data in
 * `jse_info`. `verror`'s functions (`VError.info`, `findCauseByName`, `fullStack`) read it. It carries no token, no secret and
 * no payload.
 */
export class CompatError extends Error {
  static {
    // A method, as verror has it; a field of this name would be ES2022's.
    Object.defineProperty(this.prototype, 'cause', {
      value(this: CompatError): Error | undefined {
        return this.jse_cause;
      },
      configurable: true,
      writable: true,
    });
  }

  override readonly name: CompatErrorName;
  /** The message without those of its causes. */
  readonly jse_shortmsg: string;
  /** What led to it. */
  declare readonly jse_cause?: Error;
  /** Data; `response` in that of `HttpRequestError`. */
  readonly jse_info: Readonly<Record<string, unknown>>;
  /** What failed, by whose fault, whether the function may have run, and what to do. */
  declare readonly failure?: FaaSError;
  /** Gives {@link CompatError.jse_cause}. */
  declare readonly cause: () => Error | undefined;

  /**
   * @param name - what failed, as the official client calls it.
   * @param message - without that of the cause.
   * @param options - what led to it, what is known of it.
   */
  constructor(
    name: CompatErrorName,
    message: string,
    options: {
      readonly cause?: Error | undefined;
      readonly info?: Readonly<Record<string, unknown>>;
      readonly failure?: FaaSError | undefined;
    },
  ) {
    const { cause, info } = options;
    super(cause === undefined ? message : `${message}: ${cause.message}`);
    this.name = name;
    this.jse_shortmsg = message;
    this.jse_info = { [CONFIG]: { version: VERSION }, ...info };
    const failure = options.failure ?? failureOf(cause);
    if (cause !== undefined) this.jse_cause = cause;
    if (failure !== undefined) this.failure = failure;
    // As verror: a log of the error as JSON says what it was.
    Object.defineProperty(this, 'message', { enumerable: true });
  }
}

/** Where the official client says of which version it is. */
const CONFIG = 'faas-client-js_config';

/** What failed, behind whatever wraps it. */
function failureOf(error: unknown): FaaSError | undefined {
  if (error instanceof CompatError) return error.failure;
  return isFaaSError(error) ? error : undefined;
}

/** An error to be a cause: what is thrown may be anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
