import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type IdentityFlags, withIdentityFlags } from '../settings/global-flags.ts';

/** `lpfn config`. */
export function addConfigCommand(program: Command, run: Runner): void {
  withIdentityFlags(program.command('config'))
    .description('Show each setting, and where it comes from. Secrets are not shown.')
    .action((flags: IdentityFlags) => run(flags, async (context) => (await import('./config.ts')).config(context)));
}
