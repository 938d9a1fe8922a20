import type { CommandContext } from '../command-context.ts';
import { type AccountSettings, type IdentitySettings, missingSecret } from '../settings/settings.ts';
import { type CheckResult, doubtful, failedWith, passed } from './check-result.ts';
import { type Examination, openExamination } from './examination.ts';

/** The stage, and as far as it came. */
export interface ConfigurationCheck {
  readonly result: CheckResult;
  readonly account?: AccountSettings | undefined;
  readonly identity?: IdentitySettings | undefined;
  /** To be closed. */
  readonly examination?: Examination | undefined;
}

const TRIED = 'read flags, environment and profile';
const RENEWAL = 'The login is good until its token ends: to renew it, the client secret has to be set.';

/** Looks whether everything is set, and says where it came from. */
export async function checkConfiguration({ settings }: CommandContext): Promise<ConfigurationCheck> {
  let account: AccountSettings | undefined;
  let examination: Examination | undefined;
  try {
    account = await settings.account();
    // Judges what is set: addresses, proxies.
    examination = openExamination(account);
    const identity = await settings.identity();
    const saw = await describe(settings, identity);
    if ((await settings.secretOrigin()) !== 'unset') {
      return { result: passed('configuration', TRIED, saw), account, identity, examination };
    }
    // Doctor asks for a token of the app anew. A user's token lives without a secret, but is not renewed.
    if (identity.kind === 'app') throw missingSecret();
    return { result: doubtful('configuration', TRIED, saw, RENEWAL), account, identity, examination };
  } catch (error) {
    // Without an identity there is still the network to look at.
    return { result: failedWith('configuration', TRIED, error), account, examination };
  }
}

async function describe(settings: CommandContext['settings'], identity: IdentitySettings): Promise<string> {
  const values = await settings.values();
  const named = (name: string): string => {
    const found = values.find((value) => value.name === name);
    return `${found?.value ?? ''}${found?.from === undefined ? '' : ` (${found.from})`}`;
  };
  const who = identity.kind === 'app' ? 'as the app itself' : `as user ${identity.subject}`;
  const secret = (await settings.secretOrigin())
    .replace('environment', 'LPFN_CLIENT_SECRET')
    .replace('unset', 'nowhere');
  return `account ${named('accountId')}, app ${named('clientId')}, its secret from ${secret}, ${who}`;
}
