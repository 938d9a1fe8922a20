import type { FailureReason } from './queue-item.ts';

/** An item is done: the function ran, and its answer is kept. */
export interface ItemDoneEvent {
  readonly type: 'item-done';
  readonly id: string;
  /** How often it was taken. */
  readonly attempts: number;
}

/** An item became a dead letter. */
export interface ItemDeadEvent {
  readonly type: 'item-dead';
  readonly id: string;
  readonly state: 'failed' | 'uncertain';
  readonly attempts: number;
  /** Code of the error. */
  readonly code: string;
}

/** An attempt failed, and the item will be taken again. */
export interface ItemPostponedEvent {
  readonly type: 'item-postponed';
  readonly id: string;
  readonly attempts: number;
  readonly delayMs: number;
  readonly reason: FailureReason;
}

/** Something is amiss with the worker or its Redis. No item is lost by it. */
export interface WorkerTroubleEvent {
  readonly type: 'worker-trouble';
  readonly message: string;
}

/** Redis cannot be reached. Told once: the worker waits, and goes on by itself. */
export interface RedisAwayEvent {
  readonly type: 'redis-away';
  readonly message: string;
}

/** Redis can be reached again. */
export interface RedisBackEvent {
  readonly type: 'redis-back';
}

/** What `onEvent` of a worker is told. New kinds may be added: ignore what you do not know. */
export type WorkerEvent =
  ItemDoneEvent | ItemDeadEvent | ItemPostponedEvent | WorkerTroubleEvent | RedisAwayEvent | RedisBackEvent;
