import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import type { DoctorFlags } from './doctor.ts';

/** `lpfn doctor`. */
export function addDoctorCommand(program: Command, run: Runner): void {
  withIdentityFlags(program.command('doctor'))
    .description('Walk through everything that a call needs, and say what is wrong and what to do about it.')
    .option('--function <uuid-or-name>', 'look at this function, too, without running it')
    .option('--event <id>', 'look whether a function listens to this event')
    .option('--invoke', 'run the function of --function, with the payload {}')
    .option('--redirect-uri <uri>', 'look whether a login may come back to this URI (default: that of the last login)')
    .addHelpText('after', NOTES)
    .action((flags: DoctorFlags) =>
      run(flags, async (context) => (await import('./doctor.ts')).doctor(context, flags)),
    );
}

const NOTES = `
Stages: configuration, discovery, dns, tls, clock, token, login, permission, gateway, function. Each says what was tried, what was seen and what
to do. Nothing is run, changed or repeated, unless --invoke asks for it. The exit code is that of the first stage that fails.

Examples:
  lpfn doctor
  lpfn doctor --function 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55
  lpfn doctor --redirect-uri http://localhost:8787/callback --json`;
