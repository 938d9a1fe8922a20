import { Command } from 'commander';
import type { Runner } from './command-context.ts';
import { addDomainsCommand } from './domains/domains-command.ts';
import { addEmulatorCommand } from './emulator/emulator-command.ts';
import { addInvokeCommand } from './invoke/invoke-command.ts';
import { addTokenCommand } from './token/token-command.ts';
import { VERSION } from './version.ts';

/**
 * The command line of lpfn. What a command does is imported when it is run, so that `--help` and mistakes are answered quickly.
 *
 * @param run - runs what a command does.
 */
export function createProgram(run: Runner): Command {
  const program = new Command('lpfn')
    .description('LivePerson Functions from the command line.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .showSuggestionAfterError()
    .showHelpAfterError('See "lpfn --help".')
    .addHelpText('after', NOTES);
  addInvokeCommand(program, run);
  addDomainsCommand(program, run);
  addTokenCommand(program, run);
  addEmulatorCommand(program, run);
  return program;
}

const NOTES = `
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
