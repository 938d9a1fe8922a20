import { setMaxListeners } from 'node:events';
import { quietLogger, safeCause, systemClock } from '@lp-functions/http';
import { createKeyRing } from '@lp-functions/redis-access';
import { createAttemptLedger } from './attempt-ledger.ts';
import { DEFAULT_QUEUE_RETRY } from './attempt-judgement.ts';
import { createClosingDeadline } from './closing-deadline.ts';
import { createItemEnvelope, readStoredReason } from './item-envelope.ts';
import { createItemProcessing } from './item-processing.ts';
import { type EngineListener, type EngineWorker, openWorker, type QueueJob } from './queue-engine.ts';
import { queueClosed } from './queue-failure.ts';
import { DEFAULT_NAME, DEFAULT_PREFIX } from './queue-options.ts';
import { createQueueTelemetry } from './queue-telemetry.ts';
import type { WorkerEvent } from './worker-event.ts';
import { checkWorkerOptions, type InvocationWorkerOptions } from './worker-options.ts';

/** Takes items from a queue and invokes. */
export interface InvocationWorker {
  /**
   * Works until it is closed. Redis may go away meanwhile, and come back.
   *
   * @throws {@link InvocationQueueError} QUEUE_CLOSED if it was closed before.
   */
  run(): Promise<void>;
  /** Takes no further items, and waits for the calls under way. Other workers go on. Before `run`, it holds from then on. */
  pause(): Promise<void>;
  /** Takes items again. */
  resume(): Promise<void>;
  /**
   * Ends gracefully: takes no further items, waits for the calls under way, then lets go of Redis.
   *
   * @param options - `deadlineMs`: after so long the calls are ended. What they were about goes back to the queue, or is
   *   parked as uncertain if it may have run. Default: as long as they take, and as long as Redis is away. Told again with
   *   less time left, it ends sooner.
   */
  close(options?: { readonly deadlineMs?: number | undefined }): Promise<void>;
}

const DEFAULT_KEEP = { count: 10_000, ageMs: 24 * 60 * 60_000 };
const COMMAND_TIMEOUT_MS = 10_000;
/** For calls that were ended by a deadline. */
const WRITE_DOWN_MS = 2_000;

/**
 * Makes a worker. Any number of them, on any number of machines, may work on the same queue.
 *
 * That a request is about to be sent is written to Redis before it is sent. So an item whose worker dies is not invoked
 * again, unless it is marked idempotent or had certainly not been sent: it is parked as uncertain.
 *
 * @param options - the queue, and what invokes.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 * @example
 * ```ts
 * const worker = createInvocationWorker({ client, invoker: functions, concurrency: 32 });
 * process.on('SIGTERM', () => void worker.close({ deadlineMs: 30_000 }));
 * await worker.run();
 * ```
 */
