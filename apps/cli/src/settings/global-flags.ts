import { type Command, Option } from 'commander';

/** Flags of every command. There is none for a secret: flags show in process lists. */
export interface GlobalFlags {
  /** One JSON object on stdout, whatever happens. */
  readonly json?: boolean | undefined;
  /** Nothing on stderr but errors. */
  readonly quiet?: boolean | undefined;
  /** `false` with `--no-input`: nothing is ever asked. */
  readonly input?: boolean | undefined;
  /** Name of the profile to use. */
  readonly profile?: string | undefined;
  /** `false` with `--no-cache`: hosts and tokens of earlier runs are not used, and none are kept. */
  readonly cache?: boolean | undefined;
}

/** Flags of a command that speaks to the platform. */
export interface ConnectionFlags extends GlobalFlags {
  readonly account?: string | undefined;
  readonly discoveryUrl?: string | undefined;
}

/** Flags of a command that speaks to the platform as somebody. */
export interface IdentityFlags extends ConnectionFlags {
  readonly clientId?: string | undefined;
  readonly platform?: 'auto' | 'v1' | 'v2' | undefined;
  /** As whom to speak. */
  readonly auth?: 'app' | 'user' | undefined;
}

/** Adds the flags of {@link GlobalFlags}. */
export function withGlobalFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON object: { ok, result | error, requestId }')
    .option('-q, --quiet', 'print nothing on stderr but errors')
    .option('--no-input', 'never ask anything')
    .option('--profile <name>', 'profile to take settings from (LPFN_PROFILE)');
}

/** Adds the flags of {@link ConnectionFlags} but `--no-cache`: for commands that keep something, and do nothing else. */
export function withAccountFlags(command: Command): Command {
  return withGlobalFlags(
    command
      .option('--account <id>', 'account id (LPFN_ACCOUNT_ID)')
      .option('--discovery-url <url>', 'Domain API (LPFN_DISCOVERY_URL, default: https://api.liveperson.net)'),
  );
}

/** Adds the flags of {@link ConnectionFlags}. */
export function withConnectionFlags(command: Command): Command {
  return withAccountFlags(command).option('--no-cache', 'use and keep no hosts and tokens of other runs');
}

/** Adds the flags of {@link IdentityFlags}. */
export function withIdentityFlags(command: Command): Command {
  return withConnectionFlags(
    command
      .option('--client-id <id>', 'client id of the app (LPFN_CLIENT_ID)')
      .addOption(new Option('--platform <generation>', 'generation of the platform').choices(['auto', 'v1', 'v2']))
      .addOption(new Option('--auth <who>', 'speak as the app, or as the user who logged in').choices(['app', 'user'])),
  );
}
