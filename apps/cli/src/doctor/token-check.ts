import { isSentinelOAuthError } from '@lp-functions/errors';
import type { StoredTokens } from '@lp-functions/sentinel-oauth';
import { toStored } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { checkAuthorization } from '../login/authorize-check.ts';
import type { IdentitySettings } from '../settings/settings.ts';
import { decodeJwt } from '../token/decoded-jwt.ts';
import { currentTokens } from '../token/held-tokens.ts';
import { messageOf } from '../terminal/error-text.ts';
import { type CheckResult, failedWith, passed } from './check-result.ts';
import type { Examination } from './examination.ts';
import { pageInstead } from './witness-transport.ts';

/** The stage, and what later ones need of it. */
export interface TokenCheck {
  readonly result: CheckResult;
  readonly tokens?: StoredTokens;
}

/** Asks for a token as calls would: an app's anew, a user's from what the login left. */
export async function checkToken(
  context: CommandContext,
  examination: Examination,
  identity: IdentitySettings,
): Promise<TokenCheck> {
  const tried =
    identity.kind === 'app' ? 'asked Sentinel for a token of the app' : `took the token of user ${identity.subject}`;
  try {
    const tokens =
      identity.kind === 'app'
        ? toStored(await examination.sentinelFor(identity).clientCredentials({ signal: context.signal }))
        : await currentTokens(context, identity, examination.plane);
    return { result: passed('token', tried, describe(tokens)), tokens };
  } catch (error) {
    const page = pageInstead(examination.control.sightings, examination.proxyOf(await originOr(examination)));
    const told = page ?? (await adviceOn(error, examination, identity, context.signal));
    return { result: failedWith('token', tried, error, told) };
  }
}

function describe({ accessToken, expiresAtMs }: StoredTokens): string {
  const kind = decodeJwt(accessToken) === undefined ? 'an opaque token' : 'a JWT';
  const leftSeconds = Math.max(0, Math.round((expiresAtMs - Date.now()) / 1000));
  return `${kind}, good for ${String(leftSeconds)} s`;
}

async function originOr({ plane, account }: Examination): Promise<string> {
  return plane.sentinelDomain().catch(() => account.discoveryUrl);
}

/** `invalid_client` means either half of the credentials; that the login page knows the client id settles which. */
async function adviceOn(
  error: unknown,
  examination: Examination,
  identity: IdentitySettings,
  signal: AbortSignal,
): Promise<{ readonly saw?: string; readonly advice?: string }> {
  if (!isSentinelOAuthError(error)) return {};
  if (error.code === 'LOGIN_REQUIRED') return { advice: 'Log in again: lpfn login.' };
  if (error.oauthError === 'unauthorized_client' || error.oauthError === 'unsupported_grant_type') {
    return {
      advice:
        'The app is not installed with the grant client_credentials. Use an app that is, or log in as a user: lpfn login.',
    };
  }
  if (error.oauthError !== 'invalid_client') return {};
  const { clientId, accountId } = identity;
  const { url } = await examination.sentinelFor(identity).authorizationUrl();
  const finding = await checkAuthorization(examination.plane.transport, url, undefined, signal).catch(() => undefined);
  if (finding === undefined || finding.kind === 'unclear') return {};
  return finding.kind === 'client-unknown'
    ? {
        saw: `${messageOf(error)}; its login page does not know client id ${clientId} on account ${accountId} either`,
        advice: 'The client id is wrong, or the app is not installed on this account.',
      }
    : {
        saw: `${messageOf(error)}; but its login page knows client id ${clientId} on account ${accountId}`,
        advice:
          'So the client secret is wrong: compare LPFN_CLIENT_SECRET, or what the profile keeps, with what LivePerson sent you.',
      };
}
