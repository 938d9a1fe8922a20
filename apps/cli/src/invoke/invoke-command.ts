import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import { collect, seconds } from '../terminal/argument-parsers.ts';
import type { InvokeFlags } from './invoke.ts';

/** `lpfn invoke`. */
export function addInvokeCommand(program: Command, run: Runner): void {
  withIdentityFlags(program.command('invoke'))
    .description('Run one function by its UUID, or every function that listens to an event.')
    .argument('[uuid]', 'UUID of the function')
    .option('-e, --event <id>', 'event whose listeners to run, instead of a UUID')
    .option('-d, --data <json>', 'payload: JSON, @FILE, or - for standard input (default: {})')
    .option('--header <key=value>', 'header for the function, may be repeated', collect)
    .option('--skill <id>', 'skill, to pick among listeners of an event')
    .option('--user-id <id>', 'LivePerson user in whose name to call')
    .option('--event-source <name>', 'name of the calling system (default: lpfn)')
    .option('--request-id <id>', 'X-Request-ID (default: a new UUID)')
    .option('--timeout <seconds>', 'limit of one attempt (default: 40)', seconds)
    .option('--deadline <seconds>', 'limit of the whole call (default: 120)', seconds)
    .option('--idempotent', 'running it twice does no harm: repeat also when it may have run')
    .addHelpText('after', NOTES)
    .action((uuid: string | undefined, flags: InvokeFlags) =>
      run(flags, async (context) => (await import('./invoke.ts')).invoke(context, uuid, flags)),
    );
}

const NOTES = `
Examples:
  lpfn invoke 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --data '{"n":1}'
  lpfn invoke --event my_event --data @payload.json
  echo '{"n":1}' | lpfn invoke 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --data -`;
