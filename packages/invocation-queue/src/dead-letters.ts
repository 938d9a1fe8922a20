import { OLDER_DEAD, PLAIN_FIELDS, REVIVE, TAKE_OUT } from './attempt-scripts.ts';
import { UNCERTAIN } from './item-processing.ts';
import { checkId, type ItemReading } from './item-reading.ts';
import { itemNotDead, itemNotFound } from './queue-failure.ts';
import type { QueueItem, UnreadableItem } from './queue-item.ts';
import type { QueueParts } from './queue-parts.ts';

/** Which dead letters are meant. Default: all of them. */
export interface DeadLetterFilter {
  readonly state?: 'failed' | 'uncertain' | undefined;
  /** Code of the reason, for example `NOT_FOUND`. */
  readonly code?: string | undefined;
}

/** Items that failed, or whose end is not known. */
export interface DeadLetters {
  /**
   * The newest first; fetched as they are iterated, and may be retried and discarded meanwhile. One of which not everything
   * can be read has `unreadable`, and no payload.
   */
  list(filter?: DeadLetterFilter): AsyncIterable<QueueItem | UnreadableItem>;
  /**
   * Puts a dead letter back into the queue, as if it had just been enqueued. An uncertain one may run a second time: you
   * have found out whether that does harm.
   *
   * @throws {@link InvocationQueueError} ITEM_NOT_FOUND, ITEM_NOT_DEAD, ITEM_UNREADABLE if it is damaged.
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
  /**
   * From the newest on, by when they died and not by their place: letters may be retried and discarded meanwhile, and new ones
   * come. Of many that died in the same millisecond, those that were given are remembered.
   */
  async function* deadIds(): AsyncGenerator<readonly string[], void> {
    const asked = { operation: 'deadLetters.list', target: FAILED };
    let newest = '+inf';
    let given = new Set<string>();
    for (;;) {
      const size = PAGE + given.size;
      const words = (await run(asked, OLDER_DEAD, [FAILED], [newest, String(size)])) as string[];
      const page = words.flatMap((id, at) => (at % 2 === 0 ? [{ id, score: words[at + 1] ?? '' }] : []));
      yield page.map(({ id }) => id).filter((id) => !given.has(id));
      const last = page.at(-1);
      if (last === undefined || page.length < size) return;
      if (last.score !== newest) given = new Set();
      newest = last.score;
      for (const { id, score } of page) if (score === newest) given.add(id);
    }
  }

  return {
    async *list({ state, code } = {}) {
      for await (const ids of deadIds()) {
        for (const item of await Promise.all(ids.map((id) => reading.deadLetter(id)))) {
          // Retried or discarded meanwhile, it is none any more.
          if (item === undefined) continue;
          const fits = (state ?? item.state) === item.state && (code === undefined || codesOf(item).includes(code));
          if (fits) yield item;
        }
      }
    },
    async retry(id) {
      const operation = { operation: 'deadLetters.retry', target: id };
      checkId(id);
      const job = await reading.job(operation.operation, id);
      if (job === undefined) throw itemNotFound(operation.operation, id);
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
      checkId(id);
      if ((await run(operation, TAKE_OUT, [FAILED, UNCERTAIN], [id])) !== 1) {
        // One that is damaged is there all the same.
        const [, , addedAt] = (await run(operation, PLAIN_FIELDS, [id])) as readonly (string | null)[];
        throw addedAt === null ? itemNotFound(operation.operation, id) : itemNotDead(operation.operation, id);
      }
      await ask(operation, (queue) => queue.remove(id));
    },
  };
}

/** By which a letter can be selected: also one of which only the code can be read. */
function codesOf({ outcome, unreadable }: QueueItem | UnreadableItem): readonly (string | undefined)[] {
  return [outcome?.reason?.code, outcome?.unreadable === undefined ? undefined : outcome.code, unreadable?.code];
}

/** Another one has retried or discarded it at the same moment. */
function alreadyGone(operation: string, id: string): (error: unknown) => never {
  return (error) => {
    throw typeof (error as { readonly code?: unknown }).code === 'number' ? itemNotDead(operation, id) : error;
  };
}
