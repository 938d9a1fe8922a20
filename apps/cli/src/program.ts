import { Command } from 'commander';
import type { Runner } from './command-context.ts';
import { addAppCommand } from './app/app-command.ts';
import { addDoctorCommand } from './doctor/doctor-command.ts';
import { addCompletionCommand } from './completion/completion-command.ts';
import { addConfigCommand } from './config/config-command.ts';
import { addDomainsCommand } from './domains/domains-command.ts';
import { addEmulatorCommand } from './emulator/emulator-command.ts';
import { addEventsCommand } from './events/events-command.ts';
import { addFunctionsCommand } from './functions/functions-command.ts';
import { allowFlagsBefore } from './flags-before.ts';
import { addInvokeCommand } from './invoke/invoke-command.ts';
import { addLoginCommand } from './login/login-command.ts';
import { addLogoutCommand } from './logout/logout-command.ts';
import { addProfileCommand } from './profile/profile-command.ts';
import { addIsImplementedCommand } from './is-implemented/is-implemented-command.ts';
import { addQueueCommand } from './queue/queue-command.ts';
import { addTokenCommand } from './token/token-command.ts';
import { addVersionCommand } from './version/version-command.ts';
import { VERSION } from './version.ts';
import { addWhoamiCommand } from './whoami/whoami-command.ts';

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
    .addHelpText('after', NOTES);
  addInvokeCommand(program, run);
  addIsImplementedCommand(program, run);
  addFunctionsCommand(program, run);
  addEventsCommand(program, run);
  addDomainsCommand(program, run);
  addLoginCommand(program, run);
  addLogoutCommand(program, run);
  addWhoamiCommand(program, run);
  addTokenCommand(program, run);
  addAppCommand(program, run);
  addDoctorCommand(program, run);
  addQueueCommand(program, run);
  addProfileCommand(program, run);
  addConfigCommand(program, run);
  addEmulatorCommand(program, run);
  addCompletionCommand(program, run);
  addVersionCommand(program, run);
  allowFlagsBefore(program);
  return program;
}

const NOTES = `
Environment:
  LPFN_ACCOUNT_ID      account (site) id
  LPFN_CLIENT_ID       client id of the app installation
  LPFN_CLIENT_SECRET   its secret; there is no flag for it, since flags show in process lists
  LPFN_DISCOVERY_URL   Domain API, default https://api.liveperson.net
  LPFN_PROFILE         profile to take settings from
  LPFN_CONFIG_DIR      folder that profiles, tokens and hosts are kept in
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY   as usual; this machine is always reached directly

Exit codes:
  0 ok   1 internal   2 usage   3 configuration   4 authentication   5 discovery   6 refused by the platform
  7 the function failed   8 throttled, unavailable or no usable answer   9 timeout
  10 it worked, and the answer is no (a batch with failed lines, is-implemented --exit-code)   130 interrupted
  After 8 and 9 the function may have run: repeat only if --json says error.retryable.`;
