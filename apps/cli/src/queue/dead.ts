import type { DeadLetterFilter, DeadLetters, QueueItem, UnreadableItem } from '@lp-functions/invocation-queue';
import type { CommandContext } from '../command-context.ts';
import { errorObject, messageOf } from '../terminal/error-text.ts';
import { EXIT } from '../terminal/exit-code.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { openQueue } from './open-queue.ts';
import type { QueueFlags } from './queue-command.ts';

/** Flags of `lpfn queue dead list`. */
export interface DeadFlags extends QueueFlags, DeadLetterFilter {
  readonly limit?: number | undefined;
}

/** Flags of `lpfn queue dead retry`. */
export interface RetryFlags extends QueueFlags, DeadLetterFilter {
  readonly all?: boolean | undefined;
}

type DeadLetter = QueueItem | UnreadableItem;

const LIMIT = 100;
const HEADER = ['ID', 'STATE', 'CODE', 'FUNCTION', 'REASON'];

/** `lpfn queue dead list`. */
export async function listDead(context: CommandContext, flags: DeadFlags): Promise<Answer | undefined> {
  const { limit = LIMIT, state, code } = flags;
  const opened = await openQueue(context, flags);
  try {
    const items: DeadLetter[] = [];
    for await (const item of opened.queue.deadLetters.list({ state, code })) {
      items.push(item);
      if (items.length >= limit) break;
    }
    const { output } = context;
    if (items.length === 0 && flags.json !== true) {
      output.say(state === undefined && code === undefined ? 'There are no dead letters.' : 'No dead letter matches.');
      return undefined;
    }
    const rows = items.map(rowOf);
    return { result: items, text: tableText(output.interactive ? [HEADER, ...rows] : rows, output.interactive) };
  } finally {
    await opened.close();
  }
}

function rowOf({ id, state, target, outcome, unreadable }: DeadLetter): readonly string[] {
  const reason = unreadable ?? outcome?.reason;
  return [id, state, reason?.code ?? '', target?.uuid ?? target?.name ?? target?.eventId ?? '', reason?.message ?? ''];
}

/** `lpfn queue dead retry`. */
export async function retryDead(context: CommandContext, ids: readonly string[], flags: RetryFlags): Promise<Answer> {
  const { all, state, code } = flags;
  if (ids.length > 0 === (all === true)) {
    throw new UsageError(
      'say which: ids, or --all (with --state and --code, if you like)',
      'See "lpfn queue dead list".',
    );
  }
  const opened = await openQueue(context, flags);
  try {
    const { deadLetters } = opened.queue;
    const { chosen, uncertainLeft } = all === true ? await choose(deadLetters, { state, code }) : { chosen: ids };
    const told = uncertainLeft === undefined || uncertainLeft === 0 ? undefined : uncertainLeft;
    if (told !== undefined) {
      context.output.say(
        `${String(told)} uncertain left as they are: they may have run. --all --state uncertain retries those.`,
      );
    }
    if (all === true && state === 'uncertain' && chosen.length > 0) {
      context.output.say(`${String(chosen.length)} uncertain: what has run already may run a second time.`);
    }
    const result = await retryEach(context, deadLetters, chosen);
    const failed = result.failed.length;
    return {
      result: { ...result, ...(uncertainLeft === undefined ? {} : { uncertainLeft }) },
      text: `${String(result.retried.length)} retried${failed === 0 ? '' : `, ${String(failed)} failed`}`,
      exitCode: failed === 0 ? undefined : EXIT.negative,
    };
  } finally {
    await opened.close();
  }
}

/** What `--all` means. An uncertain one may have run: it is retried only where that was said. */
async function choose(
  deadLetters: DeadLetters,
  { state, code }: DeadLetterFilter,
): Promise<{ readonly chosen: readonly string[]; readonly uncertainLeft?: number }> {
  const chosen: string[] = [];
  let uncertainLeft = 0;
  // Listed before any is retried: one that dies again at once is not retried for ever.
  for await (const letter of deadLetters.list({ state, code })) {
    if (state === undefined && letter.state === 'uncertain') uncertainLeft += 1;
    else chosen.push(letter.id);
  }
  return state === undefined ? { chosen, uncertainLeft } : { chosen };
}

/** What became of each. */
interface Retried {
  readonly retried: string[];
  readonly failed: { readonly id: string; readonly code: string }[];
}

/** One that cannot be retried does not keep the others from it. */
async function retryEach(
  { output, signal }: CommandContext,
  deadLetters: DeadLetters,
  ids: readonly string[],
): Promise<Retried> {
  const told: Retried = { retried: [], failed: [] };
  for (const id of ids) {
    try {
      if (signal.aborted) throw new InterruptedError();
      await deadLetters.retry(id);
      told.retried.push(id);
    } catch (error) {
      const { code } = errorObject(error);
      told.failed.push({ id, code: String(code) });
      output.say(`${id} ${String(code)}: ${messageOf(error)}`);
    }
  }
  return told;
}

class InterruptedError extends Error {
  readonly code = 'INTERRUPTED';

  constructor() {
    super('it was not retried any more');
    this.name = 'InterruptedError';
  }
}
