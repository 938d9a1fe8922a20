import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { NewItem, QueueOutcome } from '@lp-functions/invocation-queue';
import type { CommandContext } from '../command-context.ts';
import { readHeader } from '../invoke/header-flag.ts';
import { readPayload } from '../invoke/payload-source.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { AddingStoppedError, type BatchCounts } from './adding-stopped-error.ts';
import { openQueue, type OpenedQueue } from './open-queue.ts';
import type { QueueFlags } from './queue-command.ts';

/** Flags of `lpfn queue add`. */
export interface AddFlags extends QueueFlags {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly batch?: string | undefined;
  readonly key?: string | undefined;
  /** Milliseconds. */
  readonly delay?: number | undefined;
  readonly header?: readonly string[] | undefined;
  readonly skill?: string | undefined;
  readonly idempotent?: boolean | undefined;
  readonly wait?: boolean | undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `lpfn queue add`. */
export async function add(context: CommandContext, which: string | undefined, flags: AddFlags): Promise<Answer> {
  const item = itemOf(which, flags);
  const opened = await openQueue(context, flags);
  try {
    if (flags.batch !== undefined) return await addBatch(context, opened, item, flags.batch);
    const payload = await readPayload(flags.data, context.signal);
    const enqueued = await opened.queue.enqueue({ ...item, payload });
    if (!enqueued.added && flags.json !== true) {
      context.output.say(`An item with the key ${JSON.stringify(flags.key)} was there already: nothing was added.`);
    }
    if (flags.wait !== true) return { result: enqueued, text: enqueued.id };
    const outcome = await opened.queue.outcome(enqueued.id, { signal: context.signal });
    return answerOf(outcome);
  } finally {
    await opened.close();
  }
}

async function addBatch(context: CommandContext, { queue }: OpenedQueue, item: NewItem, file: string): Promise<Answer> {
  const counts: BatchCounts = { added: 0, known: 0 };
  try {
    for await (const { added } of queue.enqueueEach(itemsOf(item, file))) {
      counts[added ? 'added' : 'known'] += 1;
      if (context.signal.aborted) break;
    }
  } catch (error) {
    throw new AddingStoppedError(error, counts, item.key !== undefined);
  }
  return { result: counts, text: `${String(counts.added)} added` };
}

/** With a key, each line gets its own: the number of the line is part of it, so that a batch can be added again. */
async function* itemsOf(item: NewItem, file: string): AsyncGenerator<NewItem, void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    const key = item.key === undefined ? {} : { key: `${item.key} ${String(number)}` };
    yield { ...item, ...key, payload: parsed(line, number) };
  }
}

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`line ${String(number)} is not JSON: ${(error as Error).message}`);
  }
}

function itemOf(which: string | undefined, flags: AddFlags): NewItem {
  const { event, key, delay, skill, idempotent, batch, data, wait } = flags;
  if ((which === undefined) === (event === undefined)) {
    throw new UsageError(
      'name the function to call: either its UUID or name, or --event ID',
      'See "lpfn queue add --help".',
    );
  }
  if (batch !== undefined && (data !== undefined || wait === true)) {
    throw new UsageError('--batch does not go with --data and --wait');
  }
  const target =
    event !== undefined ? { eventId: event } : UUID.test(which ?? '') ? { uuid: which ?? '' } : { name: which ?? '' };
  return {
    ...target,
    ...(key === undefined ? {} : { key }),
    ...(delay === undefined ? {} : { delayMs: delay }),
    ...(skill === undefined ? {} : { skillId: skill }),
    ...(idempotent === undefined ? {} : { idempotent }),
    ...(flags.header === undefined ? {} : { headers: flags.header.map(readHeader) }),
  };
}

/** The item of `--wait` became a dead letter. */
export class ItemDeadError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly outcome: QueueOutcome;

  constructor(outcome: Exclude<QueueOutcome, { state: 'done' }>) {
    super(`the item ${outcome.id} is ${outcome.state}: ${outcome.reason.message}`);
    this.name = 'ItemDeadError';
    this.code = outcome.state === 'uncertain' ? 'ITEM_UNCERTAIN' : 'ITEM_FAILED';
    this.hint = outcome.reason.hint ?? 'See "lpfn queue dead list".';
    this.outcome = outcome;
  }
}

function answerOf(outcome: QueueOutcome): Answer {
  if (outcome.state !== 'done') throw new ItemDeadError(outcome);
  const { answer } = outcome;
  return { result: 'results' in answer ? answer.results : answer.result, requestId: answer.requestId };
}