export function createInvocationWorker(options: InvocationWorkerOptions): InvocationWorker {
  checkWorkerOptions(options);
  const { client, name = DEFAULT_NAME, prefix = DEFAULT_PREFIX, clock = systemClock, random = Math.random } = options;
  const logger = options.logger === undefined ? undefined : quietLogger(options.logger);
  const keyRing = options.encryptionKeys === undefined ? undefined : createKeyRing(options.encryptionKeys);
  const ending = new AbortController();
  // Of all calls under way.
  setMaxListeners(0, ending.signal);
  const place = { client, prefix, name };
  const deadline = createClosingDeadline(clock);
  let closing: Promise<void> | undefined;
  let tellClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => (tellClosed = resolve));
  let running: EngineWorker | undefined;
  let working: Promise<void> | undefined;
  /** The engine obeys: before, what it is told is kept for it. */
  let begun = false;
  let paused = false;

  function tell(event: WorkerEvent): void {
    try {
      const answer = options.onEvent?.(event);
      if (typeof answer === 'object' && answer !== null && 'then' in answer)
        Promise.resolve(answer).catch(() => undefined);
    } catch {
      // Whoever listens changes nothing.
    }
  }

  const redis: EngineListener = {
    trouble(error) {
      const { message } = safeCause(error);
      logger?.warn(message, { queue: name });
      tell({ type: 'worker-trouble', message });
    },
    away(error) {
      const { message } = safeCause(error);
      logger?.warn('Redis cannot be reached; the worker goes on by itself when it is back', { queue: name, message });
      tell({ type: 'redis-away', message });
    },
    back() {
      logger?.info('Redis is back', { queue: name });
      tell({ type: 'redis-back' });
    },
  };

  const timeoutMs = COMMAND_TIMEOUT_MS;
  const ledger = createAttemptLedger({ client, clock, ended: ending.signal, timeoutMs });

  function start(): EngineWorker {
    const { concurrency = 16, claimMs = 30_000, keepDone } = options;
    const process = createItemProcessing({
      invoker: options.invoker,
      functions: options.functions ?? {},
      envelope: createItemEnvelope(`${prefix}:${name}`, keyRing),
      ledger,
      numbers: { ...DEFAULT_QUEUE_RETRY, ...withoutUndefined(options.retry ?? {}) },
      random,
      clock,
      telemetry: createQueueTelemetry(options.telemetry, name),
      keyOf: (part) => engine.worker.toKey(part),
      ending: ending.signal,
      onEvent: tell,
      onTrouble: redis.trouble,
    });
    const kept = { ...DEFAULT_KEEP, ...withoutUndefined(keepDone ?? {}) };
    const engine = openWorker(place, process, { concurrency, claimMs, keepDone: kept }, redis);
    const { worker } = engine;
    worker.on('completed', (job: QueueJob) => {
      tell({ type: 'item-done', id: job.id ?? '', attempts: job.attemptsStarted });
    });
    worker.on('failed', (job: QueueJob | undefined, error) => {
      const reason = readStoredReason(error.message);
      if (job === undefined || reason === undefined) return;
      const { state, code } = reason;
      tell({ type: 'item-dead', id: job.id ?? '', state, attempts: job.attemptsStarted, code });
    });
    return engine;
  }

  async function work(): Promise<void> {
    running ??= start();
    const { worker } = running;
    await ledger.allowHolding(worker.toKey('meta')).catch((error: unknown) => {
      if (!isClosing()) throw error;
    });
    begun = true;
    // Of a Redis that is away, the engine hears no end.
    if (!isClosing()) await Promise.race([paused ? worker.pause() : worker.run(), closed]);
    // To the engine, a pause is an end as well.
    await closed;
    await closing;
  }

  async function close(): Promise<void> {
    try {
      if (running !== undefined) await closeInTime(running);
    } finally {
      deadline.end();
      // Ends what still waits for a Redis that is away.
      endCalls();
      tellClosed();
    }
  }

  /** Calls that are ended still have to be written down; a Redis that is away must not keep a process from ending. */
  async function closeInTime(engine: EngineWorker): Promise<void> {
    const inTime = engine.close().then(() => true);
    if (await Promise.race([inTime, deadline.passed.then(() => false)])) return;
    endCalls();
    const done = new AbortController();
    const late = clock.sleep(WRITE_DOWN_MS, done.signal).catch(() => undefined);
    try {
      if (await Promise.race([inTime, late.then(() => false)])) return;
    } finally {
      done.abort();
    }
    inTime.catch(() => undefined);
    engine.abandon();
  }

  function endCalls(): void {
    ending.abort(queueClosed('close', name));
  }

  const isClosing = (): boolean => closing !== undefined;

  return {
    async run() {
      if (isClosing()) throw queueClosed('run', name);
      working ??= work().finally(() => (working = undefined));
      await working;
    },
    async pause() {
      paused = true;
      if (begun) await running?.worker.pause();
    },
    async resume() {
      paused = false;
      if (begun) await running?.worker.resume();
    },
    close({ deadlineMs } = {}) {
      if (deadlineMs !== undefined) deadline.by(deadlineMs);
      return (closing ??= close());
    },
  };
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
