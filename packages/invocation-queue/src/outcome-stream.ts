import { InvocationQueueError } from '@lp-functions/errors';
import { abortSignal, checkOptions, duration, type OptionRule } from '@lp-functions/http';
import { NEWEST_EVENT, RECENT_ANSWER } from './attempt-scripts.ts';
import { eventFeed } from './event-feed.ts';
import type { QueueEvent } from './event-reader.ts';
import { checkId, type ItemReading } from './item-reading.ts';

import { itemNotFound, queueClosed, waitAborted } from './queue-failure.ts';
import type { QueueOutcome, UnreadableOutcome } from './queue-item.ts';
import type { QueueParts } from './queue-parts.ts';

/** How to wait for one outcome. */
export interface WaitOptions {
  /** How long, in milliseconds. Default: as long as it takes. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** From where to read outcomes. */
export interface OutcomeOptions {
  /** The `cursor` of an outcome that was seen; `'start'` for all that the stream keeps. Default: those to come. */
  readonly after?: string | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
}

/** An outcome, and where it stands in the stream. One that cannot be read has `unreadable`. */
export type StreamedOutcome = (QueueOutcome | UnreadableOutcome) & { readonly cursor: string };

/** Tells what came of items. */
export interface Outcomes {
  of(id: string, wait: WaitOptions): Promise<QueueOutcome>;
  stream(options: OutcomeOptions): AsyncGenerator<StreamedOutcome, void>;
}

/** An event may be missed: the stream is of limited length. */
const LOOK_AGAIN_MS = 5_000;
const START = '0-0';
const ENDS: ReadonlySet<string | undefined> = new Set(['completed', 'failed']);

const cursorRule: OptionRule = (value) =>
  value === undefined || value === 'start' || (typeof value === 'string' && /^\d{1,20}-\d{1,20}$/.test(value))
    ? undefined
    : 'must be the cursor of an outcome, or start';

/** Makes what tells the outcomes of a queue's items. */
export function createOutcomes(parts: QueueParts, reading: ItemReading): Outcomes {
  const { place, clock, closed, run } = parts;
  const waiting = new Map<string, Set<(end: QueueEvent) => void>>();
  let listening: AbortController | undefined;

  async function newest(operation: string): Promise<string> {
    return String(await run({ operation, target: place.name }, NEWEST_EVENT, ['events']));
  }

  /** One reader for all who wait. */
  function listen(from: string): void {
    if (listening !== undefined) return;
    const ended = new AbortController();
    listening = ended;
    void (async () => {
      for await (const event of eventFeed(place, from, clock, AbortSignal.any([ended.signal, closed]))) {
        const { fields } = event;
        if (ENDS.has(fields['event'])) for (const wake of waiting.get(fields['jobId'] ?? '') ?? []) wake(event);
      }
    })().catch(() => undefined);
  }

  /**
   * As the item says; what the stream says may be of its life before it was retried. One that is not kept when it is done has
   * nothing but the stream to say it.
   */
  async function settled(id: string, end: QueueEvent | undefined): Promise<QueueOutcome | undefined> {
    const item = await reading.item(id, 'outcome');
    if (item !== undefined) return item.outcome;
    if (end !== undefined) return endOf(end.fields);
    const [answer] = (await run({ operation: 'outcome', target: id }, RECENT_ANSWER, ['events'], [id])) as string[];
    if (answer === undefined) throw itemNotFound('outcome', id);
    return reading.done(id, parsed(answer));
  }

  async function of(id: string, wait: WaitOptions): Promise<QueueOutcome> {
    checkId(id);
    checkOptions(wait, { timeoutMs: duration, signal: abortSignal }, 'outcome');
    const { timeoutMs = Infinity, signal } = wait;
    const untilMs = clock.monotonicNow() + timeoutMs;
    const from = await newest('outcome');
    const wakers = waiting.get(id) ?? new Set();
    waiting.set(id, wakers);
    let wake: () => void = () => undefined;
    let end: QueueEvent | undefined;
    const bell = (): void => {
      wake();
    };
    const told = (event: QueueEvent): void => {
      end = event;
      wake();
    };
    wakers.add(told);
    listen(from);
    signal?.addEventListener('abort', bell);
    closed.addEventListener('abort', bell);
    try {
      for (;;) {
        const rung = new Promise<void>((resolve) => (wake = resolve));
        if (signal?.aborted === true) throw waitAborted('outcome', id, signal);
        if (closed.aborted) throw queueClosed('outcome', id);
        const outcome = await settled(id, end);
        if (outcome !== undefined) return outcome;
        const leftMs = untilMs - clock.monotonicNow();
        if (leftMs <= 0) throw pending(id, timeoutMs);
        const pause = new AbortController();
        await Promise.race([rung, clock.sleep(Math.min(leftMs, LOOK_AGAIN_MS), pause.signal).catch(() => undefined)]);
        pause.abort();
      }
    } finally {
      signal?.removeEventListener('abort', bell);
      closed.removeEventListener('abort', bell);
      wakers.delete(told);
      if (wakers.size === 0) waiting.delete(id);
      if (waiting.size === 0) {
        listening?.abort();
        listening = undefined;
      }
    }
  }

  async function* stream(options: OutcomeOptions): AsyncGenerator<StreamedOutcome, void> {
    checkOptions(options, { after: cursorRule, signal: abortSignal }, 'outcomes');
    const { after, signal } = options;
    throwIfAborted(signal);
    const from = after === 'start' ? START : (after ?? (await newest('outcomes')));
    const ended = signal === undefined ? closed : AbortSignal.any([signal, closed]);
    for await (const event of eventFeed(place, from, clock, ended)) {
      const outcome = await outcomeOf(event);
      if (outcome !== undefined) yield { ...outcome, cursor: event.cursor };
    }
    throwIfAborted(signal);
  }

  function throwIfAborted(signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) throw waitAborted('outcomes', place.name, signal);
  }

  async function outcomeOf({ fields }: QueueEvent): Promise<QueueOutcome | UnreadableOutcome | undefined> {
    const { event, jobId = '', returnvalue, failedReason } = fields;
    if (event === 'completed') return reading.doneAnyhow(jobId, parsed(returnvalue));
    return event === 'failed' ? reading.deadAnyhow(jobId, failedReason) : undefined;
  }

  async function endOf({ event, jobId = '', returnvalue, failedReason }: QueueEvent['fields']): Promise<QueueOutcome> {
    return event === 'completed' ? reading.done(jobId, parsed(returnvalue)) : reading.dead(jobId, failedReason);
  }

  return { of, stream };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function pending(id: string, timeoutMs: number): InvocationQueueError {
  return new InvocationQueueError(`item ${id} did not come to its end within ${String(timeoutMs)} ms`, {
    code: 'OUTCOME_PENDING',
    executed: 'maybe',
    retryable: true,
    operation: 'outcome',
    target: id,
  });
}
