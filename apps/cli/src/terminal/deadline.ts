import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { duration } from './duration.ts';

/** Flags of a command that asks and changes nothing. */
export interface DeadlineFlags {
  /** Milliseconds. */
  readonly deadline?: number | undefined;
}

/** The time that a person gave a command is over. */
class DeadlineError extends Error {
  readonly code = 'DEADLINE_EXCEEDED';
  readonly hint = '--deadline gives it more.';

  constructor(deadlineMs: number) {
    super(`there was no answer within ${String(deadlineMs / 1_000)} s`);
    this.name = 'DeadlineError';
  }
}

/** Adds `--deadline` to a command that asks and changes nothing. */
export function withDeadlineFlag(command: Command): Command {
  return command.option('--deadline <duration>', 'limit of the whole command: 30, 30s, 500ms, 2m', duration);
}

/**
 * Runs what a command does, whatever it consists of, within its deadline.
 *
 * @throws DeadlineError, and what the work throws.
 */
export async function withinDeadline<T>(
  context: CommandContext,
  { deadline }: DeadlineFlags,
  work: (context: CommandContext) => Promise<T>,
): Promise<T> {
  if (deadline === undefined) return work(context);
  const over = AbortSignal.timeout(deadline);
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, over]) });
  } catch (error) {
    throw over.aborted && !context.signal.aborted ? new DeadlineError(deadline) : error;
  }
}
