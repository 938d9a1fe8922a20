import type { Environment } from './environment.ts';
import type { IdentityFlags } from './global-flags.ts';
import type { Profile } from './profiles.ts';

/** Where a value came from. */
export type Origin = 'flag' | 'environment' | 'profile' | 'keychain' | 'file' | 'default' | 'unset';

/** One setting: its value in this run, and where that came from. */
export interface SettingValue {
  readonly name: keyof Profile;
  readonly value: string | undefined;
  readonly origin: Origin;
  /** The flag, variable or profile that says so, as a person would write it. */
  readonly from: string | undefined;
}

/** Flags that set something; commands have those that they need. */
export interface SettingFlags extends IdentityFlags {
  readonly eventSource?: string | undefined;
  readonly userId?: string | undefined;
  readonly redirectUri?: string | undefined;
}

/** What decides a setting, in the order in which it does. */
export interface SettingSources {
  readonly flags: SettingFlags;
  readonly environment: Environment;
  readonly profile: { readonly name: string; readonly fields: Profile };
}

interface SettingRule {
  readonly flag?: { readonly key: keyof SettingFlags; readonly text: string };
  readonly variable?: { readonly key: keyof Environment; readonly text: string };
  readonly byDefault?: string;
}

/** How each setting can be set. */
export const SETTING_RULES: Readonly<Record<keyof Profile, SettingRule>> = {
  accountId: {
    flag: { key: 'account', text: '--account' },
    variable: { key: 'accountId', text: 'LPFN_ACCOUNT_ID' },
  },
  clientId: {
    flag: { key: 'clientId', text: '--client-id' },
    variable: { key: 'clientId', text: 'LPFN_CLIENT_ID' },
  },
  discoveryUrl: {
    flag: { key: 'discoveryUrl', text: '--discovery-url' },
    variable: { key: 'discoveryUrl', text: 'LPFN_DISCOVERY_URL' },
    byDefault: 'https://api.liveperson.net',
  },
  platform: { flag: { key: 'platform', text: '--platform' }, byDefault: 'auto' },
  eventSource: { flag: { key: 'eventSource', text: '--event-source' }, byDefault: 'lpfn' },
  userId: { flag: { key: 'userId', text: '--user-id' } },
  auth: { flag: { key: 'auth', text: '--auth' }, byDefault: 'app' },
  subject: {},
  sentinelOrigin: {},
  redirectUri: { flag: { key: 'redirectUri', text: '--redirect-uri' } },
  store: {},
};

/** The value of one setting: flags over environment over profile over defaults. */
export function settingValue(name: keyof Profile, { flags, environment, profile }: SettingSources): SettingValue {
  const { flag, variable, byDefault } = SETTING_RULES[name];
  const given = flag === undefined ? undefined : flags[flag.key];
  if (typeof given === 'string') return { name, value: given, origin: 'flag', from: flag?.text };
  const set = variable === undefined ? undefined : environment[variable.key];
  if (typeof set === 'string') return { name, value: set, origin: 'environment', from: variable?.text };
  const kept = profile.fields[name];
  if (kept !== undefined) return { name, value: kept, origin: 'profile', from: `profile ${profile.name}` };
  if (byDefault !== undefined) return { name, value: byDefault, origin: 'default', from: undefined };
  return { name, value: undefined, origin: 'unset', from: undefined };
}
