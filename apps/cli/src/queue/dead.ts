import type { DeadLetterFilter, QueueItem } from '@lp-functions/invocation-queue';
import type { CommandContext } from '../command-context.ts';
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

const LIMIT = 100;

/** `lpfn queue dead list`. */
export async function listDead(context: CommandContext, flags: DeadFlags): Promise<Answer> {
  const { limit = LIMIT, state, code } = flags;
  const opened = await openQueue(context, flags);
  try {
    const items: QueueItem[] = [];
    for await (const item of opened.queue.deadLetters.list({ state, code })) {
      items.push(item);
      if (items.length >= limit) break;
    }
    const rows = items.map(({ id, state: end, target, outcome }) => [
      id,
      end,
      outcome?.reason?.code ?? '',
      target.uuid ?? target.name ?? target.eventId ?? '',
      outcome?.reason?.message ?? '',
    ]);
    return { result: items, text: tableText(rows, context.output.interactive) };
  } finally {
    await opened.close();
  }
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
    const chosen = [...ids];
    // Listed before any is retried: one that dies again at once is not retried for ever.
    if (all === true) for await (const { id } of deadLetters.list({ state, code })) chosen.push(id);
    for (const id of chosen) await deadLetters.retry(id);
    return { result: { retried: chosen }, text: `${String(chosen.length)} retried` };
  } finally {
    await opened.close();
  }
}
