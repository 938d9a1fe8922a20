import { type Command, Option } from 'commander';
import type { Runner } from '../command-context.ts';
import { withAccountFlags, withGlobalFlags } from '../settings/global-flags.ts';
import type { GlobalFlags } from '../settings/global-flags.ts';
import type { ProfileAddFlags } from './profile-add.ts';
import type { ProfileRemoveFlags } from './profile-remove.ts';

/** `lpfn profile`. */
export function addProfileCommand(program: Command, run: Runner): void {
  const profile = program.command('profile').description('Keep settings under names.').addHelpText('after', NOTES);
  withGlobalFlags(profile.command('list'))
    .description('Show the profiles; a star marks the current one.')
    .action((flags: GlobalFlags) =>
      run(flags, async (context) => (await import('./profile-list.ts')).profileList(context)),
    );
  withGlobalFlags(profile.command('use'))
    .description('Make a profile the current one.')
    .argument('<name>', 'name of the profile')
    .action((name: string, flags: GlobalFlags) =>
      run(flags, async (context) => (await import('./profile-use.ts')).profileUse(context, name)),
    );
  withAccountFlags(profile.command('add'))
    .description('Make a profile, or change one. What is missing is asked for on a terminal.')
    .argument('<name>', 'name of the profile')
    .option('--client-id <id>', 'client id of the app (LPFN_CLIENT_ID)')
    .addOption(new Option('--platform <generation>', 'generation of the platform').choices(['auto', 'v1', 'v2']))
    .option('--event-source <name>', 'name of the calling system')
    .option('--user-id <id>', 'LivePerson user in whose name to call')
    .option('--redirect-uri <uri>', 'where a login comes back to')
    .option('--secret-stdin', 'read the client secret from standard input')
    .addOption(
      new Option('--secret-in <place>', 'where to keep the secret: the system keychain if there is one, or a file')
        .choices(['keychain', 'file'])
        .default('keychain'),
    )
    .option('--use', 'make it the current one')
    .action((name: string, flags: ProfileAddFlags) =>
      run(flags, async (context) => (await import('./profile-add.ts')).profileAdd(context, name, flags)),
    );
  withGlobalFlags(profile.command('remove'))
    .description('Remove a profile and its secret.')
    .argument('<name>', 'name of the profile')
    .option('--force', 'also while its user is logged in')
    .action((name: string, flags: ProfileRemoveFlags) =>
      run(flags, async (context) => (await import('./profile-remove.ts')).profileRemove(context, name, flags)),
    );
}

const NOTES = `
Examples:
  lpfn profile add staging --account 55667788 --client-id my-client
  lpfn profile add production --account 11223344 --client-id my-client --secret-stdin < secret.txt
  lpfn profile use staging
  lpfn profile list
  lpfn --profile production invoke my-function

Every command takes --profile NAME, or LPFN_PROFILE. Flags win over the environment, the environment over the profile.`;
