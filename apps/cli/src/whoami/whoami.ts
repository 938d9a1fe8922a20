import { isFaaSError } from '@lp-functions/errors';
import type { StoredTokens } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { openControlPlane, tokenFolder, tokenStoreOf } from '../connection.ts';
import type { IdentitySettings } from '../settings/settings.ts';
import type { Answer } from '../terminal/output.ts';
import { messageOf } from '../terminal/error-text.ts';
import { tableText } from '../terminal/table.ts';
import { decodeJwt } from '../token/decoded-jwt.ts';
import { tokenKeyOf } from '../token/held-tokens.ts';
import { describeTokens, type TokenDescription } from '../token/token.ts';

/** `lpfn whoami`: as whom the commands speak, from what is kept here. */
export async function whoami(context: CommandContext): Promise<Answer> {
  const identity = await context.settings.identity();
  const { name: profile, fields } = await context.settings.profile();
  const { accountId, clientId, discoveryUrl, kind } = identity;
  const values = await context.settings.values();
  const fromOf = (name: string): string | null => values.find((value) => value.name === name)?.from ?? null;
  const store = kind === 'user' ? (identity.store ?? tokenFolder(context)) : tokenFolder(context);
  const kept = await keptTokens(context, identity, kind === 'user' ? fields.sentinelOrigin : undefined);
  const token = kept === undefined ? null : describeTokens(identity, kept, Date.now());
  const claims = kept?.idToken === undefined ? undefined : decodeJwt(kept.idToken)?.claims;
  const user =
    kind === 'app'
      ? null
      : {
          subject: identity.subject,
          isAdmin: flagOf(claims?.['is_admin']),
          isLivePersonStaff: flagOf(claims?.['is_lpa']),
          loginRequired: kept === undefined || kept.loginRequired === true,
        };
  const result = {
    kind,
    accountId,
    clientId,
    user,
    token,
    profile,
    discoveryUrl,
    store,
    from: {
      accountId: fromOf('accountId'),
      clientId: fromOf('clientId'),
      discoveryUrl: fromOf('discoveryUrl'),
      clientSecret: await context.settings.secretOrigin(),
    },
  };
  const told = (value: string, from: string | null): string => (from === null ? value : `${value}  (${from})`);
  const rows = [
    ['account', told(accountId, result.from.accountId)],
    ['app', told(clientId, result.from.clientId)],
    ['user', user === null ? 'none: lpfn speaks as the app itself' : userText(user)],
    ['token', tokenText(token, user)],
    ['kept in', store],
    ['profile', profile],
  ];
  return { result, text: tableText(rows, context.output.interactive) };
}

/** What is kept under the identity's name. For that name the host of Sentinel is needed, and for nothing else is anything asked. */
async function keptTokens(
  context: CommandContext,
  identity: IdentitySettings,
  knownOrigin: string | undefined,
): Promise<StoredTokens | undefined> {
  const store = tokenStoreOf(identity, context);
  if (store === undefined) return undefined;
  if (knownOrigin !== undefined) return store.get(tokenKeyOf(identity, knownOrigin));
  const plane = await openControlPlane(context);
  try {
    return await store.get(tokenKeyOf(identity, await plane.sentinelDomain()));
  } catch (error) {
    if (!isFaaSError(error)) throw error;
    context.output.say(`Whether a token is kept cannot be told: ${messageOf(error)}`);
    return undefined;
  } finally {
    await plane.close();
  }
}

function flagOf(claim: unknown): boolean | null {
  return typeof claim === 'boolean' ? claim : null;
}

function userText(user: {
  readonly subject: string;
  readonly isAdmin: boolean | null;
  readonly loginRequired: boolean;
}): string {
  const admin = user.isAdmin === true ? ', an administrator' : '';
  return `${user.subject}${admin}${user.loginRequired ? ': has to log in again ("lpfn login")' : ''}`;
}

function tokenText(token: TokenDescription | null, user: { readonly loginRequired: boolean } | null): string {
  if (token === null) return user === null ? 'none is kept; the next call asks for one' : 'none is kept';
  if (user?.loginRequired === true) return 'its refresh token was refused';
  const { expiresInSeconds, renewable } = token;
  const renewal = renewable ? ', renewed when needed' : ', cannot be renewed';
  return expiresInSeconds === 0 ? `has ended${renewal}` : `good for ${String(expiresInSeconds)} s${renewal}`;
}
