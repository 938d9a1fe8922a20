import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { type ConnectionFlags, withConnectionFlags } from '../settings/global-flags.ts';
import { type DeadlineFlags, withDeadlineFlag, withinDeadline } from '../terminal/deadline.ts';

/** `lpfn domains`. */
export function addDomainsCommand(program: Command, run: Runner): void {
  withDeadlineFlag(withConnectionFlags(program.command('domains')))
    .description('Show where the services of the account are.')
    .argument('[service]', 'only this service, for example faasGW')
    .action((service: string | undefined, flags: ConnectionFlags & DeadlineFlags) =>
      run(flags, (context) =>
        withinDeadline(context, flags, async (within) => (await import('./domains.ts')).domains(within, service)),
      ),
    );
}
