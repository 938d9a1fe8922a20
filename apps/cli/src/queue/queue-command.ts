import { type Command, Option } from 'commander';
import type { Runner } from '../command-context.ts';
import { type GlobalFlags, withGlobalFlags, withIdentityFlags } from '../settings/global-flags.ts';
import { collect, lanes } from '../terminal/argument-parsers.ts';
import { duration } from '../terminal/duration.ts';
import type { AddFlags } from './add.ts';
import type { DeadFlags, RetryFlags } from './dead.ts';
import type { WorkFlags } from './work.ts';

/** Flags of every command about a queue. */
export interface QueueFlags extends GlobalFlags {
  /** Name of the queue. */
  readonly queue?: string | undefined;
}

/** `lpfn queue`. */
export function addQueueCommand(program: Command, run: Runner): void {
  const queue = program
    .command('queue')
    .description('Durable invocations on Redis (LPFN_REDIS_URL).')
    .addHelpText('after', NOTES);
  addAdd(queue, run);
  addWork(queue, run);
  withQueueFlags(withGlobalFlags(queue.command('status')))
    .description('Show how many items there are, by state.')
    .action((flags: QueueFlags) => run(flags, async (context) => (await import('./status.ts')).status(context, flags)));
  addDead(queue, run);
}

function addAdd(queue: Command, run: Runner): void {
  withQueueFlags(withGlobalFlags(queue.command('add')))
    .description('Enqueue an invocation, or one for every line of a file.')
    .argument('[function]', 'UUID or name of the function')
    .option('-e, --event <id>', 'event whose listeners to run, instead of a function')
    .option('-d, --data <json>', 'payload: JSON, @FILE, or - for standard input (default: {})')
    .option('--batch <file>', 'one item for every line of FILE, or of standard input (-): a payload as JSON')
    .option('--key <text>', 'while it is remembered, another item with this key is not added')
    .option('--delay <duration>', 'wait before the first attempt: 30, 30s, 500ms, 2m', duration)
    .option('--header <key=value>', 'header for the function, may be repeated', collect)
    .option('--skill <id>', 'skill, to pick among listeners of an event')
    .option('--idempotent', 'running it twice does no harm: repeat also when it may have run')
    .option('--wait', 'wait for the outcome, and answer that')
    .action((which: string | undefined, flags: AddFlags) =>
      run(flags, async (context) => (await import('./add.ts')).add(context, which, flags)),
    );
}

function addWork(queue: Command, run: Runner): void {
  withQueueFlags(withIdentityFlags(queue.command('work')))
    .description('Invoke what is enqueued, until Ctrl+C.')
    .option('--concurrency <number>', 'calls under way at once (default: 16)', lanes)
    .option('--until-empty', 'end when nothing waits and nothing runs')
    .option('--grace <duration>', 'at the end, wait so long for calls under way (default: 30s)', duration)
    .action((flags: WorkFlags) => run(flags, async (context) => (await import('./work.ts')).work(context, flags)));
}

function addDead(queue: Command, run: Runner): void {
  const dead = queue
    .command('dead')
    .description('Dead letters: items that failed, or of which nobody knows whether they ran.');
  withDeadFlags(dead.command('list'))
    .description('List them, the newest first.')
    .option('--limit <number>', 'so many at most (default: 100)', lanes)
    .action((flags: DeadFlags) => run(flags, async (context) => (await import('./dead.ts')).listDead(context, flags)));
  withDeadFlags(dead.command('retry'))
    .description('Put dead letters back into the queue.')
    .argument('[id...]', 'ids of items')
    .option(
      '--all',
      'all that failed, or all that --code selects; uncertain ones, which may have run, with --state uncertain',
    )
    .action((ids: readonly string[], flags: RetryFlags) =>
      run(flags, async (context) => (await import('./dead.ts')).retryDead(context, ids, flags)),
    );
}

function withQueueFlags(command: Command): Command {
  return command.option('--queue <name>', 'name of the queue (default: invocations)');
}

function withDeadFlags(command: Command): Command {
  return withQueueFlags(withGlobalFlags(command))
    .addOption(new Option('--state <state>', 'only these').choices(['failed', 'uncertain']))
    .option('--code <code>', 'only those with this reason, for example NOT_FOUND');
}

const NOTES = `
Environment:
  LPFN_REDIS_URL    default redis://127.0.0.1:6379; there is no flag for it, since it may hold a password
  LPFN_QUEUE_KEYS   seals what is kept: ID:BASE64[,ID:BASE64], the newest first; the same for all who use the queue

The queue comes in packages of its own: npm install --global @lp-functions/invocation-queue redis

Examples:
  lpfn queue add 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --data '{"n":1}' --key order-17
  lpfn queue add greet --batch orders.jsonl
  lpfn queue work --concurrency 32
  lpfn queue dead list --state uncertain
  lpfn queue dead retry --all --code UNREACHABLE
  lpfn queue dead retry --all --state uncertain`;
