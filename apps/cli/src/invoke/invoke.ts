import type { FunctionsClient, InvocationOptions } from '@lp-functions/client';
import { beginBudget } from '../call-budget.ts';
import type { CommandContext } from '../command-context.ts';
import { openFunctions } from '../connection.ts';
import { findUuid } from '../functions/find-function.ts';
import type { Answer } from '../terminal/output.ts';
import { callOptions, type InvokeFlags, readWanted, retryOptions, type Wanted } from './invoke-flags.ts';
import { readPayload } from './payload-source.ts';
import { resultText } from './result-form.ts';
import { applyQuery, readQuery } from './result-query.ts';

/** `lpfn invoke`: by UUID, by name or by event; once, or for every line of a file; or only shown. */
export async function invoke(
  context: CommandContext,
  which: string | undefined,
  flags: InvokeFlags,
): Promise<Answer | undefined> {
  const wanted = readWanted(which, flags);
  const query = flags.query === undefined ? undefined : readQuery(flags.query);
  const call = callOptions(flags);
  if (flags.batch !== undefined) {
    return (await import('./batch/batch.ts')).invokeBatch(context, wanted, flags, { call, query });
  }
  const payload = await readPayload(flags.data, context.signal);
  const options: InvocationOptions = { ...call, requestId: flags.requestId, signal: context.signal };
  if (flags.dryRun === true) {
    return (await import('./invocation-preview.ts')).showRequest(context, wanted, flags, payload, options);
  }
  if (flags.curl === true) {
    return (await import('./invocation-preview.ts')).showCurl(context, wanted, payload, options);
  }
  const watch = flags.verbose === true ? (await import('./wire-log.ts')).createWireLog(context.output) : undefined;
  const functions = await openFunctions(context, { retry: retryOptions(flags), watch: watch?.around });
  try {
    const { result, requestId } = await invokeOnce(functions, wanted, payload, options);
    const shown = applyQuery(query, result, requestId);
    const text = flags.output === undefined ? undefined : resultText(shown, flags.output);
    return { result: shown, text, verbatim: flags.output === 'raw', requestId, ran: true };
  } finally {
    watch?.summarise();
    await functions.close();
  }
}

async function invokeOnce(
  functions: FunctionsClient,
  wanted: Wanted,
  payload: unknown,
  options: InvocationOptions,
): Promise<{ readonly result: unknown; readonly requestId: string }> {
  if ('eventId' in wanted) {
    const { results, requestId } = await functions.invokeByEvent(wanted.eventId, payload, options);
    return { result: results, requestId };
  }
  const budget = beginBudget(options);
  const uuid = await findUuid(functions, wanted, budget);
  return functions.invokeByUuid(uuid, payload, { ...options, ...budget.remaining() });
}
