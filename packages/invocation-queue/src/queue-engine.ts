import {
  createNodeRedisClient,
  ConnectionClosedError,
  DelayedError,
  type IRedisClient,
  type Job,
  Queue,
  UnrecoverableError,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import type { Clock } from '@lp-functions/http';
import { redisFailureOf } from '@lp-functions/redis-access';
import type { QueueRedisClient } from './queue-client.ts';

/** Where a queue is in Redis. */
export interface QueuePlace {
  readonly client: QueueRedisClient;
  readonly prefix: string;
  readonly name: string;
}

/** A job of BullMQ's: one item. */
export type QueueJob = Job<unknown, unknown>;

/** BullMQ's worker. */
export type EngineWorker = Worker<unknown, unknown>;

/** BullMQ's queue. */
export type EngineQueue = Queue;

/** What a worker does with a job, given the token of its claim. */
export type ProcessJob = (job: QueueJob, token: string) => Promise<unknown>;

/**
 * Gives BullMQ a connection that it understands. To BullMQ, only some words mean that a connection was lost; everything else
 * is a failure of the job. The library redis has other words, and a job whose answer is being written down while Redis is
 * restarted must not be taken for one that failed.
 */
export function adaptClient(client: QueueRedisClient): IRedisClient {
  return translating(createNodeRedisClient(client));
}

function translating(inner: IRedisClient): IRedisClient {
  const methods = new Map<PropertyKey, unknown>();
  const outer: IRedisClient = new Proxy(inner, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const known = methods.get(property) ?? translated(value as Method, target, property);
      methods.set(property, known);
      return known;
    },
    set: (target, property, value) => {
      methods.delete(property);
      return Reflect.set(target, property, value, target);
    },
  });
  return outer;

  function translated(method: Method, target: IRedisClient, property: PropertyKey): Method {
    return (...values) => {
      const answer = method.apply(target, values);
      if (property === 'duplicate') return translating(answer as IRedisClient);
      if (answer === target) return outer;
      return answer instanceof Promise ? answer.catch(rethrow) : answer;
    };
  }
}

type Method = (...values: unknown[]) => unknown;

function rethrow(error: unknown): never {
  if (error instanceof Error && !(error instanceof TypeError)) {
    const { kind, passing } = redisFailureOf(error);
    if (kind === 'unreachable' || passing) throw new ConnectionClosedError(error.message, error);
  }
  throw error as Error;
}

/** Opens the queue for whoever adds to it and looks at it. */
export function openQueue(
  { client, prefix, name }: QueuePlace,
  keptEvents: number,
  onError: (error: Error) => void,
): EngineQueue {
  const queue = new Queue(name, {
    connection: adaptClient(client),
    prefix,
    streams: { events: { maxLen: keptEvents } },
  });
  queue.on('error', onError);
  return queue;
}

/** An entry of the queue's stream of events. */
export interface QueueEvent {
  /** Where it stands in the stream. */
  readonly cursor: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Reads the events of a queue, on a connection of its own. */
export interface EventReader {
  /** @param waitMs - how long to wait for the first one, in milliseconds. */
  after(cursor: string, waitMs: number): Promise<readonly QueueEvent[]>;
  close(): void;
}

const EVENTS_AT_ONCE = 500;

/** Opens a reader. It connects at once. */
export function openEventReader({ client, prefix, name }: QueuePlace): EventReader {
  const connection = adaptClient(client).duplicate();
  // What goes wrong is told by the command that meets it.
  connection.on('error', () => undefined);
  return {
    async after(cursor, waitMs) {
      const stream = { key: `${prefix}:${name}:events`, id: cursor };
      const answer = (await connection.xread([stream], {
        BLOCK: waitMs,
        COUNT: EVENTS_AT_ONCE,
      })) as StreamAnswer | null;
      return (answer?.[0]?.[1] ?? []).map(([at, words]) => ({ cursor: at, fields: fieldsOf(words) }));
    },
    close() {
      connection.disconnect();
    },
  };
}

type StreamAnswer = readonly (readonly [
  stream: string,
  entries: readonly (readonly [cursor: string, words: readonly string[]])[],
])[];

function fieldsOf(words: readonly string[]): Record<string, string> {
  const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : []));
  return Object.fromEntries(pairs);
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
): EngineWorker {
  const { count, ageMs } = options.keepDone;
  const settings: WorkerOptions = {
    connection: adaptClient(client),
    prefix,
    autorun: false,
    concurrency: options.concurrency,
    lockDuration: options.claimMs,
    stalledInterval: options.claimMs / CHECKS_PER_CLAIM,
    maxStalledCount: NEVER,
    runRetryDelay: RETRY_MS,
    // Without a limit of its own, BullMQ would not let anybody hold the queue.
    limiter: { max: NEVER, duration: 1_000 },
    // Dead letters stay until somebody has looked at them.
    removeOnComplete: { count, ...(ageMs === undefined ? {} : { age: Math.ceil(ageMs / 1_000) }) },
  };
  return new Worker(name, (job: QueueJob, token = '') => process(job, token), settings);
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
      if (!(error instanceof ConnectionClosedError)) return;
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
