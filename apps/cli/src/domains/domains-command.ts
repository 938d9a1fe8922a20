import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type ConnectionFlags, withConnectionFlags } from '../settings/global-flags.ts';

/** `lpfn domains`. */
export function addDomainsCommand(program: Command, run: Runner): void {
  withConnectionFlags(program.command('domains'))
    .description('Show where the services of the account are.')
    .argument('[service]', 'only this service, for example faasGW')
    .action((service: string | undefined, flags: ConnectionFlags) =>
      run(flags, async (context) => (await import('./domains.ts')).domains(context, service)),
    );
}
