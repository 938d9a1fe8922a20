import { ConfigurationError } from '@lp-functions/errors';
import { sentAtMs } from './attempt-ledger.ts';
import { MARKS } from './attempt-scripts.ts';
import { readStoredReason } from './item-envelope.ts';
import type { QueueJob } from './queue-engine.ts';
import type { DoneAnswer, FailureReason, ItemState, QueueItem, QueueOutcome } from './queue-item.ts';
import type { QueueParts } from './queue-parts.ts';

/** Reads items. */
export interface ItemReading {
  item(id: string, operation?: string): Promise<QueueItem | undefined>;
  /** @param job - of the failed or completed ones. */
  fromJob(job: QueueJob, state: ItemState): Promise<QueueItem>;
  done(id: string, returned: unknown): Promise<QueueOutcome>;
  dead(id: string, reason: string | undefined): Promise<QueueOutcome>;
}

/** Makes what reads items of a queue. */
export function createItemReading({ envelope, ask, run }: QueueParts): ItemReading {
  async function done(id: string, returned: unknown): Promise<QueueOutcome> {
    return { id, state: 'done', answer: (await envelope.unwrap(id, 'answer', returned)) as DoneAnswer };
  }

  async function dead(id: string, text: string | undefined): Promise<QueueOutcome> {
    const stored = readStoredReason(text);
    if (stored === undefined) return { id, state: 'uncertain', reason: foreign(text) };
    return { id, state: stored.state, reason: (await envelope.unwrap(id, 'reason', stored.why)) as FailureReason };
  }

  async function fromJob(job: QueueJob, state: ItemState): Promise<QueueItem> {
    const id = job.id ?? '';
    const [call, marks] = await Promise.all([
      envelope.read(id, job.data),
      run({ operation: 'get', target: id }, MARKS, [id]) as Promise<readonly [string | null, string | null]>,
    ]);
    const [sent, why] = marks;
    const outcome = state === 'done' ? await done(id, job.returnvalue) : undefined;
    const buried = state === 'failed' || state === 'uncertain' ? await dead(id, job.failedReason) : undefined;
    const { timestamp, delay, processedOn, finishedOn, attemptsStarted } = job;
    const sentMs = sentAtMs(sent);
    return {
      id,
      state: buried?.state ?? state,
      target: call.target,
      payload: call.payload,
      attempts: attemptsStarted,
      enqueuedAtMs: timestamp,
      ...(state === 'delayed' ? { dueAtMs: (processedOn ?? timestamp) + delay } : {}),
      ...(processedOn === undefined ? {} : { startedAtMs: processedOn }),
      ...(sentMs === undefined ? {} : { sentAtMs: sentMs }),
      ...(finishedOn === undefined ? {} : { finishedAtMs: finishedOn }),
      ...(why === null ? {} : { lastFailure: (await envelope.unwrap(id, 'reason', JSON.parse(why))) as FailureReason }),
      ...(outcome === undefined && buried === undefined ? {} : { outcome: outcome ?? buried }),
    };
  }

  return {
    fromJob,
    done,
    dead,
    async item(id, operation = 'get') {
      checkId(id);
      const asked = { operation, target: id };
      const found = await ask(asked, async (queue) => {
        const job = (await queue.getJob(id)) as QueueJob | undefined;
        return job === undefined ? undefined : { job, state: STATES[await queue.getJobState(id)] };
      });
      if (found?.state === undefined) return undefined;
      // It may have ended between the two questions, or been evicted.
      const settled = found.state === 'done' || found.state === 'failed';
      if (settled && found.job.finishedOn === undefined) return this.item(id, operation);
      return fromJob(found.job, found.state);
    },
  };
}

/** BullMQ's states, in our words. A failed one is told apart by its reason. */
const STATES: Readonly<Record<string, ItemState | undefined>> = {
  waiting: 'waiting',
  prioritized: 'waiting',
  delayed: 'delayed',
  active: 'active',
  completed: 'done',
  failed: 'failed',
};

/** An id of ours, which becomes part of a key. */
export function checkId(id: string): void {
  if (typeof id === 'string' && /^[\w-]{1,64}$/.test(id)) return;
  throw new ConfigurationError('id must be that of an item, as enqueue gives it', {
    code: 'INVALID_OPTION',
    option: 'id',
  });
}

/** Somebody else has failed the job, by BullMQ's own means. */
function foreign(text: string | undefined): FailureReason {
  return {
    name: 'InvocationQueueError',
    code: 'WORKER_LOST',
    message: `ended by something else than a worker of this package: ${(text ?? '').slice(0, 200)}`,
    executed: 'maybe',
    fault: 'caller',
    retryable: false,
  };
}
