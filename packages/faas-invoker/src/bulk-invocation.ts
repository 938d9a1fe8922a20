import { TransportError } from '@lp-functions/errors';
import { type HttpClient, listenForAbort } from '@lp-functions/http';
import { createAdaptivePace } from './adaptive-pace.ts';
import { type InvokeItem, itemError } from './bulk-item.ts';
import type { BulkPlan, InvocationOutcome } from './bulk-options.ts';
import { openSource } from './bulk-source.ts';

/** With so many outcomes for each lane waiting to be fetched, no further item is taken. */
const OUTCOMES_PER_LANE = 2;

/**
 * Invokes for every item. Takes an item only when a lane is free and the outcomes are being fetched, so that neither items
 * nor outcomes pile up.
 *
 * @param items - taken one by one.
 * @param plan - checked options.
 * @param invoke - invokes for one item.
 * @param http - on whose clock to wait for a turn; when it is closed, the bulk ends.
 */
export function invokeEachItem<I, A>(
  items: Iterable<I> | AsyncIterable<I>,
  plan: BulkPlan<I>,
  invoke: InvokeItem<I, A>,
  { clock, closing }: Pick<HttpClient, 'clock' | 'closing'>,
): AsyncIterableIterator<InvocationOutcome<I, A>> {
  type Outcome = InvocationOutcome<I, A>;
  type Step = IteratorResult<Outcome, undefined>;
  const { concurrency, ordered, onProgress } = plan;
  const { signal } = plan.call;
  const source = openSource(items);
  const pace = createAdaptivePace(concurrency, plan.ratePerSecond, () => clock.monotonicNow());
  const window = concurrency * OUTCOMES_PER_LANE;
  const ready = new Map<number, Outcome>();
  const waiting: { resolve: (step: Step) => void; reject: (error: unknown) => void }[] = [];
  const ending = new AbortController();
  let [started, succeeded, failed, active, fetched] = [0, 0, 0, 0, 0];
  let held: { readonly item: I } | undefined;
  const idle: (() => void)[] = [];
  let begun = false;
  let busy = false;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;

  function fill(): void {
    while (!busy && !ended && active < pace.lanes && active + ready.size < window) {
      if (held === undefined) {
        take();
        continue;
      }
      const delayMs = pace.delayMs();
      if (delayMs > 0) {
        pauseFor(clock.sleep(delayMs, ending.signal));
        return;
      }
      start(held.item);
    }
  }

  function take(): void {
    try {
      const step = source.next();
      if ('then' in step) pauseFor(step.then(accept));
      else accept(step);
    } catch (error) {
      end({ error });
    }
  }

  function accept(step: IteratorResult<I, unknown>): void {
    if (step.done === true) end(undefined);
    else if (!ended) held = { item: step.value };
  }

  function pauseFor(work: Promise<void>): void {
    busy = true;
    const resume = (): void => {
      busy = false;
      fill();
      deliver();
    };
    work.then(resume, (error: unknown) => {
      if (!ending.signal.aborted) end({ error });
      resume();
    });
  }

  function start(item: I): void {
    held = undefined;
    const index = started++;
    active++;
    invoke(item, index, pace).then(
      (answer) => {
        succeeded++;
        settle({ ok: true, index, item, answer });
      },
      (error: unknown) => {
        failed++;
        settle({ ok: false, index, item, error: itemError(error) });
      },
    );
  }

  function settle(outcome: Outcome): void {
    active--;
    ready.set(outcome.index, outcome);
    report();
    fill();
    deliver();
    if (active === 0) for (const resolve of idle.splice(0)) resolve();
  }

  function report(): void {
    if (onProgress === undefined) return;
    const { lanes, throttled } = pace;
    try {
      const answer = onProgress({ started, succeeded, failed, active, lanes, throttled });
      if (typeof answer === 'object' && answer !== null && 'then' in answer) Promise.resolve(answer).catch(() => {});
    } catch {
      // Whoever watches changes nothing.
    }
  }

  function fetchOne(): Outcome | undefined {
    const outcome = ordered ? ready.get(fetched) : ready.values().next().value;
    if (outcome !== undefined) ready.delete(outcome.index);
    return outcome;
  }

  function deliver(): void {
    while (waiting.length > 0) {
      const outcome = fetchOne();
      if (outcome === undefined && !(ended && active === 0)) return;
      const waiter = waiting.shift();
      if (waiter === undefined) return;
      const { resolve, reject } = waiter;
      if (outcome !== undefined) {
        fetched++;
        resolve({ done: false, value: outcome });
      } else if (failure === undefined) resolve({ done: true, value: undefined });
      else {
        reject(failure.error);
        failure = undefined;
      }
    }
  }

  function end(why: { readonly error: unknown } | undefined): void {
    if (ended) return;
    ended = true;
    failure = why;
    ending.abort();
    signal?.removeEventListener('abort', onAbort);
    closing.removeEventListener('abort', onClose);
  }

  function endEarly(error: TransportError): void {
    // An item that was taken gets an outcome: its call ends before it has begun.
    if (held !== undefined && !ended) start(held.item);
    if (!ended) source.stop();
    end({ error });
    deliver();
  }

  function onAbort(): void {
    endEarly(endedEarly('ABORTED', 'ended by its signal', signal?.reason));
  }

  function onClose(): void {
    endEarly(endedEarly('CLOSED', 'the client was closed', undefined));
  }

  function begin(): void {
    if (begun || ended) return;
    begun = true;
    if (signal?.aborted === true) onAbort();
    else if (closing.aborted) onClose();
    else {
      if (signal !== undefined) listenForAbort(signal, onAbort);
      listenForAbort(closing, onClose);
    }
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve, reject) => {
        begin();
        waiting.push({ resolve, reject });
        deliver();
        fill();
        deliver();
      }),
    // A loop that is left early: no item is taken any more, and the calls under way come to their end.
    async return() {
      if (!ended) source.stop();
      end(undefined);
      held = undefined;
      while (active > 0) await new Promise<void>((resolve) => idle.push(resolve));
      ready.clear();
      deliver();
      return { done: true, value: undefined };
    },
  };
}

function endedEarly(code: 'ABORTED' | 'CLOSED', why: string, cause: unknown): TransportError {
  return new TransportError(`invokeEach: ${why}; what came of the items so far was told`, {
    code,
    phase: 'connect',
    requestSent: 'no',
    operation: 'invokeEach',
    cause,
  });
}
