import { FaaSError } from '@lp-functions/errors';
import type { ProxySettings } from '@lp-functions/http';
import { CommandError } from '../terminal/command-error.ts';
import type { Environment } from './environment.ts';
import { DEFAULT_PROFILE, type Profile, PROFILE_FIELDS, type ProfileFile, ProfileUnknownError } from './profiles.ts';
import { secretKey, type SecretOwner, type SecretPlace, type SecretStorage } from './secret-storage.ts';
import { SETTING_RULES, type SettingFlags, settingValue, type SettingValue } from './setting-table.ts';

/** With whom to speak. */
export interface AccountSettings {
  readonly accountId: string;
  readonly discoveryUrl: string;
  readonly proxy: ProxySettings | undefined;
  readonly platform: 'auto' | 'v1' | 'v2';
  /** Name of the calling system. */
  readonly eventSource: string;
  /** LivePerson user in whose name to call. */
  readonly userId: string | undefined;
}

/** With whom to speak, and as which app. */
export interface AppSettings extends AccountSettings {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A secret that is read when it is needed: with a token at hand it is not. Rejects with MissingSettingError if there is none. */
interface LazySecret {
  readonly clientSecret: () => Promise<string>;
}

/** With whom to speak, and as whom: the app itself, or a user who has logged in to it. */
export type IdentitySettings = Omit<AppSettings, 'clientSecret'> &
  LazySecret &
  (
    | { readonly kind: 'app' }
    | {
        readonly kind: 'user';
        /** The user, as the tokens are kept under. */
        readonly subject: string;
        /** Folder of the tokens, if it is not lpfn's own. */
        readonly store: string | undefined;
      }
  );

/** The profile of this run. */
export interface ChosenProfile {
  readonly name: string;
  /** What chose it: `--profile`, `LPFN_PROFILE`, or nothing but its being the current one. */
  readonly origin: 'flag' | 'environment' | 'current';
  /** Whether there is such a profile. */
  readonly exists: boolean;
  /** What it holds; nothing if there is none. */
  readonly fields: Profile;
}

/** What was set for this run, wherever. */
export interface Settings {
  /**
   * The account to speak with.
   *
   * @throws MissingSettingError, ProfileUnknownError
   */
  account(): Promise<AccountSettings>;
  /**
   * The account, and the app to speak as, whoever has logged in.
   *
   * @throws MissingSettingError, ProfileUnknownError
   */
  app(): Promise<AppSettings>;
  /**
   * The account, and as whom to speak: as the user of the profile who has logged in, else as the app.
   *
   * @throws MissingSettingError, ProfileUnknownError
   */
  identity(): Promise<IdentitySettings>;
  /** The profile of this run. It may not exist yet. */
  profile(): Promise<ChosenProfile>;
  /**
   * Every setting with its value and origin; the secret is not among them.
   *
   * @throws ProfileUnknownError
   */
  values(): Promise<readonly SettingValue[]>;
  /**
   * Where the secret comes from, without reading it out.
   *
   * @throws ProfileUnknownError
   */
  secretOrigin(): Promise<'environment' | SecretPlace | 'unset'>;
}

/** What settings are read from. */
export interface SettingSources {
  readonly flags: SettingFlags;
  readonly environment: Environment;
  readonly profiles: ProfileFile;
  readonly secrets: SecretStorage;
}

/** Something that a command needs was set nowhere. Of the libraries' family, so that it passes through them as it is. */
export class MissingSettingError extends FaaSError {
  constructor(what: string, ways: string) {
    super(`${what} is not set`, {
      code: 'SETTING_MISSING',
      fault: 'caller',
      hint: `Set ${ways}. To try without an account, run "lpfn emulator" in another terminal.`,
    });
    this.name = 'MissingSettingError';
  }
}

/** The error for a client secret that is needed and set nowhere. */
export function missingSecret(): MissingSettingError {
  return new MissingSettingError('The client secret', `LPFN_CLIENT_SECRET, or ${PROFILE_WAY}`);
}

/**
 * The error for a profile without a login.
 *
 * @param profile - its name.
 */
export function notLoggedIn(profile: string): CommandError {
  return new CommandError(
    'NOT_LOGGED_IN',
    `nobody is logged in with profile ${profile}`,
    '"lpfn login" logs a user in; "lpfn profile list" shows the profiles, --profile NAME takes another.',
  );
}

type ReadSetting = (name: keyof Profile) => SettingValue;

const PROFILE_WAY = 'keep it in a profile ("lpfn profile add")';

/** Flags win over the environment, the environment over the profile, the profile over defaults. */
export function createSettings({ flags, environment, profiles, secrets }: SettingSources): Settings {
  let chosen: Promise<ChosenProfile> | undefined;

  async function choose(): Promise<ChosenProfile> {
    const named = flags.profile ?? environment.profile;
    const known = await profiles.read();
    const name = named ?? known.current;
    const fields = known.profiles[name];
    const origin = flags.profile !== undefined ? 'flag' : named === undefined ? 'current' : 'environment';
    return { name, origin, exists: fields !== undefined, fields: fields ?? {} };
  }

  function profile(): Promise<ChosenProfile> {
    chosen ??= choose();
    return chosen;
  }

  /** For commands that read from it: one that was named has to exist. */
  async function existing(): Promise<ChosenProfile> {
    const found = await profile();
    if (found.exists || (found.origin === 'current' && found.name === DEFAULT_PROFILE)) return found;
    throw new ProfileUnknownError(found.name, Object.keys((await profiles.read()).profiles));
  }

  async function reader(): Promise<ReadSetting> {
    const sources = { flags, environment, profile: await existing() };
    return (name) => settingValue(name, sources);
  }

  function account(read: ReadSetting): AccountSettings {
    return {
      accountId: needed('The account id', 'accountId', read('accountId').value),
      discoveryUrl: read('discoveryUrl').value ?? '',
      proxy: environment.proxy,
      // Judged, as every setting is, by the package that it is for.
      platform: read('platform').value as AccountSettings['platform'],
      eventSource: read('eventSource').value ?? '',
      userId: read('userId').value,
    };
  }

  async function locateSecret(owner: SecretOwner): Promise<'environment' | SecretPlace | undefined> {
    return environment.clientSecret === undefined ? secrets.locate(secretKey(owner)) : 'environment';
  }

  /** Reads the secret when a grant is made: with a token at hand there need not be one. */
  async function readSecret(owner: SecretOwner): Promise<string> {
    const secret = environment.clientSecret ?? (await secrets.get(secretKey(owner)));
    if (secret === undefined) throw missingSecret();
    return secret;
  }

  function app(read: ReadSetting): Omit<AppSettings, 'clientSecret'> & LazySecret {
    const known = account(read);
    const clientId = needed('The client id', 'clientId', read('clientId').value);
    return { ...known, clientId, clientSecret: () => readSecret({ ...known, clientId }) };
  }

  return {
    profile,
    account: async () => account(await reader()),
    async app() {
      const { clientSecret, ...known } = app(await reader());
      return { ...known, clientSecret: await clientSecret() };
    },
    async identity() {
      const read = await reader();
      const auth = read('auth');
      const asUser = auth.value === 'user' && (auth.origin === 'flag' || isOfProfile(read, (await profile()).fields));
      const known = app(read);
      if (!asUser) return { ...known, kind: 'app' };
      const { value: subject } = read('subject');
      if (subject === undefined) throw notLoggedIn((await profile()).name);
      return { ...known, kind: 'user', subject, store: read('store').value };
    },
    async values() {
      const read = await reader();
      return PROFILE_FIELDS.map((name) => read(name));
    },
    async secretOrigin() {
      const read = await reader();
      const [accountId = '', clientId = ''] = [read('accountId').value, read('clientId').value];
      return (await locateSecret({ accountId, clientId, discoveryUrl: read('discoveryUrl').value ?? '' })) ?? 'unset';
    },
  };
}

/** The key of the secret of a profile. */
export function secretOfProfile({ accountId = '', clientId = '', discoveryUrl }: Profile): string {
  return secretKey({ accountId, clientId, discoveryUrl: discoveryUrl ?? SETTING_RULES.discoveryUrl.byDefault ?? '' });
}

/** The login of a profile is for its own app on its own account: beside others that flags or variables name, it says nothing. */
function isOfProfile(read: ReadSetting, fields: Profile): boolean {
  return (['accountId', 'clientId', 'discoveryUrl'] as const).every(
    (name) => fields[name] === undefined || fields[name] === read(name).value,
  );
}

function needed(what: string, name: keyof Profile, value: string | undefined): string {
  if (value !== undefined) return value;
  const { flag, variable } = SETTING_RULES[name];
  const ways = [variable?.text, flag?.text, PROFILE_WAY].filter((way) => way !== undefined);
  throw new MissingSettingError(what, `${ways.slice(0, -1).join(', ')}, or ${ways.at(-1) ?? ''}`);
}
