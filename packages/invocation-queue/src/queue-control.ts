import { abortSignal, checkOptions, duration } from '@lp-functions/http';
import { ALLOW_HOLDING, COUNT_UNCERTAIN, KEEP_RATE, KEPT_RATE, UNLIMITED } from './attempt-scripts.ts';
import { UNCERTAIN } from './item-processing.ts';
import { queueClosed, waitAborted } from './queue-failure.ts';
import { positiveCount, rateRule } from './queue-options.ts';
import type { QueueParts } from './queue-parts.ts';
import { askedRate, rateWindow } from './rate-window.ts';

/** What all workers keep to together. */
export interface QueueLimits {
  /** Items that are taken per second. The invoker's own repeats are not counted. */
  readonly perSecond?: number | undefined;
  /** Calls under way. */
  readonly concurrent?: number | undefined;
}

/** How a queue stands. */
export interface QueueStatus {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
  /** Those that are kept: see `keepDone` of the workers. */
  readonly done: number;
  readonly failed: number;
  readonly uncertain: number;
  readonly paused: boolean;
  readonly limits: QueueLimits;
}

/** How to watch. */
export interface WatchOptions {
  /** Between two looks, in milliseconds. Default 1,000. */
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What holds for the queue as a whole. */
export interface QueueControl {
  status(): Promise<QueueStatus>;
  progress(options?: WatchOptions): AsyncGenerator<QueueStatus, void>;
  whenDrained(options?: WatchOptions): Promise<QueueStatus>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  setLimits(limits: QueueLimits): Promise<void>;
}

/** Makes what controls a queue. */
export function createQueueControl({ place, clock, closed, ask, run }: QueueParts): QueueControl {
  const about = (operation: string) => ({ operation, target: place.name });

  async function status(): Promise<QueueStatus> {
    const operation = about('status');
    const [counts, uncertain, paused, concurrent, rate, wanted] = await Promise.all([
      ask(operation, (queue) => queue.getJobCounts('wait', 'prioritized', 'delayed', 'active', 'completed', 'failed')),
      run(operation, COUNT_UNCERTAIN, ['failed', UNCERTAIN]).then(Number),
      ask(operation, (queue) => queue.isPaused()),
      ask(operation, (queue) => queue.getGlobalConcurrency()),
      ask(operation, (queue) => queue.getGlobalRateLimit()),
      run(operation, KEPT_RATE, ['meta']).then(Number),
    ]);
    const of = (state: string): number => counts[state] ?? 0;
    return {
      waiting: of('wait') + of('paused') + of('prioritized'),
      delayed: of('delayed'),
      active: of('active'),
      done: of('completed'),
      // The two were counted one after the other.
      failed: Math.max(0, of('failed') - uncertain),
      uncertain,
      paused,
      limits: {
        ...(rate === null || rate.max >= UNLIMITED
          ? {}
          : { perSecond: askedRate({ max: rate.max, durationMs: rate.duration }, wanted) }),
        ...(concurrent === null ? {} : { concurrent }),
      },
    };
  }

  async function* progress({ everyMs = 1_000, signal }: WatchOptions = {}): AsyncGenerator<QueueStatus, void> {
    checkOptions({ everyMs, signal }, { everyMs: duration, signal: abortSignal }, 'progress');
    const ended = signal === undefined ? closed : AbortSignal.any([signal, closed]);
    for (;;) {
      if (signal?.aborted === true) throw waitAborted('progress', place.name, signal);
      if (closed.aborted) throw queueClosed('progress', place.name);
      const now = await status();
      yield now;
      if (now.waiting + now.delayed + now.active === 0) return;
      await clock.sleep(everyMs, ended).catch(() => undefined);
    }
  }

  return {
    status,
    progress,
    async whenDrained(options) {
      let last: QueueStatus | undefined;
      for await (const now of progress(options)) last = now;
      return last ?? status();
    },
    pause: () => ask(about('pause'), (queue) => queue.pause()),
    resume: () => ask(about('resume'), (queue) => queue.resume()),
    async setLimits(limits) {
      checkOptions(limits, { perSecond: rateRule, concurrent: positiveCount }, 'setLimits');
      const { perSecond, concurrent } = limits;
      await ask(about('setLimits'), async (queue) => {
        if (concurrent === undefined) await queue.removeGlobalConcurrency();
        else await queue.setGlobalConcurrency(concurrent);
        if (perSecond === undefined) {
          await queue.removeGlobalRateLimit();
          await run(about('setLimits'), KEEP_RATE, ['meta'], ['']);
          await run(about('setLimits'), ALLOW_HOLDING, ['meta']);
          return;
        }
        const { max, durationMs } = rateWindow(perSecond);
        await queue.setGlobalRateLimit(max, durationMs);
        await run(about('setLimits'), KEEP_RATE, ['meta'], [String(perSecond)]);
      });
    },
  };
}
