export type { QueueRetryOptions } from './attempt-judgement.ts';
export type { DeadLetterFilter, DeadLetters } from './dead-letters.ts';
export type { DefinedInvocations, TypedItem } from './defined-invocations.ts';
export type { EnqueuedItem } from './enqueuing.ts';
export { createInvocationQueue, type InvocationQueue, type InvocationQueueOptions } from './invocation-queue.ts';
export { createInvocationWorker, type InvocationWorker } from './invocation-worker.ts';
export type { QueueInvoker } from './item-invocation.ts';
export type { OutcomeOptions, StreamedOutcome, WaitOptions } from './outcome-stream.ts';
export type { QueueRedisClient } from './queue-client.ts';
export type { QueueLimits, QueueStatus, WatchOptions } from './queue-control.ts';
export type {
  DoneAnswer,
  EnqueueOptions,
  FailureReason,
  ItemState,
  NewItem,
  QueueItem,
  QueueOutcome,
  QueueTarget,
  UnreadableItem,
  UnreadableOutcome,
} from './queue-item.ts';
export type { QueueSettings } from './queue-options.ts';
export type { QueueTelemetryApi } from './queue-telemetry.ts';
export type {
  ItemDeadEvent,
  ItemDoneEvent,
  ItemPostponedEvent,
  RedisAwayEvent,
  RedisBackEvent,
  WorkerEvent,
  WorkerTroubleEvent,
} from './worker-event.ts';
export type { InvocationWorkerOptions, KeepDone } from './worker-options.ts';
export type { EncryptionKey, EncryptionKeys } from '@lp-functions/redis-access';
