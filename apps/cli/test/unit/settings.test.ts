import { describe, expect, it, test } from 'vitest';
import type { Environment } from '../../src/settings/environment.ts';
import { readEnvironment } from '../../src/settings/environment.ts';
import type { Profiles } from '../../src/settings/profiles.ts';
import type { SettingFlags } from '../../src/settings/setting-table.ts';
import { createSettings, type Settings } from '../../src/settings/settings.ts';

const SERVER = 'https://api.liveperson.net';
const PROFILES: Profiles = {
  current: 'work',
  profiles: {
    work: { accountId: '1', clientId: 'app-1', eventSource: 'crm' },
    user: { accountId: '1', clientId: 'app-1', auth: 'user', subject: 'ada', store: '/var/tokens' },
    empty: {},
  },
};
const SECRETS = new Map([[`app-1@1 ${SERVER}`, 'kept-secret']]);

function settingsOf(
  flags: SettingFlags = {},
  variables: Readonly<Record<string, string>> = {},
  profiles: Profiles = PROFILES,
): Settings {
  const environment: Environment = readEnvironment(variables);
  const refuse = (): never => {
    throw new Error('settings change nothing');
  };
  return createSettings({
    flags,
    environment,
    profiles: { read: () => Promise.resolve(profiles), update: refuse, use: refuse, remove: refuse },
    secrets: {
      get: (key) => Promise.resolve(SECRETS.get(key)),
      locate: (key) => Promise.resolve(SECRETS.has(key) ? 'keychain' : undefined),
      set: refuse,
      delete: refuse,
    },
  });
}

describe('settings', () => {
  test.each<[string, SettingFlags, Record<string, string>, string, string]>([
    ['the current profile', {}, {}, '1', 'profile'],
    ['a variable over the profile', {}, { LPFN_ACCOUNT_ID: '2' }, '2', 'environment'],
    ['a flag over the variable', { account: '3' }, { LPFN_ACCOUNT_ID: '2' }, '3', 'flag'],
    ['a profile that a variable names', {}, { LPFN_PROFILE: 'user' }, '1', 'profile'],
    ['a profile that a flag names', { profile: 'user' }, { LPFN_PROFILE: 'nope' }, '1', 'profile'],
  ])('%s', async (_which, flags, variables, value, origin) => {
    const values = await settingsOf(flags, variables).values();
    expect(values.find(({ name }) => name === 'accountId')).toMatchObject({ value, origin });
    expect((await settingsOf(flags, variables).account()).accountId).toBe(value);
  });

  it('has defaults, and says where each value is from', async () => {
    const values = await settingsOf({ platform: 'v1' }, { LPFN_CLIENT_ID: 'x' }).values();
    expect(Object.fromEntries(values.map(({ name, value, from }) => [name, [value, from]]))).toMatchObject({
      discoveryUrl: [SERVER, undefined],
      platform: ['v1', '--platform'],
      clientId: ['x', 'LPFN_CLIENT_ID'],
      eventSource: ['crm', 'profile work'],
      userId: [undefined, undefined],
      auth: ['app', undefined],
    });
  });

  it('a profile that was named has to exist, the first one need not', async () => {
    for (const settings of [settingsOf({ profile: 'nope' }), settingsOf({}, { LPFN_PROFILE: 'nope' })]) {
      await expect(settings.account()).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' });
      expect(await settings.profile()).toMatchObject({ name: 'nope', exists: false });
    }
    const fresh = settingsOf({ account: '5' }, {}, { current: 'default', profiles: {} });
    expect(await fresh.account()).toMatchObject({ accountId: '5', discoveryUrl: SERVER, eventSource: 'lpfn' });
    const gone = settingsOf({ account: '5' }, {}, { current: 'gone', profiles: {} });
    await expect(gone.account()).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' });
  });

  it('what is missing is named, with every way to set it', async () => {
    await expect(settingsOf({ profile: 'empty' }).account()).rejects.toMatchObject({
      code: 'SETTING_MISSING',
      message: 'The account id is not set',
      hint: expect.stringContaining('LPFN_ACCOUNT_ID, --account, or keep it in a profile') as string,
    });
    await expect(settingsOf({ profile: 'empty', account: '1' }).app()).rejects.toMatchObject({
      message: 'The client id is not set',
    });
    await expect(settingsOf({ clientId: 'other' }).app()).rejects.toMatchObject({
      message: 'The client secret is not set',
    });
  });

  it('the secret is that of the variable, else the one that is kept for this app, account and server', async () => {
    expect(await settingsOf().app()).toMatchObject({ clientSecret: 'kept-secret' });
    expect(await settingsOf().secretOrigin()).toBe('keychain');
    const set = settingsOf({}, { LPFN_CLIENT_SECRET: 'from-environment' });
    expect(await set.app()).toMatchObject({ clientSecret: 'from-environment' });
    expect(await set.secretOrigin()).toBe('environment');
    for (const flags of [{ account: '2' }, { clientId: 'app-2' }, { discoveryUrl: 'http://127.0.0.1:1' }]) {
      await expect(settingsOf(flags).app()).rejects.toMatchObject({ code: 'SETTING_MISSING' });
      // With a token at hand it need not be there.
      const { clientSecret } = await settingsOf(flags).identity();
      await expect(clientSecret()).rejects.toMatchObject({ code: 'SETTING_MISSING' });
      expect(await settingsOf(flags).secretOrigin()).toBe('unset');
    }
  });

  it('an identity reads its secret only when it is needed', async () => {
    const identity = await settingsOf().identity();
    expect(identity).toMatchObject({ kind: 'app', accountId: '1', clientId: 'app-1' });
    expect(JSON.stringify(identity)).not.toContain('kept-secret');
    expect(await identity.clientSecret()).toBe('kept-secret');
  });

  it('speaks as the user of the profile, unless a flag or variable names another app, account or server', async () => {
    expect(await settingsOf({ profile: 'user' }).identity()).toMatchObject({
      kind: 'user',
      subject: 'ada',
      store: '/var/tokens',
    });
    const secret = { LPFN_CLIENT_SECRET: 's' };
    expect(await settingsOf({ profile: 'user', auth: 'app' }).identity()).toMatchObject({ kind: 'app' });
    expect(await settingsOf({ profile: 'user', account: '2' }, secret).identity()).toMatchObject({ kind: 'app' });
    expect(await settingsOf({ profile: 'user', clientId: 'b' }, secret).identity()).toMatchObject({ kind: 'app' });
    await expect(settingsOf({ auth: 'user' }).identity()).rejects.toMatchObject({
      code: 'NOT_LOGGED_IN',
      hint: expect.stringContaining('lpfn login') as string,
    });
  });
});
