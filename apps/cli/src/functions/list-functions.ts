import type { CommandContext } from '../command-context.ts';
import { openFunctions } from '../connection.ts';
import type { IdentityFlags } from '../settings/global-flags.ts';
import type { Answer } from '../terminal/output.ts';
import { tableText } from '../terminal/table.ts';
import { askListing } from './listing-refusal.ts';

/** Flags of `lpfn functions list`. */
export interface ListFlags extends IdentityFlags {
  readonly name?: string | undefined;
  readonly event?: string | undefined;
  readonly state?: readonly string[] | undefined;
  readonly userId?: string | undefined;
}

const HEADER = ['NAME', 'STATE', 'EVENT', 'UUID'];

/** `lpfn functions list`. */
export async function listFunctions(context: CommandContext, flags: ListFlags): Promise<Answer | undefined> {
  const { output, signal } = context;
  const functions = await openFunctions(context);
  try {
    const filter = { name: flags.name, eventId: flags.event, state: flags.state, userId: flags.userId };
    const lambdas = await askListing(() => functions.getLambdas(filter, { signal }));
    const sorted = lambdas.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const rows = sorted.map(({ name, state, eventId, uuid }) => [name, state, eventId ?? '-', uuid]);
    const filtered = Object.values(filter).some((value) => value !== undefined);
    if (rows.length === 0) {
      output.say(filtered ? 'No function matches.' : 'The account has no functions.');
      return flags.json === true ? { result: [] } : undefined;
    }
    // Programs want rows alone; they know the columns from the documentation.
    const shown = output.interactive ? [HEADER, ...rows] : rows;
    return { result: sorted, text: tableText(shown, output.interactive) };
  } finally {
    await functions.close();
  }
}
