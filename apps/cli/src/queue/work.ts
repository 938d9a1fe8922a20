import type { QueueInvoker } from '@lp-functions/invocation-queue';
import type { CommandContext } from '../command-context.ts';
import { openFunctions } from '../connection.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import type { Answer } from '../terminal/output.ts';
import { openQueue, type OpenedQueue } from './open-queue.ts';
import type { QueueFlags } from './queue-command.ts';

/** Flags of `lpfn queue work`. */
export interface WorkFlags extends QueueFlags, IdentityFlags {
  readonly concurrency?: number | undefined;
  readonly untilEmpty?: boolean | undefined;
  /** Milliseconds. */
  readonly grace?: number | undefined;
}

const GRACE_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** `lpfn queue work`: ends with Ctrl+C, in good order. */
export async function work(context: CommandContext, flags: WorkFlags): Promise<Answer> {
  const opened = await openQueue(context, flags);
  const invoker = await openFunctions(context).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  try {
    const counts = await workWith(context, flags, opened, invoker);
    const text = Object.entries(counts)
      .map(([what, count]) => `${what}\t${String(count)}`)
      .join('\n');
    return { result: counts, text };
  } finally {
    await opened.close();
    await invoker.close();
  }
}

type Counts = Record<'done' | 'failed' | 'uncertain' | 'postponed', number>;

async function workWith(
  { output, signal }: CommandContext,
  flags: WorkFlags,
  opened: OpenedQueue,
  invoker: QueueInvoker,
): Promise<Counts> {
  const counts: Counts = { done: 0, failed: 0, uncertain: 0, postponed: 0 };
  const worker = opened.library.createInvocationWorker({
    ...opened.settings,
    invoker,
    concurrency: flags.concurrency,
    onEvent(event) {
      switch (event.type) {
        case 'item-done':
          counts.done += 1;
          break;
        case 'item-dead':
          counts[event.state] += 1;
          output.say(`${event.id} ${event.state}: ${event.code}`);
          break;
        case 'item-postponed':
          counts.postponed += 1;
          output.say(`${event.id} again in ${String(Math.round(event.delayMs / 1000))} s: ${event.reason.code}`);
          break;
        case 'redis-away':
          output.say(`Redis cannot be reached: ${event.message}. The worker goes on by itself when it is back.`);
          break;
        case 'redis-back':
          output.say('Redis is back.');
          break;
        case 'worker-trouble':
          output.say(event.message);
          break;
        default:
      }
    },
  });
  const deadlineMs = flags.grace ?? GRACE_MS;
  try {
    const working = worker.run();
    output.say(`Working on the queue ${flags.queue ?? 'invocations'}. Ctrl+C ends it in good order.`);
    await Promise.race([working, ended(signal), ...(flags.untilEmpty === true ? [empty(opened, signal)] : [])]);
    await worker.close({ deadlineMs });
    await working;
  } finally {
    await worker.close({ deadlineMs });
  }
  return counts;
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** A Redis that is away for a while does not mean that nothing waits. */
async function empty({ queue }: OpenedQueue, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await queue.whenDrained({ everyMs: LOOK_EVERY_MS, signal });
      return;
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'QUEUE_UNAVAILABLE') return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}
