import { type Command, Option } from 'commander';

/** Flags of every command. There is none for a secret: flags show in process lists. */
export interface GlobalFlags {
  /** One JSON object on stdout, whatever happens. */
  readonly json?: boolean | undefined;
  /** Nothing on stderr but errors. */
  readonly quiet?: boolean | undefined;
  /** `false` with `--no-input`: nothing is ever asked. */
  readonly input?: boolean | undefined;
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
}

/** Adds the flags of {@link GlobalFlags}. */
export function withGlobalFlags(command: Command): Command {
  return command
    .option('--json', 'print one JSON object: { ok, result | error, requestId }')
    .option('-q, --quiet', 'print nothing on stderr but errors')
    .option('--no-input', 'never ask anything');
}

/** Adds the flags of {@link ConnectionFlags}. */
export function withConnectionFlags(command: Command): Command {
  return withGlobalFlags(
    command
      .option('--account <id>', 'account id (LPFN_ACCOUNT_ID)')
      .option('--discovery-url <url>', 'Domain API (LPFN_DISCOVERY_URL, default: https://api.liveperson.net)'),
  );
}

/** Adds the flags of {@link IdentityFlags}. */
export function withIdentityFlags(command: Command): Command {
  return withConnectionFlags(
    command
      .option('--client-id <id>', 'client id of the app (LPFN_CLIENT_ID)')
      .addOption(new Option('--platform <generation>', 'generation of the platform').choices(['auto', 'v1', 'v2'])),
  );
}
