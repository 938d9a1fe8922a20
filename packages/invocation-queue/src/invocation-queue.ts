import {
  checkOptions,
  type Clock,
  duration,
  type Logger,
  quietLogger,
  safeCause,
  systemClock,
  withMethods,
} from '@lp-functions/http';
import { createKeyRing } from '@lp-functions/redis-access';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { createEnqueuing, type EnqueuedItem } from './enqueuing.ts';
import { createItemEnvelope } from './item-envelope.ts';
import { createItemReading } from './item-reading.ts';
import { createOutcomes, type OutcomeOptions, type StreamedOutcome, type WaitOptions } from './outcome-stream.ts';
import { type DefinedInvocations, defineInvocations } from './defined-invocations.ts';
import type { FunctionDefinitions } from '@lp-functions/faas-invoker';
import { type QueueParts, createQueueParts } from './queue-parts.ts';
import type { NewItem, QueueItem, QueueOutcome } from './queue-item.ts';
import { createQueueControl, type QueueLimits, type QueueStatus, type WatchOptions } from './queue-control.ts';
import { DEFAULT_NAME, DEFAULT_PREFIX, positiveCount, type QueueSettings, settingsRules } from './queue-options.ts';
import { createQueueTelemetry } from './queue-telemetry.ts';

/** Options of {@link createInvocationQueue}. */
export interface InvocationQueueOptions extends QueueSettings {
  /** How long to wait for an answer of Redis, in milliseconds. Default 5,000. */
  readonly commandTimeoutMs?: number | undefined;
  /**
   * How many entries the stream of outcomes keeps, about. Every item makes four, more if it is repeated. Default 10,000.
   */
  readonly streamLength?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
}

/** Invocations that outlive the process that asks for them. */
export interface InvocationQueue {
  /**
   * Adds an invocation. It is in Redis when this resolves.
   *
   * @param item - what to invoke, with which payload; `key`, `delayMs`, and options of the call.
   * @throws {@link ConfigurationError} for what an invocation would refuse, too; nothing is added.
   * @throws {@link InvocationQueueError} QUEUE_UNAVAILABLE at once while Redis is away. With `executed: 'maybe'` the item may
   *   have been added; with a `key` it is safe to enqueue it again.
   */
  enqueue(item: NewItem): Promise<EnqueuedItem>;
  /**
   * Adds many, some hundred at a time. Takes items only while what became of them is being fetched.
   *
   * @param items - anything to iterate, also a generator or a stream.
   * @throws as {@link InvocationQueue.enqueue}, and what `items` throw, when iterating; what was yielded before is in the queue.
   */
  enqueueEach(items: Iterable<NewItem> | AsyncIterable<NewItem>): AsyncIterable<EnqueuedItem>;
  /**
   * Gives functions names and types: an object with one method for each, which enqueues. Give the workers the same
   * definitions, so that they check results.
   *
   * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION, at once.
   */
  defineFunctions<const D extends FunctionDefinitions>(definitions: D): DefinedInvocations<D>;
  /** An item, or `undefined` if there is none with this id (any more). */
  get(id: string): Promise<QueueItem | undefined>;
  /**
   * Waits until an item is done, failed or uncertain.
   *
   * @throws {@link InvocationQueueError} ITEM_NOT_FOUND, OUTCOME_PENDING if `timeoutMs` passes first.
   * @throws {@link TransportError} ABORTED by its signal.
   */
  outcome(id: string, options?: WaitOptions): Promise<QueueOutcome>;
  /**
   * What comes of items, as it comes. Goes on after a `cursor` that was seen before, as far back as the stream reaches.
   * Whoever fetches slowly is not waited for by anybody, and misses what the stream no longer keeps.
   *
   * @throws {@link TransportError} ABORTED by its signal.
   */
  outcomes(options?: OutcomeOptions): AsyncIterable<StreamedOutcome>;
  /** How many items there are, by state, and what holds for all workers. */
  status(): Promise<QueueStatus>;
  /** The status again and again, until nothing waits and nothing runs. */
  progress(options?: WatchOptions): AsyncIterable<QueueStatus>;
  /** Waits until nothing waits and nothing runs. Delayed items count. */
  whenDrained(options?: WatchOptions): Promise<QueueStatus>;
  /** All workers take no further items, until {@link InvocationQueue.resume}. Calls under way come to their end. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Sets what all workers keep to together. `undefined` lifts a limit. */
  setLimits(limits: QueueLimits): Promise<void>;
  /** Items that failed, or whose end is not known. They stay until they are retried or discarded. */
  readonly deadLetters: DeadLetters;
  /** Lets go of Redis. Items are not touched. */
  close(): Promise<void>;
}

const DEFAULT_STREAM_LENGTH = 10_000;

/**
 * Makes a queue of invocations on Redis, by BullMQ. Workers of any machine take from it: {@link createInvocationWorker}.
 *
 * @param options - the client of Redis.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 * @example
 * ```ts
 * const queue = createInvocationQueue({ client });
 * const { id } = await queue.enqueue({ uuid, payload: { order: 17 }, key: 'order-17' });
 * const outcome = await queue.outcome(id);
 * ```
 */
export function createInvocationQueue(options: InvocationQueueOptions): InvocationQueue {
  checkOptions(
    options,
    {
      ...settingsRules,
      commandTimeoutMs: duration,
      streamLength: positiveCount,
      logger: withMethods('debug', 'info', 'warn', 'error'),
      clock: withMethods('now', 'monotonicNow', 'sleep'),
    },
    'createInvocationQueue',
  );
  const { client, name = DEFAULT_NAME, prefix = DEFAULT_PREFIX, clock = systemClock } = options;
  const logger = options.logger === undefined ? undefined : quietLogger(options.logger);
  const keyRing = options.encryptionKeys === undefined ? undefined : createKeyRing(options.encryptionKeys);
  const parts: QueueParts = createQueueParts({
    place: { client, name, prefix },
    envelope: createItemEnvelope(`${prefix}:${name}`, keyRing),
    telemetry: createQueueTelemetry(options.telemetry, name),
    clock,
    timeoutMs: options.commandTimeoutMs ?? 5_000,
    streamLength: options.streamLength ?? DEFAULT_STREAM_LENGTH,
    listener: {
      trouble: (error) =>
        logger?.warn('the queue has trouble with Redis', { queue: name, error: safeCause(error).message }),
      away: (error) => logger?.warn('Redis cannot be reached', { queue: name, error: safeCause(error).message }),
      back: () => logger?.info('Redis is back', { queue: name }),
    },
  });
  const enqueuing = createEnqueuing(parts);
  const reading = createItemReading(parts);
  const outcomes = createOutcomes(parts, reading);
  const control = createQueueControl(parts);
  return {
    enqueue: (item) => enqueuing.add('enqueue', item),
    enqueueEach: (items) => enqueuing.addEach(items),
    defineFunctions: (definitions) => defineInvocations(definitions, enqueuing, outcomes),
    get: (id) => reading.item(id),
    outcome: (id, wait = {}) => outcomes.of(id, wait),
    outcomes: (stream = {}) => outcomes.stream(stream),
    ...control,
    deadLetters: createDeadLetters(parts, reading),
    close: () => parts.close(),
  };
}
