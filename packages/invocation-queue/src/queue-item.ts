import type { EventInvocationResult, InvocationOptions, InvocationResult } from '@lp-functions/faas-invoker';

/** What is invoked: one function by its UUID or name, or whoever listens to an event. */
export type QueueTarget =
  | { readonly uuid: string; readonly name?: undefined; readonly eventId?: undefined }
  | { readonly name: string; readonly uuid?: undefined; readonly eventId?: undefined }
  | { readonly eventId: string; readonly uuid?: undefined; readonly name?: undefined };

/** What a queued invocation can be told. The rest of a call's options are the worker's. */
export interface EnqueueOptions extends Pick<
  InvocationOptions,
  'headers' | 'skillId' | 'userId' | 'eventSource' | 'requestId' | 'timeoutMs' | 'deadlineMs' | 'idempotent'
> {
  /**
   * Names the work: while an item with this key is remembered, another one is not added. Any text; Redis sees a digest.
   */
  readonly key?: string | undefined;
  /** How long a key is remembered from when its item was added, in milliseconds, also when that is done. Default 24 h. */
  readonly keyForMs?: number | undefined;
  /** How long to wait before the first attempt, in milliseconds. Default 0. */
  readonly delayMs?: number | undefined;
}

/** An invocation to be queued. */
export type NewItem = QueueTarget & { readonly payload?: unknown } & EnqueueOptions;

/** Where an item is. Every item ends in exactly one of `done`, `failed` and `uncertain`. */
export type ItemState =
  /** It will be taken as soon as a worker is free. */
  | 'waiting'
  /** It will be taken later: it was enqueued so, or an attempt of it is to be repeated. */
  | 'delayed'
  /** A worker has it. */
  | 'active'
  /** The function ran and answered. */
  | 'done'
  /** Dead letter: it did not run, or it ran and failed. */
  | 'failed'
  /** Dead letter: nobody knows whether it ran. */
  | 'uncertain';

/** Why an attempt failed: the fields of the error, as they can be kept. */
export interface FailureReason {
  /** Class of the error. */
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly executed: 'no' | 'maybe' | 'yes';
  readonly fault: string;
  readonly retryable: boolean;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
  readonly status?: number | undefined;
  readonly platformCode?: string | undefined;
  readonly platformMessage?: string | undefined;
  readonly v1Code?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** What an invocation by UUID or name answered, or one by event. */
export type DoneAnswer = InvocationResult | EventInvocationResult;

/** What came of an item. */
export type QueueOutcome<A = DoneAnswer> =
  | {
      readonly id: string;
      readonly state: 'done';
      readonly answer: A;
      readonly reason?: undefined;
      readonly unreadable?: undefined;
    }
  | {
      readonly id: string;
      readonly state: 'failed' | 'uncertain';
      readonly reason: FailureReason;
      readonly answer?: undefined;
      readonly unreadable?: undefined;
    };

/** What came of an item whose answer or reason cannot be read: it is damaged, or sealed with a key that was not given. */
export interface UnreadableOutcome {
  readonly id: string;
  readonly state: 'done' | 'failed' | 'uncertain';
  /** Why it cannot be read. Its code is `ITEM_UNREADABLE`. */
  readonly unreadable: FailureReason;
  /** Code of a dead letter's reason. It is never sealed. */
  readonly code?: string | undefined;
  readonly answer?: undefined;
  readonly reason?: undefined;
}

/** An item, as the queue knows it. */
export interface QueueItem {
  readonly id: string;
  readonly state: ItemState;
  readonly target: QueueTarget;
  readonly payload: unknown;
  /** How often a worker has taken it. */
  readonly attempts: number;
  /** Epoch milliseconds, as are all of these. */
  readonly enqueuedAtMs: number;
  /** When it is due, while it is delayed. */
  readonly dueAtMs?: number | undefined;
  readonly startedAtMs?: number | undefined;
  /** When the request of the present attempt was about to be sent. */
  readonly sentAtMs?: number | undefined;
  readonly finishedAtMs?: number | undefined;
  /** Why the last attempt failed, while the item goes on. */
  readonly lastFailure?: FailureReason | undefined;
  readonly outcome?: QueueOutcome | undefined;
  readonly unreadable?: undefined;
}

/** An item of which not everything can be read: something of it is damaged, or sealed with a key that was not given. */
export interface UnreadableItem extends Omit<
  QueueItem,
  'target' | 'payload' | 'lastFailure' | 'outcome' | 'unreadable'
> {
  /** Why it cannot be read. Its code is `ITEM_UNREADABLE`. */
  readonly unreadable: FailureReason;
  readonly target: QueueTarget | undefined;
  readonly payload?: undefined;
  readonly lastFailure?: undefined;
  readonly outcome?: QueueOutcome | UnreadableOutcome | undefined;
}
