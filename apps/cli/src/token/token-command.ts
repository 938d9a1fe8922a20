import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import type { TokenFlags } from './token.ts';

/** `lpfn token`. */
export function addTokenCommand(program: Command, run: Runner): void {
  withIdentityFlags(program.command('token'))
    .description('Ask Sentinel for a token by client credentials.')
    .option('--show', 'print the token itself')
    .action((flags: TokenFlags) => run(flags, async (context) => (await import('./token.ts')).token(context, flags)));
}
