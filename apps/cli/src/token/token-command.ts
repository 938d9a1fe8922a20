import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import type { TokenFlags } from './token.ts';

/** `lpfn token`. */
export function addTokenCommand(program: Command, run: Runner): void {
  withIdentityFlags(program.command('token'))
    .description("Show the token that calls are made with: the app's, or that of the user who logged in.")
    .option('--show', 'print the token itself, and nothing else')
    .option('--decode', 'show what the token, or the ID token of a login, says; its signature is not checked')
    .option('--verify', 'check signature, issuer, audience and times of what is decoded')
    .addHelpText('after', NOTES)
    .action((flags: TokenFlags) => run(flags, async (context) => (await import('./token.ts')).token(context, flags)));
}

const NOTES = `
Examples:
  lpfn token
  curl -H "Authorization: Bearer $(lpfn token --show)" ...
  lpfn token --decode --json`;
