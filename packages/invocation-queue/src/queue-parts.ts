import { setMaxListeners } from 'node:events';
import type { Clock } from '@lp-functions/http';
import { createRedisAccess, guarded, type RedisScript } from '@lp-functions/redis-access';
import type { ItemEnvelope } from './item-envelope.ts';
import { type EngineListener, type EngineQueue, openQueue, type QueuePlace } from './queue-engine.ts';
import { queueClosed, queueFailed, type QueueOperation } from './queue-failure.ts';
import type { QueueTelemetry } from './queue-telemetry.ts';

/** What {@link createQueueParts} is made from. */
export interface QueuePartsOptions {
  readonly place: QueuePlace;
  readonly envelope: ItemEnvelope;
  readonly telemetry: QueueTelemetry;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly streamLength: number;
  readonly listener: EngineListener;
}

/** What everything that a queue can do has in common. */
export interface QueueParts extends Pick<QueuePartsOptions, 'place' | 'envelope' | 'telemetry' | 'clock'> {
  /** Works on BullMQ's queue: at once and in time, or not at all. */
  ask<R>(operation: QueueOperation, work: (queue: EngineQueue['queue']) => Promise<R>): Promise<R>;
  /** Runs a script of ours, on parts of the queue. */
  run(
    operation: QueueOperation,
    script: RedisScript,
    keys: readonly string[],
    values?: readonly string[],
  ): Promise<unknown>;
  /** Aborted when the queue is closed. */
  readonly closed: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens a queue with the first use, and not before: BullMQ would connect a client that is not connected yet, and its owner
 * could not do so any more.
 */
export function createQueueParts(options: QueuePartsOptions): QueueParts {
  const { place, envelope, telemetry, clock, timeoutMs, streamLength, listener } = options;
  const { client, name, prefix } = place;
  const closing = new AbortController();
  // Any number of outcomes may be waited for.
  setMaxListeners(0, closing.signal);
  let queue: EngineQueue | undefined;

  function open(operation: QueueOperation): EngineQueue['queue'] {
    if (closing.signal.aborted) throw queueClosed(operation.operation, name);
    queue ??= openQueue(place, streamLength, listener);
    return queue.queue;
  }

  const describe = (operation: QueueOperation) => ({
    timeoutMs,
    describe: (...what: Parameters<Parameters<typeof createRedisAccess>[0]['describe']>) =>
      queueFailed(operation, ...what),
  });

  return {
    place,
    envelope,
    telemetry,
    clock,
    ask: (operation, work) => guarded(client, () => work(open(operation)), describe(operation)),
    async run(operation, script, keys, values = []) {
      if (closing.signal.aborted) throw queueClosed(operation.operation, name);
      const full = keys.map((key) => `${prefix}:${name}:${key}`);
      return createRedisAccess({ client, ...describe(operation) }).run(script, full, values);
    },
    closed: closing.signal,
    async close() {
      closing.abort(queueClosed('close', name));
      await queue?.close();
    },
  };
}
