import type { InvocationOptions } from '@lp-functions/client';
import { beginBudget } from '../../call-budget.ts';
import type { CommandContext } from '../../command-context.ts';
import { openFunctions } from '../../connection.ts';
import { findUuid } from '../../functions/find-function.ts';
import type { Answer } from '../../terminal/output.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { type InvokeFlags, retryOptions, type Wanted } from '../invoke-flags.ts';
import type { ResultQuery } from '../result-query.ts';
import { fileError } from './batch-file-error.ts';
import { callFacts } from './batch-call.ts';
import { reportEnd } from './batch-end.ts';
import { type BatchInput, type InputFacts, openInput } from './batch-input.ts';
import { previewBatch } from './batch-preview.ts';
import { type BatchProgressOptions, createProgress } from './batch-progress.ts';
import { type BatchRunEnd, runBatch } from './batch-run.ts';
import { type BatchStore, openBatchStore } from './batch-store.ts';
import { summarise } from './batch-summary.ts';
import { type BatchTally, createTally } from './batch-tally.ts';
import { outcomeFormat } from './outcome-record.ts';
import { openOutcomeStream } from './outcome-stream.ts';

/** What a batch is told besides its flags. */
export interface BatchCall {
  readonly call: InvocationOptions;
  readonly query: ResultQuery | undefined;
}

/** `lpfn invoke --batch`: one call for every line of a file. */
export async function invokeBatch(
  context: CommandContext,
  wanted: Wanted,
  flags: InvokeFlags,
  batch: BatchCall,
): Promise<Answer | undefined> {
  outcomeFormat(flags.out);
  const input = await openInput(flags.batch ?? '-', flags.format);
  try {
    const facts = await input.inspect(context.signal);
    if (flags.dryRun === true) return await previewBatch(context, wanted, batch.call, input, facts?.items);
    if (flags.resume === true && facts === undefined) {
      throw new UsageError(
        'standard input and pipes cannot be read again, so there is nothing to resume',
        'Put the lines into a file.',
      );
    }
    return await sendBatch(context, wanted, flags, batch, input, facts);
  } finally {
    await input.close();
  }
}

async function sendBatch(
  context: CommandContext,
  wanted: Wanted,
  flags: InvokeFlags,
  { call, query }: BatchCall,
  input: BatchInput,
  facts: InputFacts | undefined,
): Promise<Answer | undefined> {
  const { output, signal } = context;
  const functions = await openFunctions(context, { retry: retryOptions(flags), tellRepeats: false });
  try {
    // Once for all lines, each of which has the limits for itself.
    const budget = beginBudget({ ...call, signal });
    const target = 'eventId' in wanted ? wanted : { uuid: await findUuid(functions, wanted, budget) };
    const tally = createTally();
    const stopping = new AbortController();
    const store = await openStore(context, wanted, flags, facts, { tally, stopping });
    const begunAtMs = performance.now();
    const before = tally.done;
    const elapsedMs = (): number => performance.now() - begunAtMs;
    const progress = createProgress(
      progressOptions(context, flags, () => ({
        done: tally.done,
        failed: tally.failed,
        doneNow: tally.done - before,
        total: facts?.items,
        elapsedMs: elapsedMs(),
      })),
    );
    const onInterrupt = (): void => {
      progress.stop();
      output.say('Interrupted: waiting for the calls under way to end.');
      output.say('Ctrl+C again gives them up; what came of their lines is then unknown.');
      stopping.abort();
    };
    if (signal.aborted) stopping.abort();
    signal.addEventListener('abort', onInterrupt, { once: true });
    let end: BatchRunEnd | undefined;
    try {
      end = await runBatch({
        functions,
        target,
        input,
        store,
        tally,
        stopping: stopping.signal,
        call,
        query,
        concurrency: flags.concurrency,
        ratePerSecond: flags.rate,
        onOutcome: progress.update,
      });
    } finally {
      signal.removeEventListener('abort', onInterrupt);
      progress.stop();
      await store.close(end?.error !== undefined);
    }
    const total = facts?.items ?? end.lines;
    const summary = summarise({ tally, total, sent: end.sent, elapsedMs: elapsedMs(), out: flags.out });
    const reason: unknown = stopping.signal.reason;
    const stopped = signal.aborted ? 'interrupted' : reason === UNREAD ? 'unread' : undefined;
    return reportEnd(output, flags, summary, {
      error: end.error ?? (stopped === undefined ? reason : undefined),
      stopped,
      changed: await input.hasChanged(),
      repeatable: facts !== undefined,
    });
  } finally {
    await functions.close();
  }
}

/** Nobody reads the outcomes any more, as with head. */
const UNREAD = Symbol('unread');

async function openStore(
  { settings }: CommandContext,
  wanted: Wanted,
  flags: InvokeFlags,
  facts: InputFacts | undefined,
  { tally, stopping }: { readonly tally: BatchTally; readonly stopping: AbortController },
): Promise<BatchStore> {
  const { out: path } = flags;
  const format = outcomeFormat(path);
  if (path === undefined) {
    return openOutcomeStream(format, process.stdout, (error) => {
      stopping.abort(error.code === 'EPIPE' ? UNREAD : fileError('stdout', error));
    });
  }
  const account = await settings.account();
  const { sha256 = null, items = null } = facts ?? {};
  return openBatchStore({
    path,
    format,
    identity: { sha256, items, call: callFacts(account, wanted, flags) },
    resume: flags.resume === true,
    retry: { unknown: flags.retryUnknown === true, failed: flags.retryFailed === true },
    tally,
  });
}

/** Where outcomes scroll by on a terminal, they are progress enough. */
function progressOptions(
  { output, environment }: CommandContext,
  { out, quiet }: InvokeFlags,
  counts: BatchProgressOptions['counts'],
): BatchProgressOptions | undefined {
  if (quiet === true || (out === undefined && process.stdout.isTTY)) return undefined;
  return { bar: process.stderr.isTTY && !environment.dumbTerminal, counts, say: output.say };
}
