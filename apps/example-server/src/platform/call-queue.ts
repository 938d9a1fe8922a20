import type { FunctionsClient, Logger } from '@lp-functions/client';
import {
  createInvocationQueue,
  createInvocationWorker,
  type QueueItem,
  type QueueTelemetryApi,
} from '@lp-functions/invocation-queue';
import { createClient } from 'redis';
import type { QueueKey } from '../settings.ts';
import { describeReason, type FailureView } from './failure-view.ts';
import { type InvocationOutcome, outcomeOfAnswer } from './invocation.ts';

/** What is asked of the queue. */
export interface QueuedCall {
  /** Added twice, a call is in the queue once. */
  readonly callId: string;
  readonly uuid: string;
  readonly payload: unknown;
  /** Sent on to the gateway with the call. */
  readonly requestId: string;
}

/** Where a queued call is. */
export type QueuedCallState =
  | { readonly state: 'waiting' | 'active' }
  /** It will be made later, or made again. */
  | { readonly state: 'delayed'; readonly dueAtMs?: number | undefined; readonly failure?: FailureView | undefined }
  | { readonly state: 'ended'; readonly outcome: InvocationOutcome }
  /** It was done so long ago that the queue has dropped it. */
  | { readonly state: 'unknown' };

/** Calls that outlive this process: they are made as soon as there is one that can make them. */
export interface CallQueue {
  /**
   * Queues a call.
   *
   * @returns the id of its item.
   * @throws {@link InvocationQueueError} QUEUE_UNAVAILABLE at once while Redis is away.
   */
  add(call: QueuedCall): Promise<string>;
  /** @throws as {@link CallQueue.add} */
  look(itemId: string): Promise<QueuedCallState>;
  /** Takes nothing more, and waits for the calls under way. */
  close(): Promise<void>;
}

/** What {@link openCallQueue} is given. */
export interface CallQueueParts {
  readonly redisUrl: string;
  readonly encryptionKeys: readonly QueueKey[] | undefined;
  /** The identity that makes the calls. */
  readonly functions: FunctionsClient;
  readonly logger: Logger;
  readonly telemetry?: QueueTelemetryApi | undefined;
}

const QUEUE_NAME = 'example-server';
/** Calls of this process under way. */
const CONCURRENCY = 4;
/** When this process is ended, calls under way may take so long. Those not sent by then go back to the queue. */
const CLOSING_LIMIT_MS = 30_000;

/**
 * Opens the queue, and works on it. A Redis that is not there is waited for: everything else goes on meanwhile.
 *
 * @throws {@link ConfigurationError} for keys that cannot be used.
 */
export function openCallQueue({ redisUrl, encryptionKeys, functions, logger, telemetry }: CallQueueParts): CallQueue {
  const client = createClient({ url: redisUrl });
  // Told by the worker, once: it has connections to the same Redis.
  client.on('error', () => undefined);
  const settings = { client, name: QUEUE_NAME, encryptionKeys, telemetry };
  const queue = createInvocationQueue(settings);
  const worker = createInvocationWorker({ ...settings, logger, invoker: functions, concurrency: CONCURRENCY });
  let isOpen = true;
  const failed = (error: unknown): void => {
    if (isOpen) logger.error('the queue is not worked on', { reason: (error as Error).message });
  };
  // Rejects when Redis refuses this client, or when it is closed before Redis was there.
  client.connect().catch(failed);
  const working = worker.run().catch(failed);

  return {
    async add({ callId, uuid, payload, requestId }) {
      const { id } = await queue.enqueue({ uuid, payload, requestId, key: callId });
      return id;
    },
    async look(itemId) {
      return stateOf(await queue.get(itemId));
    },
    async close() {
      isOpen = false;
      await worker.close({ deadlineMs: CLOSING_LIMIT_MS });
      await working;
      await queue.close();
      client.destroy();
    },
  };
}

function stateOf(item: QueueItem | undefined): QueuedCallState {
  if (item === undefined) return { state: 'unknown' };
  const { state, outcome, dueAtMs, lastFailure } = item;
  if (outcome?.state === 'done') return { state: 'ended', outcome: outcomeOfAnswer(outcome.answer) };
  if (outcome !== undefined) return { state: 'ended', outcome: { ok: false, failure: describeReason(outcome.reason) } };
  if (state === 'delayed') {
    return { state, dueAtMs, failure: lastFailure === undefined ? undefined : describeReason(lastFailure) };
  }
  return { state: state === 'active' ? 'active' : 'waiting' };
}
