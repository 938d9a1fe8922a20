import { REVIVE, TAKE_OUT } from './attempt-scripts.ts';
import { UNCERTAIN } from './item-processing.ts';
import { checkId, type ItemReading } from './item-reading.ts';
import type { QueueJob } from './queue-engine.ts';
import { itemNotDead, itemNotFound } from './queue-failure.ts';
import type { QueueItem } from './queue-item.ts';
import type { QueueParts } from './queue-parts.ts';

/** Which dead letters are meant. Default: all of them. */
export interface DeadLetterFilter {
  readonly state?: 'failed' | 'uncertain' | undefined;
  /** Code of the reason, for example `NOT_FOUND`. */
  readonly code?: string | undefined;
}

/** Items that failed, or whose end is not known. */
export interface DeadLetters {
  /** The newest first; fetched as they are iterated. */
  list(filter?: DeadLetterFilter): AsyncIterable<QueueItem>;
  /**
   * Puts a dead letter back into the queue, as if it had just been enqueued. An uncertain one may run a second time: you
   * have found out whether that does harm.
   *
   * @throws {@link InvocationQueueError} ITEM_NOT_FOUND, ITEM_NOT_DEAD.
   */
  retry(id: string): Promise<void>;
  /**
   * Removes a dead letter. Its key, if it had one, may be used again.
   *
   * @throws {@link InvocationQueueError} ITEM_NOT_FOUND, ITEM_NOT_DEAD.
   */
  discard(id: string): Promise<void>;
}

const PAGE = 100;
const FAILED = 'failed';

/** Makes what handles the dead letters of a queue. */
export function createDeadLetters({ ask, run }: QueueParts, reading: ItemReading): DeadLetters {
  async function jobOf(operation: string, id: string): Promise<QueueJob> {
    checkId(id);
    const job = (await ask({ operation, target: id }, (queue) => queue.getJob(id))) as QueueJob | undefined;
    if (job === undefined) throw itemNotFound(operation, id);
    return job;
  }

  return {
    async *list({ state, code } = {}) {
      const seen = new Set<string>();
      for (let from = 0; ; from += PAGE) {
        const asked = { operation: 'deadLetters.list', target: FAILED };
        const jobs = (await ask(asked, (queue) => queue.getFailed(from, from + PAGE - 1))) as (QueueJob | undefined)[];
        for (const job of jobs) {
          // New ones push older ones to a later page.
          if (job?.id === undefined || seen.has(job.id)) continue;
          seen.add(job.id);
          const item = await reading.fromJob(job, FAILED);
          const fits =
            (state ?? item.state) === item.state && (code ?? item.outcome?.reason?.code) === item.outcome?.reason?.code;
          if (fits) yield item;
        }
        if (jobs.length < PAGE) return;
      }
    },
    async retry(id) {
      const operation = { operation: 'deadLetters.retry', target: id };
      const job = await jobOf(operation.operation, id);
      if ((await run(operation, REVIVE, [FAILED, id, UNCERTAIN], [id])) !== 1)
        throw itemNotDead(operation.operation, id);
      await ask(operation, () =>
        job
          .retry(FAILED, { resetAttemptsMade: true, resetAttemptsStarted: true })
          .catch(alreadyGone(operation.operation, id)),
      );
    },
    async discard(id) {
      const operation = { operation: 'deadLetters.discard', target: id };
      const job = await jobOf(operation.operation, id);
      if ((await run(operation, TAKE_OUT, [FAILED, UNCERTAIN], [id])) !== 1) throw itemNotDead(operation.operation, id);
      await ask(operation, () => job.remove());
    },
  };
}

/** Another one has retried or discarded it at the same moment. */
function alreadyGone(operation: string, id: string): (error: unknown) => never {
  return (error) => {
    throw typeof (error as { readonly code?: unknown }).code === 'number' ? itemNotDead(operation, id) : error;
  };
}
