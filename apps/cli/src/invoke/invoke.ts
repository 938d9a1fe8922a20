import type { InvocationOptions } from '@lp-functions/client';
import type { CommandContext } from '../command-context.ts';
import { openFunctions } from '../connection.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { readPayload } from './payload-source.ts';

/** Flags of `lpfn invoke`. */
export interface InvokeFlags extends IdentityFlags {
  readonly event?: string | undefined;
  readonly data?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly skill?: string | undefined;
  readonly userId?: string | undefined;
  readonly eventSource?: string | undefined;
  readonly requestId?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Seconds. */
  readonly deadline?: number | undefined;
  readonly idempotent?: boolean | undefined;
}

/** `lpfn invoke UUID` and `lpfn invoke --event ID`. */
export async function invoke(context: CommandContext, uuid: string | undefined, flags: InvokeFlags): Promise<Answer> {
  const { event } = flags;
  if ((uuid === undefined) === (event === undefined)) {
    throw new UsageError('name the function to call: either its UUID, or --event ID', 'See "lpfn invoke --help".');
  }
  const functions = await openFunctions(context, flags);
  try {
    const payload = await readPayload(flags.data);
    const options: InvocationOptions = {
      headers: flags.header?.map(readHeader),
      skillId: flags.skill,
      userId: flags.userId,
      eventSource: flags.eventSource,
      requestId: flags.requestId,
      timeoutMs: inMs(flags.timeout),
      deadlineMs: inMs(flags.deadline),
      idempotent: flags.idempotent,
      signal: context.signal,
    };
    if (event !== undefined) {
      const { results, requestId } = await functions.invokeByEvent(event, payload, options);
      return { result: results, requestId };
    }
    return await functions.invokeByUuid(uuid ?? '', payload, options);
  } finally {
    await functions.close();
  }
}

function readHeader(header: string): { readonly key: string; readonly value: string } {
  const at = header.indexOf('=');
  if (at < 1) throw new UsageError(`--header ${JSON.stringify(header)} is not of the form KEY=VALUE`);
  return { key: header.slice(0, at), value: header.slice(at + 1) };
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
