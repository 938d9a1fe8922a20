import { Command, InvalidArgumentError, Option } from 'commander';
import type { EmulatorFlags } from './emulator-command.ts';
import type { InvokeFlags } from './invoke-command.ts';
import type { Answer } from './output.ts';
import type { ConnectionFlags } from './settings.ts';
import type { TokenFlags } from './token-command.ts';
import { VERSION } from './version.ts';

/**
 * The command line of lpfn. Each command is imported when it is run, so that `--help` and `--version` stay quick.
 *
 * @param answer - receives what a command answers.
 */
export function createProgram(answer: (answer: Answer) => void): Command {
  const program = new Command('lpfn')
    .description('LivePerson Functions from the command line.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .showHelpAfterError('See "lpfn --help".')
    .addHelpText('after', PROGRAM_NOTES);

  authenticated(program.command('invoke'))
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
    .addOption(new Option('--platform <generation>', 'generation of the platform').choices(['auto', 'v1', 'v2']))
    .option('--idempotent', 'running it twice does no harm: repeat also when it may have run')
    .addHelpText('after', INVOKE_NOTES)
    .action(async (uuid: string | undefined, flags: InvokeFlags) => {
      const { invoke } = await import('./invoke-command.ts');
      answer(await invoke(uuid, flags));
    });

  connected(program.command('domains'))
    .description('Show where the services of the account are.')
    .argument('[service]', 'only this service, for example faasGW')
    .action(async (service: string | undefined, flags: ConnectionFlags) => {
      const { domains } = await import('./domains-command.ts');
      answer(await domains(service, flags));
    });

  authenticated(program.command('token'))
    .description('Ask Sentinel for a token by client credentials.')
    .option('--show', 'print the token itself')
    .action(async (flags: TokenFlags) => {
      const { token } = await import('./token-command.ts');
      answer(await token(flags));
    });

  program
    .command('emulator')
    .description('Run the whole platform on this machine, until Ctrl+C.')
    .option('-p, --port <number>', 'port to listen on, 0 for a free one', portNumber, 4570)
    .option('-f, --functions <dir>', 'folder with functions, as LivePerson’s own CLI lays it out')
    .addOption(new Option('--platform <generation>', 'generation to emulate').choices(['v1', 'v2']).default('v2'))
    .option('--account <id>', 'account id')
    .addOption(
      new Option('--advertise <hosts>', 'host names to answer: this machine’s, or LivePerson’s')
        .choices(['loopback', 'liveperson'])
        .default('loopback'),
    )
    .option('--apps <path>', 'file or folder of App Installation JSON to install')
    .option('--data <dir>', 'folder that keeps apps, users and keys across restarts (default: nothing is kept)')
    .option('--tls', 'answer over TLS on a second port, too')
    .option('--json', 'print one line of JSON when ready')
    .action(async (flags: EmulatorFlags) => {
      const { emulator } = await import('./emulator-command.ts');
      await emulator(flags);
    });

  return program;
}

/** Flags of a command that speaks to the platform. */
function connected(command: Command): Command {
  return command
    .option('--account <id>', 'account id (LPFN_ACCOUNT_ID)')
    .option('--discovery-url <url>', 'Domain API (LPFN_DISCOVERY_URL, default: https://api.liveperson.net)')
    .option('--json', 'print one JSON object: { ok, result | error, requestId }');
}

/** Flags of a command that does so as an app. */
function authenticated(command: Command): Command {
  return connected(command).option('--client-id <id>', 'client id of the app (LPFN_CLIENT_ID)');
}

const PROGRAM_NOTES = `
Environment:
  LPFN_ACCOUNT_ID      account (site) id
  LPFN_CLIENT_ID       client id of the app installation
  LPFN_CLIENT_SECRET   its secret; there is no flag for it, since flags show in process lists
  LPFN_DISCOVERY_URL   Domain API, default https://api.liveperson.net
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY   as usual; this machine is always reached directly

Exit codes:
  0 ok   1 internal   2 usage   3 configuration   4 authentication   5 discovery   6 refused by the platform
  7 the function failed   8 throttled, unavailable or no usable answer   9 timeout   130 interrupted
  After 8 and 9 the function may have run: repeat only if --json says error.retryable.`;

const INVOKE_NOTES = `
Examples:
  lpfn invoke 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --data '{"n":1}'
  lpfn invoke --event my_event --data @payload.json
  echo '{"n":1}' | lpfn invoke 6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55 --data -`;

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function seconds(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number <= 0) {
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  }
  return number;
}

function portNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65_535) throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return number;
}
