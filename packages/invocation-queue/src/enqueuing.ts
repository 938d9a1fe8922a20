import { createHash, randomUUID } from 'node:crypto';
import { ConfigurationError } from '@lp-functions/errors';
import { checkInvocation, type InvocationOptions } from '@lp-functions/faas-invoker';
import { checkOptions, duration, type OptionRule, text } from '@lp-functions/http';
import type { NewItem, QueueTarget } from './queue-item.ts';
import { pauseRule } from './queue-options.ts';
import type { QueueParts } from './queue-parts.ts';

/** An item that is in the queue. */
export interface EnqueuedItem {
  readonly id: string;
  /** False if an item with the same key was there: `id` is that one's, and nothing was added. */
  readonly added: boolean;
}

/** What a definition adds to an item. */
export interface ItemDefinition {
  readonly name?: string | undefined;
  /** Validates the payload. */
  readonly payload?: InvocationOptions['payload'];
}

/** Adds items. */
export interface Enqueuing {
  add(operation: string, item: NewItem, definition?: ItemDefinition): Promise<EnqueuedItem>;
  addEach(items: Iterable<NewItem> | AsyncIterable<NewItem>): AsyncGenerator<EnqueuedItem, void>;
}

const DEFAULT_KEY_FOR_MS = 24 * 60 * 60_000;
/** So many are on their way to Redis at once. They go out together. */
const CHUNK = 250;
/** What BullMQ calls a job; all that differs is in its data. */
const JOB_NAME = 'invoke';

/** Makes what adds items to a queue. */
export function createEnqueuing({ place, envelope, telemetry, ask }: QueueParts): Enqueuing {
  async function add(operation: string, item: NewItem, definition: ItemDefinition = {}): Promise<EnqueuedItem> {
    const { target, payload, call, key, keyForMs = DEFAULT_KEY_FOR_MS, delayMs } = partsOf(item);
    const checked = await checkInvocation(target, payload, { ...call, payload: definition.payload });
    const id = randomUUID();
    const asked = { operation, target: place.name, adds: key === undefined };
    return telemetry.send(target, id, async (trace) => {
      const options = withoutUndefined(call);
      const data = await envelope.write(id, { target, payload: checked, options, definition: definition.name, trace });
      const { id: found = id } = await ask(asked, (queue) =>
        queue.add(JOB_NAME, data, {
          jobId: id,
          ...(delayMs === undefined ? {} : { delay: Math.ceil(delayMs) }),
          ...(key === undefined ? {} : { deduplication: { id: digest(key), ttl: Math.ceil(keyForMs) } }),
        }),
      );
      return { id: found, added: found === id };
    });
  }

  return {
    add,
    async *addEach(items) {
      let chunk: NewItem[] = [];
      for await (const item of items) {
        chunk.push(item);
        if (chunk.length < CHUNK) continue;
        yield* await addAll(chunk);
        chunk = [];
      }
      yield* await addAll(chunk);
    },
  };

  /** Those that were added are told before the first failure is. */
  async function* addedOf(settled: readonly PromiseSettledResult<EnqueuedItem>[]): AsyncGenerator<EnqueuedItem, void> {
    for (const one of settled) if (one.status === 'fulfilled') yield one.value;
    for (const one of settled) if (one.status === 'rejected') throw one.reason as Error;
    await Promise.resolve();
  }

  async function addAll(chunk: readonly NewItem[]): Promise<AsyncGenerator<EnqueuedItem, void>> {
    return addedOf(await Promise.allSettled(chunk.map((item) => add('enqueueEach', item))));
  }
}

const NOT_OF_A_QUEUE = ['signal', 'result', 'maxResponseBytes'];
const rules: Readonly<Record<'key' | 'keyForMs' | 'delayMs', OptionRule>> = {
  key: text,
  keyForMs: duration,
  delayMs: pauseRule,
};

function partsOf(item: NewItem) {
  if (typeof item !== 'object' || (item as unknown) === null) throw noTarget();
  const { uuid, name, eventId, payload, key, keyForMs, delayMs, ...call } = item;
  const targets = Object.entries({ uuid, name, eventId }).filter(([, value]) => value !== undefined);
  if (targets.length !== 1) throw noTarget();
  checkOptions({ key, keyForMs, delayMs }, rules, 'enqueue');
  for (const option of NOT_OF_A_QUEUE) {
    if (option in call) {
      throw new ConfigurationError(`enqueue: ${option} cannot be queued: it belongs to the worker`, {
        code: 'INVALID_OPTION',
        option,
      });
    }
  }
  return { target: Object.fromEntries(targets) as unknown as QueueTarget, payload, call, key, keyForMs, delayMs };
}

function noTarget(): ConfigurationError {
  return new ConfigurationError('enqueue takes an object with one of uuid, name and eventId', {
    code: 'INVALID_OPTION',
    option: 'uuid',
  });
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

function withoutUndefined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
