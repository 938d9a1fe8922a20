import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type IdentityFlags, withIdentityFlags } from '../settings/global-flags.ts';
import { collect } from '../terminal/argument-parsers.ts';
import { type DeadlineFlags, withDeadlineFlag, withinDeadline } from '../terminal/deadline.ts';
import type { ListFlags } from './list-functions.ts';

/** `lpfn functions`. */
export function addFunctionsCommand(program: Command, run: Runner): void {
  const functions = program.command('functions').description('Look at the functions of the account.');
  withDeadlineFlag(withIdentityFlags(functions.command('list')))
    .alias('ls')
    .description('List functions: name, state, event and UUID.')
    .option('--name <part>', 'only those whose name contains this')
    .option('-e, --event <part>', 'only those that listen to an event whose id contains this')
    .option('--state <state>', 'only in this state, such as Productive or Draft; may be repeated', collect)
    .option('--user-id <id>', 'LivePerson user in whose name to ask')
    .addHelpText('after', LIST_NOTES)
    .action((flags: ListFlags & DeadlineFlags) =>
      run(flags, (context) =>
        withinDeadline(context, flags, async (within) =>
          (await import('./list-functions.ts')).listFunctions(within, flags),
        ),
      ),
    );
  withDeadlineFlag(withIdentityFlags(functions.command('show')))
    .description('Show one function.')
    .argument('<function>', 'name or UUID')
    .addHelpText('after', SHOW_NOTES)
    .action((which: string, flags: IdentityFlags & DeadlineFlags) =>
      run(flags, (context) =>
        withinDeadline(context, flags, async (within) =>
          (await import('./show-function.ts')).showFunction(within, which),
        ),
      ),
    );
}

const LIST_NOTES = `
Examples:
  lpfn functions list
  lpfn functions list --state Productive --json
  lpfn functions list --event my_event`;

const SHOW_NOTES = `
Examples:
  lpfn functions show echo
  lpfn functions show 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --json`;
