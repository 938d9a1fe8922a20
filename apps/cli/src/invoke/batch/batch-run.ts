import { randomUUID } from 'node:crypto';
import type {
  EventInvocationResult,
  FunctionsClient,
  InvocationOptions,
  InvocationOutcome,
  InvocationResult,
  InvocationTarget,
} from '@lp-functions/client';
import { errorObject } from '../../terminal/error-text.ts';
import { applyQuery, type ResultQuery } from '../result-query.ts';
import { lineHeaders } from './batch-call.ts';
import type { BatchInput, BatchItem } from './batch-input.ts';
import type { BatchStore } from './batch-store.ts';
import type { BatchTally } from './batch-tally.ts';
import { createFailureJudge } from './failure-judge.ts';
import type { OutcomeRecord } from './outcome-record.ts';

/** Everything that a batch is run with. */
export interface BatchRun {
  readonly functions: FunctionsClient;
  readonly target: InvocationTarget;
  readonly input: BatchInput;
  readonly store: BatchStore;
  readonly tally: BatchTally;
  /** Ends the batch in good order: no line is begun any more, those under way come to their end. */
  readonly stopping: AbortSignal;
  readonly call: InvocationOptions;
  readonly query: ResultQuery | undefined;
  readonly concurrency: number | undefined;
  readonly ratePerSecond: number | undefined;
  /** Told after every outcome. */
  readonly onOutcome: () => void;
}

/** How a run ended. */
export interface BatchRunEnd {
  /** Lines that were sent. */
  readonly sent: number;
  /** Lines of the input, if it was read to its end. */
  readonly lines: number | undefined;
  /** What ended it before its time, besides `stopping`. */
  readonly error: unknown;
}

type Outcome = InvocationOutcome<BegunItem, InvocationResult | EventInvocationResult>;

/** A line on its way. */
interface BegunItem extends BatchItem {
  /** Set when it was begun. */
  requestId?: string;
}

/** Sends the lines of a batch that have no outcome yet. */
export async function runBatch(run: BatchRun): Promise<BatchRunEnd> {
  const { functions, target, input, store, tally, call, query } = run;
  const judge = createFailureJudge();
  let [sent, lines] = [0, 0];
  const state: { stopped: boolean; complete: boolean; error: unknown } = {
    stopped: run.stopping.aborted,
    complete: false,
    error: undefined,
  };

  function stop(error?: unknown): void {
    state.stopped = true;
    state.error ??= error;
    input.stop();
  }

  async function record(outcome: OutcomeRecord): Promise<void> {
    await store.finished(outcome);
    const { line, ok } = outcome;
    tally.add(ok ? { line, ok } : { line, ok, code: String(outcome.error['code']) });
    run.onOutcome();
  }

  async function* items(): AsyncGenerator<BegunItem> {
    for await (const item of input.items()) {
      if (state.stopped) return;
      lines += 1;
      if (store.isDone(item.line)) continue;
      if (item.problem === undefined) yield item;
      else await record(invalidLine(item.line, item.problem));
    }
    state.complete = !state.stopped;
  }

  async function begin(item: BegunItem): Promise<InvocationOptions> {
    // It may have waited for its turn since the batch was stopped.
    if (state.stopped) throw new Error('not begun');
    const requestId = randomUUID();
    try {
      await store.started(item.line, requestId);
    } catch (error) {
      stop(error);
      throw error;
    }
    item.requestId = requestId;
    sent += 1;
    return { requestId, headers: lineHeaders(call, store.id, item.line) };
  }

  async function settle(outcome: Outcome): Promise<void> {
    const { line, requestId } = outcome.item;
    if (requestId === undefined) return;
    if (outcome.ok) {
      judge.succeeded();
      await record(succeeded(line, requestId, outcome.answer, query));
      return;
    }
    const verdict = judge.failed(outcome.error);
    if (verdict !== 'line') stop(outcome.error);
    if (verdict === 'batch') {
      sent -= 1;
      await store.notSent(line);
    } else await record({ line, ok: false, error: errorObject(outcome.error), requestId });
  }

  const onStopping = (): void => {
    stop();
  };
  run.stopping.addEventListener('abort', onStopping);
  try {
    const options = {
      ...call,
      concurrency: run.concurrency,
      ratePerSecond: run.ratePerSecond,
      // A line that takes long must not hold back the outcomes of others: what is not written is lost to a kill.
      ordered: false,
      toPayload: (item: BegunItem) => item.payload,
      toOptions: begin,
    };
    const outcomes: AsyncIterable<Outcome> =
      'uuid' in target
        ? functions.invokeEach(items(), { uuid: target.uuid, ...options })
        : functions.invokeEach(items(), { eventId: target.eventId, ...options });
    for await (const outcome of outcomes) await settle(outcome);
  } catch (error) {
    stop(error);
  } finally {
    run.stopping.removeEventListener('abort', onStopping);
  }
  return { sent, lines: state.complete ? lines : undefined, error: state.error };
}

function succeeded(
  line: number,
  requestId: string,
  answer: InvocationResult | EventInvocationResult,
  query: ResultQuery | undefined,
): OutcomeRecord {
  try {
    const result = applyQuery(query, 'results' in answer ? answer.results : answer.result, requestId);
    return { line, ok: true, result, requestId };
  } catch (error) {
    return { line, ok: false, error: errorObject(error), requestId };
  }
}

function invalidLine(line: number, problem: string): OutcomeRecord {
  const message = `the line is ${problem}`;
  return {
    line,
    ok: false,
    error: { name: 'UsageError', code: 'LINE_INVALID', message, executed: 'no', retryable: false },
    requestId: null,
  };
}
