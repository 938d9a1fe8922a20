import type { FunctionDefinitions } from '@lp-functions/faas-invoker';
import {
  callable,
  checkOptions,
  type Clock,
  count,
  duration,
  type Logger,
  type OptionRule,
  required,
  withMethods,
} from '@lp-functions/http';
import type { QueueRetryOptions } from './attempt-judgement.ts';
import type { QueueInvoker } from './item-invocation.ts';
import { pauseRule, positiveCount, type QueueSettings, settingsRules } from './queue-options.ts';
import type { WorkerEvent } from './worker-event.ts';

/** How long items that are done are kept, with their answers. Whatever is over first. All workers must be given the same. */
export interface KeepDone {
  /** So many, the newest. 0 keeps none: their answers are streamed only. Default 10,000. */
  readonly count?: number | undefined;
  /** For so long, in milliseconds. Default 24 h. */
  readonly ageMs?: number | undefined;
}

/** Options of {@link createInvocationWorker}. */
export interface InvocationWorkerOptions extends QueueSettings {
  /** What invokes: usually a `FunctionsClient`. It is not closed. */
  readonly invoker: QueueInvoker;
  /** Definitions with which items were enqueued: results are checked by their schemas. */
  readonly functions?: FunctionDefinitions | undefined;
  /** Calls under way at most, in this worker. Default 16. */
  readonly concurrency?: number | undefined;
  /**
   * A worker that has not been heard of for so long has lost its items, in milliseconds. Default 30,000. What it had sent
   * becomes uncertain; what it had not is taken by others.
   */
  readonly claimMs?: number | undefined;
  /** The queue's own repeats. Those within one attempt are the invoker's. */
  readonly retry?: QueueRetryOptions | undefined;
  readonly keepDone?: KeepDone | undefined;
  /** Told of items and of trouble. What it throws changes nothing. */
  readonly onEvent?: ((event: WorkerEvent) => unknown) | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1. For tests. */
  readonly random?: (() => number) | undefined;
}

const MAX_CONCURRENCY = 10_000;
/** Below, a busy process would lose what it has. */
const SHORTEST_CLAIM_MS = 1_000;

const concurrencyRule: OptionRule = (value) =>
  positiveCount(value) ??
  (Number(value ?? 0) > MAX_CONCURRENCY ? `must be ${String(MAX_CONCURRENCY)} at most` : undefined);

const claimRule: OptionRule = (value) =>
  duration(value) ??
  (Number(value ?? Infinity) < SHORTEST_CLAIM_MS ? `must be at least ${String(SHORTEST_CLAIM_MS)} ms` : undefined);

const waitsRule: OptionRule = (value) =>
  value === undefined ||
  (Array.isArray(value) && value.length > 0 && value.every((ms) => pauseRule(ms) === undefined && ms !== undefined))
    ? undefined
    : 'must be a list of milliseconds';

const anObject: OptionRule = (value) =>
  value === undefined || (typeof value === 'object' && value !== null) ? undefined : 'must be an object';

/** @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. */
export function checkWorkerOptions(options: InvocationWorkerOptions): void {
  checkOptions(
    options,
    {
      ...settingsRules,
      invoker: required(withMethods('invokeByUuid', 'invokeByName', 'invokeByEvent')),
      functions: anObject,
      concurrency: concurrencyRule,
      claimMs: claimRule,
      retry: anObject,
      keepDone: anObject,
      onEvent: callable,
      logger: withMethods('debug', 'info', 'warn', 'error'),
      clock: withMethods('now', 'monotonicNow', 'sleep'),
      random: callable,
    },
    'createInvocationWorker',
  );
  const { retry = {}, keepDone = {} } = options;
  const retryRules = {
    maxAttempts: positiveCount,
    waitsMs: waitsRule,
    throttledWaitMs: duration,
    throttledForMs: duration,
  };
  checkOptions(retry, retryRules, 'createInvocationWorker', 'retry');
  checkOptions(keepDone, { count, ageMs: duration }, 'createInvocationWorker', 'keepDone');
}
