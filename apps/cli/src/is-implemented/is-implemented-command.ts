import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import { duration } from '../terminal/duration.ts';
import type { IsImplementedFlags } from './is-implemented.ts';

/** `lpfn is-implemented`. */
export function addIsImplementedCommand(program: Command, run: Runner): void {
  withIdentityFlags(program.command('is-implemented'))
    .description(
      'Ask whether anything would run: for an event, or for one function. Nothing is run. Prints true or false.',
    )
    .argument('[event]', 'id of the event')
    .option('--uuid <uuid>', 'ask for this function instead of an event; needs the listing')
    .option('--skill <id>', 'only listeners of this skill')
    .option('--deadline <duration>', 'limit of the whole question (default: 2m)', duration)
    .option('--exit-code', 'end with code 10 if the answer is no')
    .addHelpText('after', NOTES)
    .action((event: string | undefined, flags: IsImplementedFlags) =>
      run(flags, async (context) => (await import('./is-implemented.ts')).isImplemented(context, event, flags)),
    );
}

const NOTES = `
Examples:
  lpfn is-implemented controllerbot_messaging_new_conversation --skill 42
  lpfn is-implemented --uuid 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55
  lpfn is-implemented my_event --exit-code && lpfn invoke --event my_event`;
