import { isLoopbackHost } from '@lp-functions/http';
import {
  createFileTokenStore,
  type ExchangedTokens,
  type TokenStore,
  toStored,
  userTokenKey,
} from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { tokenFolder } from '../connection.ts';
import { type AppSettings, type ChosenProfile, notLoggedIn } from '../settings/settings.ts';
import { CommandError } from '../terminal/command-error.ts';

/** What a login leaves behind. */
export interface KeptLogin {
  /** Name of the profile that now speaks as the user. */
  readonly profile: string;
  /** Name of the user for `userTokens`: the user id. */
  readonly subject: string;
  /** Folder of the tokens, for `createFileTokenStore`. */
  readonly store: string;
  /** ISO 8601: when the access token ends. It is renewed before. */
  readonly accessTokenExpiresAt: string;
  /** False if Sentinel gave no refresh token: the login ends with its access token. */
  readonly renewable: boolean;
  /** What the ID token says of the user. */
  readonly isAdmin: boolean | undefined;
  readonly isLivePersonStaff: boolean | undefined;
}

/** A login that has worked. */
export interface FinishedLogin {
  readonly app: AppSettings;
  readonly tokens: ExchangedTokens;
  /** Where the tokens were issued. */
  readonly sentinelOrigin: string;
  readonly redirectUri: string;
  /** Folder of the tokens; default: lpfn's own. */
  readonly store: string | undefined;
}

/** ID tokens are documented, but not on all pages. */
const NAMELESS = 'user';

/**
 * A profile is about one account and one app: a login to another would leave it with a user that does not fit.
 *
 * @throws CommandError PROFILE_TAKEN
 */
export function checkLoginProfile({ name, fields }: ChosenProfile, app: AppSettings): void {
  const local = isLocal(fields.discoveryUrl) && isLocal(app.discoveryUrl);
  const differing = (
    [
      ['account', 'accountId'],
      ['app', 'clientId'],
      ['Domain API', 'discoveryUrl'],
    ] as const
  ).filter(
    ([, field]) => fields[field] !== undefined && fields[field] !== app[field] && !(field === 'discoveryUrl' && local),
  );
  if (differing.length === 0) return;
  const told = (from: ChosenProfile['fields']): string =>
    differing.map(([what, field]) => `${what} ${from[field] ?? ''}`).join(', ');
  throw new CommandError(
    'PROFILE_TAKEN',
    `profile ${name} is for ${told(fields)}, and this login would be for ${told(app)}`,
    'Name another profile with --profile ("lpfn profile add NAME" makes one), or take back the flags or variables that say otherwise.',
  );
}

/** An emulator has another port at every start. */
function isLocal(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}

/** Keeps the tokens where commands and services find them, and lets the profile speak as the user. */
export async function keepLogin(context: CommandContext, login: FinishedLogin): Promise<KeptLogin> {
  const { app, tokens, sentinelOrigin, redirectUri } = login;
  const { accountId, clientId } = app;
  const { claims, ...set } = tokens;
  const subject = claims?.sub ?? NAMELESS;
  const folder = login.store ?? tokenFolder(context);
  const store = createFileTokenStore({ path: folder });
  const key = userTokenKey({ sentinelOrigin, accountId, clientId, subject });
  await replaceTokens(store, key, set);
  const { name } = await context.settings.profile();
  await context.profiles.update(name, {
    accountId,
    clientId,
    discoveryUrl: app.discoveryUrl,
    auth: 'user',
    subject,
    sentinelOrigin,
    redirectUri,
    store: login.store,
  });
  return {
    profile: name,
    subject,
    store: folder,
    accessTokenExpiresAt: new Date(tokens.expiresAtMs).toISOString(),
    renewable: tokens.refreshToken !== undefined,
    isAdmin: claims?.is_admin,
    isLivePersonStaff: claims?.is_lpa,
  };
}

/** Under the lock: a service that lives on the store may be renewing the old login's tokens right now. */
async function replaceTokens(store: TokenStore, key: string, tokens: Parameters<typeof toStored>[0]): Promise<void> {
  await store.withLock(key, ({ fence }) => store.set(key, toStored(tokens), { fence }));
}

/** The login of a profile, and where its tokens are. */
export interface FoundLogin {
  readonly profile: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly subject: string;
  readonly folder: string;
  readonly store: TokenStore;
  /** Name of the tokens in the store. */
  readonly key: string;
}

/**
 * Finds the login of the profile of this run, without a request.
 *
 * @throws CommandError NOT_LOGGED_IN
 */
export async function findLogin(context: CommandContext): Promise<FoundLogin> {
  const { name, fields } = await context.settings.profile();
  const { accountId, clientId, subject, sentinelOrigin } = fields;
  const known = accountId !== undefined && clientId !== undefined && sentinelOrigin !== undefined;
  if (subject === undefined || !known) {
    throw notLoggedIn(name);
  }
  const folder = fields.store ?? tokenFolder(context);
  return {
    profile: name,
    accountId,
    clientId,
    subject,
    folder,
    store: createFileTokenStore({ path: folder }),
    key: userTokenKey({ sentinelOrigin, accountId, clientId, subject }),
  };
}
