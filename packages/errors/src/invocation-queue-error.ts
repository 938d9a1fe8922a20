import { type ErrorContext, type Executed, FaaSError, type Fault } from './faas-error.ts';

/** Codes of {@link InvocationQueueError}. */
export type InvocationQueueErrorCode =
  | 'QUEUE_UNAVAILABLE'
  | 'QUEUE_REFUSED'
  | 'QUEUE_CLOSED'
  | 'ITEM_NOT_FOUND'
  | 'ITEM_NOT_DEAD'
  | 'ITEM_UNREADABLE'
  | 'DEFINITION_MISSING'
  | 'WORKER_LOST'
  | 'OUTCOME_PENDING';

/** Fields of an {@link InvocationQueueError}. `target` is the id of the item, or the name of the queue. */
export interface InvocationQueueErrorOptions extends ErrorContext {
  readonly code: InvocationQueueErrorCode;
  readonly fault?: Fault | undefined;
  readonly executed?: Executed | undefined;
  readonly retryable?: boolean | undefined;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The queue, or the Redis below it, could not do its part; or an item of it is not what it should be. */
export class InvocationQueueError extends FaaSError {
  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'InvocationQueueError',
      configurable: true,
      writable: true,
    });
  }

  /**
   * @param message - what was asked of which queue, and what came of it.
   * @param options - the error's fields.
   */
  constructor(message: string, options: InvocationQueueErrorOptions) {
    super(message, { ...options, fault: options.fault ?? 'caller' });
  }
}
