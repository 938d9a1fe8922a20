import type { CommandContext } from '../command-context.ts';
import type { ConnectionFlags } from '../settings/global-flags.ts';
import { checkProfileName, type Profile } from '../settings/profiles.ts';
import type { SecretPlace } from '../settings/secret-storage.ts';
import { MissingSettingError, secretOfProfile } from '../settings/settings.ts';
import type { Answer } from '../terminal/output.ts';
import { ask } from '../terminal/prompt.ts';
import { readStandardInput } from '../terminal/standard-input.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Flags of `lpfn profile add`. */
export interface ProfileAddFlags extends ConnectionFlags {
  readonly clientId?: string | undefined;
  readonly platform?: 'auto' | 'v1' | 'v2' | undefined;
  readonly eventSource?: string | undefined;
  readonly userId?: string | undefined;
  readonly redirectUri?: string | undefined;
  readonly secretStdin?: boolean | undefined;
  readonly secretIn?: SecretPlace | undefined;
  readonly use?: boolean | undefined;
}

/** `lpfn profile add NAME`: from flags, environment and standard input; what is still missing is asked for. */
export async function profileAdd(context: CommandContext, name: string, flags: ProfileAddFlags): Promise<Answer> {
  checkProfileName(name);
  const { profiles: file, secrets, environment, output } = context;
  const before = (await file.read()).profiles[name];
  const given = givenFields(flags, environment);
  const accountId = given.accountId ?? before?.accountId ?? (await askFor(context, 'Account id'));
  if (accountId === undefined) throw new MissingSettingError('The account id', '--account, or LPFN_ACCOUNT_ID');
  const clientId = given.clientId ?? before?.clientId ?? (await askFor(context, 'Client id'));
  const profile: Profile = { ...before, ...given, accountId, ...(clientId === undefined ? {} : { clientId }) };
  const key = secretOfProfile(profile);
  const secret = clientId === undefined ? undefined : await newSecret(context, flags, key);
  // The secret first: a profile is never left that promises one that could not be kept.
  const kept = secret === undefined ? await secrets.locate(key) : await secrets.set(key, secret, flags.secretIn);
  await file.update(name, profile);
  if (flags.use === true) await file.use(name);
  const { current } = await file.read();
  output.say(
    `Profile ${name} is ${before === undefined ? 'made' : 'changed'}${current === name ? '; it is the current one' : ''}.`,
  );
  if (kept === undefined)
    output.say('It has no client secret: set LPFN_CLIENT_SECRET when you use it, or add --secret-stdin.');
  return { result: { name, current: current === name, ...profile, secret: kept ?? null }, text: '' };
}

/** What flags and environment say, without what they do not. */
function givenFields(flags: ProfileAddFlags, environment: CommandContext['environment']): Profile {
  const fields = {
    accountId: flags.account ?? environment.accountId,
    clientId: flags.clientId ?? environment.clientId,
    discoveryUrl: flags.discoveryUrl ?? environment.discoveryUrl,
    platform: flags.platform,
    eventSource: flags.eventSource,
    userId: flags.userId,
    redirectUri: flags.redirectUri,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

async function askFor({ attended, signal }: CommandContext, what: string): Promise<string | undefined> {
  return attended ? (await ask(`${what}: `, { signal })) || undefined : undefined;
}

/** The secret to keep; `undefined` leaves what is kept as it is. */
async function newSecret(
  { environment, secrets, attended, signal }: CommandContext,
  { secretStdin }: ProfileAddFlags,
  key: string,
): Promise<string | undefined> {
  if (secretStdin === true) {
    if (process.stdin.isTTY) return needed(await ask('Client secret (not shown): ', { secret: true, signal }));
    return needed((await readStandardInput(signal)).trim());
  }
  if (environment.clientSecret !== undefined) return environment.clientSecret;
  if (!attended || (await secrets.locate(key)) !== undefined) return undefined;
  return (await ask('Client secret (not shown; Enter for none): ', { secret: true, signal })) || undefined;
}

function needed(secret: string): string {
  if (secret !== '') return secret;
  throw new UsageError(
    '--secret-stdin: there was nothing on standard input',
    'For example: lpfn profile add NAME --secret-stdin < secret.txt',
  );
}
