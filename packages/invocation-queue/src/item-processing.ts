import { InvocationQueueError } from '@lp-functions/errors';
import type { FunctionDefinitions } from '@lp-functions/faas-invoker';
import { type Clock, safeCause } from '@lp-functions/http';
import type { AttemptLedger, Claim } from './attempt-ledger.ts';
import { judgeFailure, type QueueRetryNumbers } from './attempt-judgement.ts';
import { reasonOf } from './failure-reason.ts';
import type { ItemCall, ItemEnvelope, StoredReason } from './item-envelope.ts';
import { invokeItem, type QueueInvoker } from './item-invocation.ts';
import { deadLetter, isDirective, leftAlone, type ProcessJob, putBack, type QueueJob } from './queue-engine.ts';
import type { QueueTelemetry } from './queue-telemetry.ts';
import type { WorkerEvent } from './worker-event.ts';

/** Parts of {@link createItemProcessing}. */
export interface ItemProcessingParts {
  readonly invoker: QueueInvoker;
  readonly functions: FunctionDefinitions;
  readonly envelope: ItemEnvelope;
  readonly ledger: AttemptLedger;
  readonly numbers: QueueRetryNumbers;
  readonly random: () => number;
  readonly clock: Clock;
  readonly telemetry: QueueTelemetry;
  /** Key of a part of the queue in Redis. */
  readonly keyOf: (part: string) => string;
  /** Ends calls under way, when the worker has waited for them long enough. */
  readonly ending: AbortSignal;
  /** Holds the whole queue, in milliseconds. */
  readonly hold: (ms: number) => Promise<unknown>;
  readonly onEvent: (event: WorkerEvent) => void;
  readonly onTrouble: (error: Error) => void;
}

/** Key, below that of the queue, of the set of those whose end is not known. */
export const UNCERTAIN = 'lp:uncertain';

/**
 * Makes the function that processes one item: writes down that it is about to be sent, invokes, and writes down what came of
 * it. It returns the answer to be kept, or throws what BullMQ is to do with the item.
 */
export function createItemProcessing(parts: ItemProcessingParts): ProcessJob {
  const { envelope, ledger, numbers, random, clock, telemetry, ending, onEvent } = parts;

  async function attempt(job: QueueJob, claim: Claim): Promise<unknown> {
    let call: ItemCall;
    try {
      call = await envelope.read(claim.id, job.data);
    } catch (error) {
      return bury(claim, 'failed', error);
    }
    const idempotent = call.options.idempotent === true;
    const beginning = await ledger.begin(claim, idempotent);
    if (beginning === 'lost') throw leftAlone();
    if (beginning === 'sent') return bury(claim, 'uncertain', workerLost(claim.id));
    if (job.attemptsStarted > numbers.maxAttempts + SPARE_ATTEMPTS) {
      return bury(claim, idempotent ? 'uncertain' : 'failed', workersLost(claim.id, job.attemptsStarted, idempotent));
    }
    try {
      const { invoker, functions } = parts;
      const answer = await telemetry.process(claim.id, call, job.attemptsStarted, () =>
        invokeItem(invoker, claim.id, call, functions, ending),
      );
      return await envelope.wrap(claim.id, 'answer', answer);
    } catch (error) {
      return afterFailure(claim, job, idempotent, error);
    }
  }

  async function afterFailure(claim: Claim, job: QueueJob, idempotent: boolean, error: unknown): Promise<never> {
    const attempts = job.attemptsStarted;
    const verdict = judgeFailure({ error, idempotent, attempts, numbers, closing: ending.aborted, random });
    if (!verdict.again) return bury(claim, verdict.state, error);
    const { delayMs, holdMs } = verdict;
    const reason = reasonOf(error);
    onEvent({ type: 'item-postponed', id: claim.id, attempts, delayMs, reason });
    if (holdMs !== undefined && holdMs > 0) await parts.hold(holdMs).catch(() => undefined);
    await ledger.withdraw(claim, JSON.stringify(await envelope.wrap(claim.id, 'reason', reason)));
    await putBack(job, claim.token, delayMs, clock, ending);
    throw leftAlone();
  }

  async function bury(claim: Claim, state: StoredReason['state'], error: unknown): Promise<never> {
    const reason = reasonOf(error);
    if (state === 'uncertain') await ledger.park(claim, parts.keyOf(UNCERTAIN));
    const stored: StoredReason = { state, code: reason.code, why: await envelope.wrap(claim.id, 'reason', reason) };
    throw deadLetter(JSON.stringify(stored));
  }

  return async (job, token) => {
    const id = job.id ?? '';
    try {
      return await attempt(job, { id, key: parts.keyOf(id), token });
    } catch (error) {
      if (isDirective(error)) throw error;
      // Redis is away and the worker is being closed, or Redis refuses. Nothing is decided: the claim runs out by itself,
      // and whoever takes the item next sees whether this attempt was sent.
      if (!ending.aborted) parts.onTrouble(new Error(`item ${id}: ${safeCause(error).message}`));
      throw leftAlone();
    }
  };
}

/** Beyond those of the policy: an item whose workers end before they send it counts these up as well. */
const SPARE_ATTEMPTS = 4;

function workerLost(id: string): InvocationQueueError {
  return new InvocationQueueError(`item ${id}: its worker was lost while the call was under way`, {
    code: 'WORKER_LOST',
    executed: 'maybe',
    target: id,
    hint: 'Find out whether the function ran, then retry or discard this dead letter.',
  });
}

function workersLost(id: string, times: number, idempotent: boolean): InvocationQueueError {
  return new InvocationQueueError(`item ${id}: it was taken ${String(times)} times, and no attempt came to an end`, {
    code: 'WORKER_LOST',
    executed: idempotent ? 'maybe' : 'no',
    target: id,
    hint: 'Look at why the workers end: their memory, and what else this payload does to them.',
  });
}
