import { InvocationQueueError, isFaaSError } from '@lp-functions/errors';
import type { FunctionDefinitions } from '@lp-functions/faas-invoker';
import { type Clock, safeCause } from '@lp-functions/http';
import type { AttemptLedger, Claim, Throttled } from './attempt-ledger.ts';
import { isThrottled, judgeFailure, type QueueRetryNumbers, spread, type Throttling } from './attempt-judgement.ts';
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
  readonly onEvent: (event: WorkerEvent) => void;
  readonly onTrouble: (error: Error) => void;
}

/** Key, below that of the queue, of the set of those whose end is not known. */
export const UNCERTAIN = 'lp:uncertain';
/** Key, below that of the queue, of how long it is held. */
const HOLD = 'lp:hold';

/**
 * Makes the function that processes one item: writes down that it is about to be sent, invokes, and writes down what came of
 * it. It returns the answer to be kept, or throws what BullMQ is to do with the item.
 */
export function createItemProcessing(parts: ItemProcessingParts): ProcessJob {
  const { envelope, ledger, numbers, random, clock, telemetry, ending, onEvent } = parts;
  /** Since the last 429, nothing else came back to this worker. */
  let onlyThrottled = false;

  async function attempt(job: QueueJob, claim: Claim): Promise<unknown> {
    let call: ItemCall;
    try {
      call = await envelope.read(claim.id, job.data);
    } catch (error) {
      return bury(claim, 'failed', error);
    }
    const idempotent = call.options.idempotent === true;
    const beginning = await ledger.begin(claim, idempotent);
    if (beginning.may === 'lost') throw leftAlone();
    if (beginning.may === 'sent') return bury(claim, 'uncertain', workerLost(claim.id));
    const { throttled } = beginning;
    if (job.attemptsStarted - throttled.times > numbers.maxAttempts + SPARE_ATTEMPTS) {
      return bury(claim, idempotent ? 'uncertain' : 'failed', workersLost(claim.id, job.attemptsStarted, idempotent));
    }
    try {
      const { invoker, functions } = parts;
      const answer = await telemetry.process(claim.id, call, job.attemptsStarted, () =>
        invokeItem(invoker, claim.id, call, functions, ending),
      );
      onlyThrottled = false;
      return await envelope.wrap(claim.id, 'answer', answer);
    } catch (error) {
      return afterFailure(claim, job, { idempotent, throttled }, error);
    }
  }

  async function afterFailure(
    claim: Claim,
    job: QueueJob,
    { idempotent, throttled }: Taken,
    error: unknown,
  ): Promise<never> {
    const verdict = judgeFailure({
      error,
      idempotent,
      attempts: job.attemptsStarted - throttled.times,
      throttledMs: clock.now() - throttled.sinceMs,
      numbers,
      closing: ending.aborted,
      random,
    });
    const counted = isFaaSError(error) && isThrottled(error) ? { ...throttled, times: throttled.times + 1 } : undefined;
    // The platform takes calls.
    if (isFaaSError(error) && error.executed === 'yes') onlyThrottled = false;
    if (!verdict.again) return bury(claim, verdict.state, error);
    const delayMs = verdict.throttled === undefined ? verdict.delayMs : spread(await hold(verdict.throttled), random);
    const reason = reasonOf(error);
    onEvent({ type: 'item-postponed', id: claim.id, attempts: job.attemptsStarted, delayMs, reason });
    await ledger.withdraw(claim, JSON.stringify(await envelope.wrap(claim.id, 'reason', reason)), counted);
    await putBack(job, claim.token, delayMs, clock, ending);
    throw leftAlone();
  }

  /** Of the whole queue. Gives for how long, in milliseconds. */
  async function hold({ toldMs }: Throttling): Promise<number> {
    const again = onlyThrottled;
    onlyThrottled = true;
    const keys = { limiterKey: parts.keyOf('limiter'), holdKey: parts.keyOf(HOLD) };
    return ledger.hold(keys, { toldMs, again, firstMs: numbers.throttledWaitMs });
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

/** What an attempt knows of its item. */
interface Taken {
  readonly idempotent: boolean;
  readonly throttled: Throttled;
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
