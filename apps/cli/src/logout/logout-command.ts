import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withConnectionFlags } from '../settings/global-flags.ts';
import type { LogoutFlags } from './logout.ts';

/** `lpfn logout`. */
export function addLogoutCommand(program: Command, run: Runner): void {
  withConnectionFlags(program.command('logout'))
    .description('Revoke the tokens of the user who logged in, and remove them from this machine.')
    .option('--local', 'remove them from this machine only: the user stays logged in at LivePerson')
    .addHelpText('after', NOTES)
    .action((flags: LogoutFlags) =>
      run(flags, async (context) => (await import('./logout.ts')).logout(context, flags)),
    );
}

const NOTES = `
Revoking ends the user's session in all LivePerson applications. If Sentinel cannot be reached, the tokens are removed here all the same,
and the exit code is 4.

Examples:
  lpfn logout
  lpfn logout --local`;
