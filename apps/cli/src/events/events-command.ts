import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type GlobalFlags, withGlobalFlags } from '../settings/global-flags.ts';

/** `lpfn events`. */
export function addEventsCommand(program: Command, run: Runner): void {
  withGlobalFlags(program.command('events'))
    .description("List LivePerson's own event ids. Any other id may be invoked, too.")
    .addHelpText('after', NOTES)
    .action((flags: GlobalFlags) =>
      run(flags, async (context) => (await import('./list-events.ts')).listEvents(context)),
    );
}

const NOTES = `
Examples:
  lpfn events
  lpfn events --json`;
