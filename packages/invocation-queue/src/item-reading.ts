import { ConfigurationError, isInvocationQueueError } from '@lp-functions/errors';
import { parseJsonObject } from '@lp-functions/http';
import { sentAtMs } from './attempt-ledger.ts';
import { MARKS, PLAIN_FIELDS } from './attempt-scripts.ts';
import { reasonOf } from './failure-reason.ts';
import { readStoredReason, targetOf } from './item-envelope.ts';
import type { QueueJob } from './queue-engine.ts';
import { itemUnreadable } from './queue-failure.ts';
import type {
  DoneAnswer,
  FailureReason,
  ItemState,
  QueueItem,
  QueueOutcome,
  UnreadableItem,
  UnreadableOutcome,
} from './queue-item.ts';
import type { QueueParts } from './queue-parts.ts';

/** Reads items. */
export interface ItemReading {
  item(id: string, operation?: string): Promise<QueueItem | undefined>;
  /** A dead letter, or what can be read of it. `undefined` if there is none (any more). */
  deadLetter(id: string): Promise<QueueItem | UnreadableItem | undefined>;
  /** @throws {@link InvocationQueueError} ITEM_UNREADABLE */
  job(operation: string, id: string): Promise<QueueJob | undefined>;
  done(id: string, returned: unknown): Promise<QueueOutcome>;
  dead(id: string, reason: string | undefined): Promise<QueueOutcome>;
  /** As {@link ItemReading.done} and {@link ItemReading.dead}, also for what cannot be read. */
  doneAnyhow(id: string, returned: unknown): Promise<QueueOutcome | UnreadableOutcome>;
  deadAnyhow(id: string, reason: string | undefined): Promise<QueueOutcome | UnreadableOutcome>;
}

const DAMAGED = Symbol('damaged');

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

  async function deadAnyhow(id: string, text: string | undefined): Promise<QueueOutcome | UnreadableOutcome> {
    const { state = 'uncertain', code } = readStoredReason(text) ?? {};
    return dead(id, text).catch(unreadableAs((unreadable) => ({ id, state, unreadable, code })));
  }

  async function job(operation: string, id: string): Promise<QueueJob | undefined> {
    const found = await ask({ operation, target: id }, (queue) => queue.getJob(id).catch(damaged));
    if (found === DAMAGED) throw itemUnreadable(id, 'it was damaged');
    return found as QueueJob | undefined;
  }

  async function lastFailure(id: string, why: string | null): Promise<FailureReason | undefined> {
    if (why === null) return undefined;
    const stored = parseJsonObject(why);
    if (stored === undefined) throw itemUnreadable(id, 'it was damaged');
    return (await envelope.unwrap(id, 'reason', stored)) as FailureReason;
  }

  async function fromJob(found: QueueJob, state: ItemState): Promise<QueueItem> {
    const id = found.id ?? '';
    const [call, marks] = await Promise.all([
      envelope.read(id, found.data),
      run({ operation: 'get', target: id }, MARKS, [id]) as Promise<readonly [string | null, string | null]>,
    ]);
    const [sent, why] = marks;
    const outcome = state === 'done' ? await done(id, found.returnvalue) : undefined;
    const buried = state === 'failed' || state === 'uncertain' ? await dead(id, found.failedReason) : undefined;
    const sentMs = sentAtMs(sent);
    const failure = await lastFailure(id, why);
    return {
      ...plainPart(found, state),
      state: buried?.state ?? state,
      target: call.target,
      payload: call.payload,
      ...(sentMs === undefined ? {} : { sentAtMs: sentMs }),
      ...(failure === undefined ? {} : { lastFailure: failure }),
      ...(outcome === undefined && buried === undefined ? {} : { outcome: outcome ?? buried }),
    };
  }

  async function deadLetter(id: string): Promise<QueueItem | UnreadableItem | undefined> {
    let found: QueueJob | undefined;
    try {
      found = await job('deadLetters.list', id);
      // Without an end it is none any more: it was retried a moment ago.
      return found?.finishedOn === undefined ? undefined : await fromJob(found, 'failed');
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const asked = { operation: 'deadLetters.list', target: id };
      const [text, ats, timestamp] = (await run(asked, PLAIN_FIELDS, [id])) as readonly (string | null)[];
      const outcome = await deadAnyhow(id, text ?? undefined);
      const plain = { id, attempts: Number(ats ?? 0), enqueuedAtMs: Number(timestamp ?? 0) };
      return {
        ...(found === undefined ? plain : plainPart(found, 'failed')),
        state: outcome.state,
        target: targetOf(found?.data),
        unreadable: reasonOf(error),
        outcome,
      };
    }
  }

  return {
    job,
    done,
    dead,
    deadLetter,
    deadAnyhow,
    doneAnyhow: (id, returned) =>
      done(id, returned).catch(unreadableAs((unreadable) => ({ id, state: 'done' as const, unreadable }))),
    async item(id, operation = 'get') {
      checkId(id);
      const found = await job(operation, id);
      if (found === undefined) return undefined;
      const state = STATES[await ask({ operation, target: id }, (queue) => queue.getJobState(id))];
      if (state === undefined) return undefined;
      // It may have ended between the two questions, or been evicted.
      const settled = state === 'done' || state === 'failed';
      if (settled && found.finishedOn === undefined) return this.item(id, operation);
      return fromJob(found, state);
    },
  };
}

/** What BullMQ keeps of an item. */
function plainPart(
  { id = '', timestamp, delay, processedOn, finishedOn, attemptsStarted }: QueueJob,
  state: ItemState,
) {
  return {
    id,
    attempts: attemptsStarted,
    enqueuedAtMs: timestamp,
    ...(state === 'delayed' ? { dueAtMs: (processedOn ?? timestamp) + delay } : {}),
    ...(processedOn === undefined ? {} : { startedAtMs: processedOn }),
    ...(finishedOn === undefined ? {} : { finishedAtMs: finishedOn }),
  };
}

/** To BullMQ, what is no JSON is an error of its reader. */
function damaged(error: unknown): typeof DAMAGED {
  if (error instanceof SyntaxError) return DAMAGED;
  throw error;
}

function isUnreadable(error: unknown): boolean {
  return isInvocationQueueError(error) && error.code === 'ITEM_UNREADABLE';
}

function unreadableAs<T>(describe: (reason: FailureReason) => T): (error: unknown) => T {
  return (error) => {
    if (isUnreadable(error)) return describe(reasonOf(error));
    throw error;
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
