import type { Answer, Output } from '../../terminal/output.ts';
import type { InvokeFlags } from '../invoke-flags.ts';
import { BatchError, type BatchSummary, summaryText } from './batch-summary.ts';
import { numberText } from './progress-text.ts';

/** Why a batch is over. */
export interface BatchEnd {
  /** What kept it from going on. */
  readonly error: unknown;
  /** By SIGINT, or since nobody reads the outcomes any more. */
  readonly stopped: 'interrupted' | 'unread' | undefined;
  /** The input is not what it was. */
  readonly changed: boolean;
  /** The input can be read again. */
  readonly repeatable: boolean;
}

/**
 * Prints the summary, and says how it ended.
 *
 * @throws BatchError if not every line succeeded.
 */
export function reportEnd(
  output: Output,
  { json, out }: InvokeFlags,
  summary: BatchSummary,
  end: BatchEnd,
): Answer | undefined {
  if (out === undefined) output.say(summaryText(summary));
  else if (json !== true) output.print(summaryText(summary));
  const error = errorOf(summary, end);
  if (error !== undefined) throw error;
  return json === true ? { result: summary } : undefined;
}

function errorOf(summary: BatchSummary, { error, stopped, changed, repeatable }: BatchEnd): BatchError | undefined {
  const { failed, unknown, pending, out } = summary;
  const resumable = out !== null && repeatable;
  const resume = resumable ? 'The same command with --resume goes on.' : undefined;
  if (error !== undefined) {
    const {
      message = 'for a reason that is not known',
      hint,
      code,
    } = Object(error) as Partial<Error> & {
      readonly hint?: string;
      readonly code?: string;
    };
    const told = [hint, resume].filter((text) => text !== undefined).join(' ') || undefined;
    return new BatchError(code ?? 'INTERNAL', `the batch could not go on: ${message}`, summary, {
      hint: told,
      endedBy: error,
    });
  }
  if (stopped === 'interrupted')
    return new BatchError('INTERRUPTED', 'the batch was interrupted', summary, { hint: resume });
  if (stopped === 'unread') {
    const hint =
      'Lines that were sent may have run, also those whose outcome nobody read. With --out the outcomes are kept.';
    return new BatchError('BATCH_INCOMPLETE', 'the batch was stopped: nobody reads its outcomes any more', summary, {
      hint,
    });
  }
  if (changed) {
    const hint = 'Compare what came of it with what you meant, and send the rest as a batch of its own.';
    return new BatchError('BATCH_CHANGED', 'the input was changed while it was being sent', summary, { hint });
  }
  if (failed === 0 && unknown === 0 && pending === 0) return undefined;
  const parts = [
    ...(failed === 0 ? [] : [`${numberText(failed)} failed`]),
    ...(unknown === 0 ? [] : [`of ${numberText(unknown)} it is unknown`]),
    ...(pending === null || pending === 0 ? [] : [`${numberText(pending)} were not sent`]),
  ];
  return new BatchError('BATCH_INCOMPLETE', `not every line succeeded: ${parts.join(', ')}`, summary, {
    hint: resumable ? hintOn(summary) : undefined,
  });
}

function hintOn({ failed, unknown }: BatchSummary): string {
  const flags = [...(failed === 0 ? [] : ['--retry-failed']), ...(unknown === 0 ? [] : ['--retry-unknown'])];
  return `--resume ${flags.join(' ')} sends them again. Those whose "executed" is not "no" may have run: look first.`;
}
