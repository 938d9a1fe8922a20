import { FaaSDetailedError, type FaaSDetailedErrorOptions, type FaaSLambdaErrorCode } from './faas-detailed-error.ts';
import { assignDefined } from './faas-error.ts';

/** One line that a function wrote before it failed, as the platform returned it. */
export interface FunctionLog {
  readonly level: string;
  readonly message: string;
  /** Epoch milliseconds. */
  readonly timestamp?: number | undefined;
  readonly extras?: readonly unknown[] | undefined;
}

/** Fields of a {@link FaaSLambdaError}. */
export interface FaaSLambdaErrorOptions extends Omit<FaaSDetailedErrorOptions, 'code'> {
  readonly code: FaaSLambdaErrorCode;
  /** What the function logged, where the platform sent it along. */
  readonly logs?: readonly FunctionLog[] | undefined;
}

/** The brand's own function failed: it threw, crashed, ran too long or logged too much. Not the platform's fault. */
export class FaaSLambdaError extends FaaSDetailedError {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'FaaSLambdaError', configurable: true, writable: true });
  }

  /** What the function logged, where the platform sent it along. */
  declare readonly logs?: readonly FunctionLog[] | undefined;

  /**
   * @param message - what was tried, on what, and how the function failed.
   * @param options - the error's fields.
   */
  constructor(message: string, options: FaaSLambdaErrorOptions) {
    super(message, options);
    assignDefined(this, { logs: options.logs });
  }
}
