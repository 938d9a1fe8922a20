import type { ProxySettings } from '@lp-functions/http';
import type { Environment } from './environment.ts';

/** Flags that every command speaking to the platform has. There is none for the secret: flags show in process lists. */
export interface ConnectionFlags {
  readonly account?: string | undefined;
  readonly clientId?: string | undefined;
  readonly discoveryUrl?: string | undefined;
  readonly platform?: 'auto' | 'v1' | 'v2' | undefined;
}

/** With whom to speak. */
export interface AccountSettings {
  readonly accountId: string;
  readonly discoveryUrl: string | undefined;
  readonly proxy: ProxySettings | undefined;
}

/** With whom to speak, and as whom. */
export interface AppSettings extends AccountSettings {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Something that a command needs was given neither as a flag nor in the environment. */
export class MissingSettingError extends Error {
  readonly code = 'SETTING_MISSING';
  readonly hint: string;

  constructor(what: string, ways: string) {
    super(`${what} is not set`);
    this.name = 'MissingSettingError';
    this.hint = `Set ${ways}. To try without an account, run "lpfn emulator" in another terminal.`;
  }
}

/**
 * The account to speak with. Flags win over the environment.
 *
 * @throws MissingSettingError
 */
export function accountSettings(flags: ConnectionFlags, environment: Environment): AccountSettings {
  const accountId = flags.account ?? environment.accountId;
  if (accountId === undefined) throw new MissingSettingError('The account id', 'LPFN_ACCOUNT_ID, or --account');
  return { accountId, discoveryUrl: flags.discoveryUrl ?? environment.discoveryUrl, proxy: environment.proxy };
}

/**
 * The account and the app to speak as.
 *
 * @throws MissingSettingError
 */
export function appSettings(flags: ConnectionFlags, environment: Environment): AppSettings {
  const account = accountSettings(flags, environment);
  const clientId = flags.clientId ?? environment.clientId;
  const { clientSecret } = environment;
  if (clientId === undefined) throw new MissingSettingError('The client id', 'LPFN_CLIENT_ID, or --client-id');
  if (clientSecret === undefined) throw new MissingSettingError('The client secret', 'LPFN_CLIENT_SECRET');
  return { ...account, clientId, clientSecret };
}
