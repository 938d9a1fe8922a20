import type { CommandContext } from '../command-context.ts';
import { openFunctions } from '../connection.ts';
import { askListing } from '../functions/listing-refusal.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import { EXIT } from '../terminal/exit-code.ts';
import type { Answer } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Flags of `lpfn is-implemented`. */
export interface IsImplementedFlags extends IdentityFlags {
  readonly uuid?: string | undefined;
  readonly skill?: string | undefined;
  /** Milliseconds. */
  readonly deadline?: number | undefined;
  readonly exitCode?: boolean | undefined;
}

/** `lpfn is-implemented EVENT` and `lpfn is-implemented --uuid UUID`. */
export async function isImplemented(
  context: CommandContext,
  event: string | undefined,
  flags: IsImplementedFlags,
): Promise<Answer> {
  const { uuid, skill, deadline: deadlineMs } = flags;
  if ((event === undefined) === (uuid === undefined)) {
    throw new UsageError('name what to ask for: either an event, or --uuid UUID', 'See "lpfn is-implemented --help".');
  }
  if (uuid !== undefined && skill !== undefined) {
    throw new UsageError('--skill goes with an event: a function is asked for as it is');
  }
  const functions = await openFunctions(context);
  try {
    const call = { signal: context.signal, deadlineMs };
    const implemented =
      event === undefined
        ? await askListing(() => functions.isImplemented({ lambdaUuid: uuid ?? '' }, call))
        : await functions.isImplemented({ eventId: event, skillId: skill }, call);
    const code = flags.exitCode === true && !implemented ? EXIT.negative : EXIT.ok;
    return { result: implemented, text: String(implemented), exitCode: code };
  } finally {
    await functions.close();
  }
}
