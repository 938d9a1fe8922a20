import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import { type DeadlineFlags, withDeadlineFlag, withinDeadline } from '../terminal/deadline.ts';
import type { TokenFlags } from './token.ts';

/** `lpfn token`. */
export function addTokenCommand(program: Command, run: Runner): void {
  withDeadlineFlag(withIdentityFlags(program.command('token')))
    .description("Show the token that calls are made with: the app's, or that of the user who logged in.")
    .option('--show', 'print the token itself, and nothing else')
    .option('--decode', 'show what the token, or the ID token of a login, says; its signature is not checked')
    .option('--verify', 'check signature, issuer, audience and times of what is decoded')
    .addHelpText('after', NOTES)
    .action((flags: TokenFlags & DeadlineFlags) =>
      run(flags, (context) =>
        withinDeadline(context, flags, async (within) => (await import('./token.ts')).token(within, flags)),
      ),
    );
}

const NOTES = `
Examples:
  lpfn token
  curl -H "Authorization: Bearer $(lpfn token --show)" ...
  lpfn token --decode --json`;
