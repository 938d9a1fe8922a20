import type { EventEmitter } from 'node:events';
import { DelayedError, type Job, Queue, UnrecoverableError, Worker, type WorkerOptions } from 'bullmq';
import type { Clock } from '@lp-functions/http';
import type { QueueRedisClient } from './queue-client.ts';
import { adaptClient, isConnectionLost, isUnreachable } from './queue-connection.ts';
import { createRedisPresence, type RedisPresenceListener } from './redis-presence.ts';

/** Where a queue is in Redis. */
export interface QueuePlace {
  readonly client: QueueRedisClient;
  readonly prefix: string;
  readonly name: string;
}

/** A job of BullMQ's: one item. */
export type QueueJob = Job<unknown, unknown>;

/** BullMQ's worker, and how to end it. */
export interface EngineWorker {
  readonly worker: Worker<unknown, unknown>;
  /** Waits for the jobs under way. */
  close(): Promise<void>;
  /** For one whose jobs do not come to an end: its timers and connections are gone, nothing of it keeps the process running. */
  abandon(): void;
}

/** BullMQ's queue, and how to let go of it. */
export interface EngineQueue {
  readonly queue: Queue;
  close(): Promise<void>;
}

/** What a worker does with a job, given the token of its claim. */
export type ProcessJob = (job: QueueJob, token: string) => Promise<unknown>;

/** What is told of an engine's Redis. */
export interface EngineListener extends RedisPresenceListener {
  /** Anything else that is amiss. */
  trouble(error: Error): void;
}

/** Of a server that is too old, BullMQ speaks as of a connection. */
const TOO_OLD = /^Redis version/;

function listenTo(engine: Queue | Worker<unknown, unknown>, listener: EngineListener, allReady: () => boolean): void {
  const backend = engine.getBackend();
  const presence = createRedisPresence(listener, allReady);
  const ofConnections = new WeakSet<Error>();
  // Heard here first, and then from the engine, among everything else that is amiss with it.
  backend.prependListener('error', (error: Error) => {
    if (isUnreachable(error) && !TOO_OLD.test(error.message)) ofConnections.add(error);
  });
  const emitter: EventEmitter = engine;
  emitter.on('error', (error: Error) => {
    if (isConnectionLost(error) || ofConnections.has(error)) presence.lost(error);
    else listener.trouble(error);
  });
  backend.on('ready', presence.ready);
}

/** Opens the queue for whoever adds to it and looks at it. */
export function openQueue(
  { client, prefix, name }: QueuePlace,
  keptEvents: number,
  listener: EngineListener,
): EngineQueue {
  const { connection, release, isReady } = adaptClient(client);
  const queue = new Queue(name, {
    connection,
    prefix,
    streams: { events: { maxLen: keptEvents } },
  });
  listenTo(queue, listener, isReady);
  return { queue, close: () => queue.close().finally(release) };
}

/** What a worker takes at a time, and what is kept. */
export interface EngineWorkerOptions {
  readonly concurrency: number;
  /** How long a claim lasts without being renewed, in milliseconds. */
  readonly claimMs: number;
  readonly keepDone: { readonly count: number; readonly ageMs?: number | undefined };
}

/** A claim that nobody has renewed is looked for so often while it lasts. */
const CHECKS_PER_CLAIM = 2;
/** After a connection was lost, in milliseconds. */
const RETRY_MS = 250;
/** An item is given up by our own rules, never by BullMQ's. */
const NEVER = 2 ** 31;

/** Makes the worker that takes jobs. It does not run yet. */
export function openWorker(
  { client, prefix, name }: QueuePlace,
  process: ProcessJob,
  options: EngineWorkerOptions,
  listener: EngineListener,
): EngineWorker {
  const { count, ageMs } = options.keepDone;
  const { connection, release, isReady, destroy } = adaptClient(client);
  const settings: WorkerOptions = {
    connection,
    prefix,
    autorun: false,
    concurrency: options.concurrency,
    lockDuration: options.claimMs,
    stalledInterval: options.claimMs / CHECKS_PER_CLAIM,
    maxStalledCount: NEVER,
    runRetryDelay: RETRY_MS,
    // Dead letters stay until somebody has looked at them.
    removeOnComplete: { count, ...(ageMs === undefined ? {} : { age: Math.ceil(ageMs / 1_000) }) },
  };
  const worker = new Worker(name, (job: QueueJob, token = '') => process(job, token), settings);
  listenTo(worker, listener, isReady);
  return {
    worker,
    close: () => worker.close().finally(release),
    abandon() {
      release();
      destroy();
      stopTimers(worker);
    },
  };
}

/** What BullMQ stops only after all its jobs have come to their end, which they do not while Redis is away. */
interface EngineTimers {
  readonly lockManager: { close(): Promise<void> };
  readonly stalledCheckStopper?: (() => void) | undefined;
}

function stopTimers(worker: Worker<unknown, unknown>): void {
  const { lockManager, stalledCheckStopper } = worker as unknown as EngineTimers;
  lockManager.close().catch(() => undefined);
  stalledCheckStopper?.();
}

/**
 * Puts a job back, to be taken again later. Does nothing if it is no longer this claim's: it may have been moved already, by
 * a try whose answer was lost.
 *
 * @param ended - ends waiting for a Redis that is away.
 */
export async function putBack(
  job: QueueJob,
  token: string,
  delayMs: number,
  clock: Clock,
  ended: AbortSignal,
): Promise<void> {
  const dueAtMs = clock.now() + delayMs;
  for (;;) {
    try {
      await job.moveToDelayed(dueAtMs, token);
      return;
    } catch (error) {
      if (!isConnectionLost(error)) return;
      await clock.sleep(RETRY_MS, ended);
    }
  }
}

/** Thrown by what processes a job: makes a dead letter of it. */
export function deadLetter(reason: string): Error {
  return withoutStack(new UnrecoverableError(reason));
}

/** Thrown by what processes a job: leaves it as it is, because it was moved already, or is somebody else's by now. */
export function leftAlone(): Error {
  return withoutStack(new DelayedError());
}

/** True for what {@link deadLetter} and {@link leftAlone} make. */
export function isDirective(error: unknown): boolean {
  return error instanceof UnrecoverableError || error instanceof DelayedError;
}

/** BullMQ would keep it with the job. */
function withoutStack(error: Error): Error {
  delete error.stack;
  return error;
}
