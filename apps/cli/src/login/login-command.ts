import type { Command } from 'commander';
import type { Runner } from '../command-context.ts';
import { withAccountFlags } from '../settings/global-flags.ts';
import { duration } from '../terminal/duration.ts';
import type { LoginFlags } from './login.ts';

/** `lpfn login`. */
export function addLoginCommand(program: Command, run: Runner): void {
  withAccountFlags(program.command('login').option('--client-id <id>', 'client id of the app (LPFN_CLIENT_ID)'))
    .description('Log a user in through the browser, and keep the tokens for the commands and services that follow.')
    .option('--redirect-uri <uri>', 'registered URI to come back to (default: http://localhost:8787/callback)')
    .option('--no-browser', 'open no browser, print the address only')
    .option('--paste', 'read the address that the browser ended up at from standard input; listen on no port')
    .option('--timeout <duration>', 'how long to wait for the answer: 90, 90s, 5m (default: 5m)', duration)
    .option('--scope <scopes>', 'scopes to ask for, space separated (default: those of the app installation)')
    .option('--store <folder>', 'keep the tokens there instead, for a service to go on with')
    .addHelpText('after', NOTES)
    .action((flags: LoginFlags) => run(flags, async (context) => (await import('./login.ts')).login(context, flags)));
}

const NOTES = `
The app needs the grant authorization_code: "lpfn app template --grant authorization_code" writes what to send to LivePerson.
BROWSER names the command to open the address with; BROWSER=none opens nothing.

Examples:
  lpfn login
  lpfn login --redirect-uri http://127.0.0.1:4000/done
  lpfn login --paste                     on a machine without a browser
  lpfn login --store /var/lib/my-service/tokens`;
