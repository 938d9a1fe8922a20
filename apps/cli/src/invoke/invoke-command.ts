import { type Command, Option } from 'commander';
import type { Runner } from '../command-context.ts';
import { withIdentityFlags } from '../settings/global-flags.ts';
import { collect, count, lanes, positiveNumber } from '../terminal/argument-parsers.ts';
import { duration } from '../terminal/duration.ts';
import type { InvokeFlags } from './invoke-flags.ts';

/** `lpfn invoke`. */
export function addInvokeCommand(program: Command, run: Runner): void {
  const command = withIdentityFlags(program.command('invoke'))
    .description('Run one function, or every function that listens to an event; once, or for every line of a file.')
    .argument('[function]', 'UUID or name of the function')
    .option('-e, --event <id>', 'event whose listeners to run, instead of a function')
    .option('-d, --data <json>', 'payload: JSON, @FILE, or - for standard input (default: {})')
    .option('--header <key=value>', 'header for the function, may be repeated', collect)
    .option('--skill <id>', 'skill, to pick among listeners of an event')
    .option('--user-id <id>', 'LivePerson user in whose name to call')
    .option('--event-source <name>', 'name of the calling system (default: lpfn)')
    .option('--request-id <id>', 'X-Request-ID (default: a new UUID)')
    .option('--timeout <duration>', 'limit of one attempt: 30, 30s, 500ms, 2m (default: 40s)', duration)
    .option('--deadline <duration>', 'limit of the whole call (default: 2m)', duration)
    .option('--retries <number>', 'repeats of what may be repeated; 0 for none (default: 3)', count)
    .option('--retry-wait-ms <ms>', 'pause before a repeat (default: as LivePerson publishes)', count)
    .option('--idempotent', 'running it twice does no harm: repeat also when it may have run')
    .addOption(new Option('-o, --output <form>', 'form of the answer').choices(['json', 'pretty', 'raw']))
    .option('--query <jmespath>', 'print only this part of the result')
    .option('-v, --verbose', 'show on stderr what is sent and received, and how long each phase takes')
    .option('--dry-run', 'show what would be sent, and send nothing at all')
    .option('--curl', 'print the call as a curl command, secrets masked, instead of making it');
  addBatchFlags(command)
    .addHelpText('after', NOTES)
    .action((which: string | undefined, flags: InvokeFlags) =>
      run(flags, async (context) => (await import('./invoke.ts')).invoke(context, which, flags)),
    );
}

function addBatchFlags(command: Command): Command {
  return command
    .optionsGroup('Many calls:')
    .option('--batch <file>', 'one call for every line: FILE.jsonl, FILE.csv, or - for standard input')
    .addOption(
      new Option('--format <format>', 'format of the lines, where no ending says it').choices(['jsonl', 'csv']),
    )
    .option('--out <file>', 'write outcomes to FILE.jsonl or FILE.csv instead of stdout, so that it can be resumed')
    .option('--concurrency <number>', 'calls under way at once (default: 16)', lanes)
    .option('--rate <number>', 'calls per second at most', positiveNumber)
    .option('--resume', 'go on where --out stopped; lines that were under way then are unknown, and not sent again')
    .option('--retry-unknown', 'with --resume: send lines again whose outcome is unknown; they may have run')
    .option('--retry-failed', 'with --resume: send lines again that failed; they may have run')
    .optionsGroup('Options:');
}

const NOTES = `
Examples:
  lpfn invoke 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --data '{"n":1}'
  lpfn invoke echo --data @payload.json --query 'items[0].price' --output raw
  lpfn invoke --event my_event --data @payload.json
  echo '{"n":1}' | lpfn invoke echo --data -
  lpfn invoke echo --batch orders.jsonl --out results.jsonl --concurrency 32
  lpfn invoke echo --batch orders.jsonl --out results.jsonl --resume`;
