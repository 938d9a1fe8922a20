import type { CommandContext } from '../command-context.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';
import { openQueue } from './open-queue.ts';
import type { QueueFlags } from './queue-command.ts';

/** `lpfn queue status`. */
export async function status(context: CommandContext, flags: QueueFlags): Promise<Answer> {
  const opened = await openQueue(context, flags);
  try {
    const { limits, paused, ...counts } = await opened.queue.status();
    const rows = [
      ...Object.entries(counts).map(([state, count]) => [state, String(count)]),
      ['paused', paused ? 'yes' : 'no'],
      ...Object.entries(limits).map(([limit, value]) => [`limit ${limit}`, String(value)]),
    ];
    return { result: { ...counts, paused, limits }, text: tableText(rows, context.output.interactive) };
  } finally {
    await opened.close();
  }
}
