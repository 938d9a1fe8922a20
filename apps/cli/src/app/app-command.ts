import { type Command, Option } from 'commander';
import type { Runner } from '../command-context.ts';
import { withGlobalFlags } from '../settings/global-flags.ts';
import { collect } from '../terminal/argument-parsers.ts';
import type { AppCheckFlags } from './app-check.ts';
import type { AppTemplateFlags } from './app-template.ts';

/** `lpfn app`, with its commands. */
export function addAppCommand(program: Command, run: Runner): void {
  const app = program
    .command('app')
    .description('Write and check App Installation JSON, with which LivePerson installs an app.');
  withGlobalFlags(app.command('template'))
    .description('Write App Installation JSON that is ready to be sent to LivePerson.')
    .addOption(
      new Option('--grant <grant>', 'as whom the app calls functions: as itself, or as users who log in')
        .choices(['client_credentials', 'authorization_code'])
        .default('client_credentials'),
    )
    .option('--name <name>', 'client_name: unique on the account, at most 128 characters')
    .option('--display-name <name>', 'display_name: what people are shown')
    .option('--description <text>', 'description, at most 256 characters')
    .option(
      '--redirect-uri <uri>',
      'where a login comes back to, may be repeated (default: that of "lpfn login")',
      collect,
    )
    .option('--scope <scopes>', 'space separated', 'faas.lambda.invoke')
    .option('--logo-uri <uri>', 'logo_uri: an image of 70 by 70 pixels')
    .addHelpText('after', TEMPLATE_NOTES)
    .action((flags: AppTemplateFlags) =>
      run(flags, async ({ output }) => (await import('./app-template.ts')).appTemplate(output, flags)),
    );
  withGlobalFlags(app.command('check'))
    .description('Check App Installation JSON: everything that LivePerson would not take, and what would not work.')
    .argument('<file>', 'the file, or - for standard input')
    .addHelpText('after', CHECK_NOTES)
    .action((file: string, flags: AppCheckFlags) =>
      run(flags, async ({ output }) => (await import('./app-check.ts')).appCheck(output, file, flags)),
    );
}

const TEMPLATE_NOTES = `
LivePerson answers with client_id and client_secret. Who installs apps depends on the account: your contact at LivePerson, or an
administrator under "Application Install" in the Management Console.

Examples:
  lpfn app template > app.json
  lpfn app template --grant authorization_code --name my-tool --redirect-uri http://localhost:8787/callback`;

const CHECK_NOTES = `
The exit code is 3 if LivePerson would not take it. Advice alone is no failure.

Examples:
  lpfn app check app.json
  lpfn app template | lpfn app check -`;
