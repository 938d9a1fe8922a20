import type { ProxySettings } from '@lp-functions/http';
import type { Environment } from './environment.ts';
import type { IdentityFlags } from './global-flags.ts';

/** With whom to speak. */
export interface AccountSettings {
  readonly accountId: string;
  readonly discoveryUrl: string | undefined;
  readonly proxy: ProxySettings | undefined;
}

/** With whom to speak, and as which app. */
export interface AppSettings extends AccountSettings {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What was set for this run, wherever. */
export interface Settings {
  /**
   * The account to speak with.
   *
   * @throws MissingSettingError
   */
  account(): Promise<AccountSettings>;
  /**
   * The account, and the app to speak as.
   *
   * @throws MissingSettingError
   */
  app(): Promise<AppSettings>;
}

/** Something that a command needs was set nowhere. */
export class MissingSettingError extends Error {
  readonly code = 'SETTING_MISSING';
  readonly hint: string;

  constructor(what: string, ways: string) {
    super(`${what} is not set`);
    this.name = 'MissingSettingError';
    this.hint = `Set ${ways}. To try without an account, run "lpfn emulator" in another terminal.`;
  }
}

/** Flags win over the environment. */
export function createSettings(flags: IdentityFlags, environment: Environment): Settings {
  const account = (): AccountSettings => {
    const accountId = flags.account ?? environment.accountId;
    if (accountId === undefined) throw new MissingSettingError('The account id', 'LPFN_ACCOUNT_ID, or --account');
    return { accountId, discoveryUrl: flags.discoveryUrl ?? environment.discoveryUrl, proxy: environment.proxy };
  };
  return {
    account: async () => Promise.resolve(account()),
    async app() {
      const clientId = flags.clientId ?? environment.clientId;
      const { clientSecret } = environment;
      const known = account();
      if (clientId === undefined) throw new MissingSettingError('The client id', 'LPFN_CLIENT_ID, or --client-id');
      if (clientSecret === undefined) throw new MissingSettingError('The client secret', 'LPFN_CLIENT_SECRET');
      return Promise.resolve({ ...known, clientId, clientSecret });
    },
  };
}
