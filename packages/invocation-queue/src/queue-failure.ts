import { InvocationQueueError, TransportError } from '@lp-functions/errors';
import { safeCause } from '@lp-functions/http';
import type { RedisFailure } from '@lp-functions/redis-access';

/** What was asked of the queue, for errors. */
export interface QueueOperation {
  readonly operation: string;
  /** Id of the item, or name of the queue. */
  readonly target: string;
  /** The command may have added an item that nothing tells from another one. */
  readonly adds?: boolean | undefined;
}

/** Redis did not do what the queue needs. */
export function queueFailed(
  { operation, target, adds }: QueueOperation,
  failure: RedisFailure,
  cause: unknown,
): InvocationQueueError {
  const added = adds === true && failure.sent === 'maybe' && failure.kind !== 'refused';
  return new InvocationQueueError(`${operation} ${target}: ${failure.reason}`, {
    code: failure.passing ? 'QUEUE_UNAVAILABLE' : 'QUEUE_REFUSED',
    fault: failure.passing ? 'network' : 'caller',
    executed: added ? 'maybe' : 'no',
    retryable: failure.passing && !added,
    operation,
    target,
    hint: added
      ? 'The item may have been added. With a key, enqueueing it again does not add it twice.'
      : failure.passing
        ? 'Look at Redis. The queue goes on by itself as soon as it is back.'
        : 'Look at the words of Redis.',
    ...(cause === undefined ? {} : { cause: safeCause(cause) }),
  });
}

/** The queue or worker was closed before. */
export function queueClosed(operation: string, target: string): InvocationQueueError {
  return new InvocationQueueError(`${operation} ${target}: it was closed`, { code: 'QUEUE_CLOSED', operation, target });
}

/** There is no such item. */
export function itemNotFound(operation: string, id: string): InvocationQueueError {
  return new InvocationQueueError(`${operation} ${id}: the queue has no such item`, {
    code: 'ITEM_NOT_FOUND',
    operation,
    target: id,
    hint: 'It was never added, was discarded, or is done and no longer kept (keepDone of the workers).',
  });
}

/** Only dead letters can be retried and discarded. */
export function itemNotDead(operation: string, id: string): InvocationQueueError {
  return new InvocationQueueError(`${operation} ${id}: the item is no dead letter`, {
    code: 'ITEM_NOT_DEAD',
    operation,
    target: id,
  });
}

/** What is kept of an item cannot be read. */
export function itemUnreadable(id: string, reason: string): InvocationQueueError {
  return new InvocationQueueError(`item ${id} cannot be read: ${reason}`, {
    code: 'ITEM_UNREADABLE',
    target: id,
    hint: 'Nothing was sent. Give the key that is missing, or find out what wrote to Redis.',
  });
}

/** A wait was ended by its caller. */
export function waitAborted(operation: string, target: string, signal: AbortSignal): TransportError {
  return new TransportError(`${operation} ${target}: ended by its signal`, {
    code: 'ABORTED',
    phase: 'connect',
    requestSent: 'no',
    operation,
    target,
    cause: signal.reason,
  });
}
