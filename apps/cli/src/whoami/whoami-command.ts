import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import { type DeadlineFlags, withDeadlineFlag, withinDeadline } from '../terminal/deadline.ts';

/** `lpfn whoami`. */
export function addWhoamiCommand(program: Command, run: Runner): void {
  withDeadlineFlag(withIdentityFlags(program.command('whoami')))
    .description('Show as whom lpfn speaks: account, app, user, and how long the tokens live.')
    .addHelpText('after', '\nNo token is asked for.\n\nExamples:\n  lpfn whoami\n  lpfn whoami --json')
    .action((flags: Parameters<Runner>[0] & DeadlineFlags) =>
      run(flags, (context) =>
        withinDeadline(context, flags, async (within) => (await import('./whoami.ts')).whoami(within)),
      ),
    );
}
