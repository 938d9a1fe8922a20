import type { AuthorizationRequest } from './authorization-codes.ts';
import { HELD_SECONDS } from './browser-sign-ins.ts';
import type { Endpoint, EmulatedPlatform } from './emulated-platform.ts';
import type { InstalledApp } from './installed-apps.ts';
import type { OAuthErrorCode } from './oauth-error.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import type { PlatformUser } from './platform-users.ts';
import type { Reply } from './reply.ts';
import { cookieOf, HELD_COOKIE, SIGN_IN_COOKIE } from './sentinel-cookies.ts';
import { sentinelPage } from './sentinel-page.ts';

/** Sentinel: starts the authorization-code flow. A browser that is signed in is sent back at once, any other to the login page. */
export const authorize: Endpoint = ({ account, query, headers }, platform) => {
  const checked = checkAuthorization(account, query);
  if ('refusal' in checked) return checked.refusal;
  const { request, account: owner } = checked;
  const user = signedIn(owner, cookieOf(headers.cookie, SIGN_IN_COOKIE), platform);
  if (user !== undefined) return redirectTo(callbackUrl(request, user, platform));
  const id = platform.signIns.hold(request);
  const path = `/sentinel/api/account/${encodeURIComponent(owner.accountId)}/login?request=${id}`;
  const cookie = `${HELD_COOKIE}=${id}; Path=/sentinel; Max-Age=${String(HELD_SECONDS)}; HttpOnly; SameSite=Lax`;
  return redirectTo(path, { 'set-cookie': cookie });
};

/** An authorization request that can be granted, or the answer that refuses it. */
export type CheckedAuthorization =
  { readonly request: AuthorizationRequest; readonly account: PlatformAccount } | { readonly refusal: Reply };

/**
 * Checks an authorization request. As long as account, app and redirect URI are not certain, a refusal is a page; afterwards it
 * is a redirect with `error`.
 *
 * @see RFC 6749 sections 3.1.2 and 4.1.2.1
 */
export function checkAuthorization(account: PlatformAccount | undefined, query: URLSearchParams): CheckedAuthorization {
  const app = account?.apps.find(query.get('client_id') ?? '');
  if (account === undefined || app === undefined || app.installation.enabled === false) {
    return { refusal: sentinelPage(401, 'Unknown site or application', '<p>Account or client id is wrong.</p>') };
  }
  const redirectUri = redirectUriOf(app, query.get('redirect_uri'));
  if (redirectUri === undefined || query.getAll('redirect_uri').length > 1) {
    return {
      refusal: sentinelPage(
        400,
        'Bad redirect URI',
        '<p>The redirect URI is missing, or not registered for this application.</p>',
      ),
    };
  }
  const state = query.get('state') ?? undefined;
  const refuse = (error: OAuthErrorCode, description: string): CheckedAuthorization => ({
    refusal: redirectTo(withParameters(redirectUri, { error, error_description: description, state })),
  });
  const repeated = [...query.keys()].find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined) return refuse('invalid_request', 'A parameter is there more than once.');
  if (app.installation.grant_types?.includes('authorization_code') !== true) {
    return refuse('unauthorized_client', 'The app was not installed with authorization_code.');
  }
  if (query.get('response_type') === null) return refuse('invalid_request', 'The parameter response_type is missing.');
  if (query.get('response_type') !== 'code')
    return refuse('unsupported_response_type', 'Only the response type code is known.');
  const text = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'plain';
  if (text !== null && method !== 'S256' && method !== 'plain')
    return refuse('invalid_request', 'The code challenge method is unknown.');
  return {
    account,
    request: {
      accountId: account.accountId,
      clientId: app.clientId,
      redirectUri,
      redirectUriWasSent: query.has('redirect_uri'),
      state,
      nonce: query.get('nonce') ?? undefined,
      challenge: text === null ? undefined : { text, method: method === 'S256' ? 'S256' : 'plain' },
    },
  };
}

/** Issues a code and returns the address that the browser goes back to. */
export function callbackUrl(request: AuthorizationRequest, user: PlatformUser, { codes }: EmulatedPlatform): string {
  return withParameters(request.redirectUri, { code: codes.issue(request, user), state: request.state });
}

/** Answers a redirect. */
export function redirectTo(location: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 302, headers: { location, 'cache-control': 'no-store', ...headers }, body: '' };
}

function signedIn(
  account: PlatformAccount,
  cookie: string | undefined,
  { options, signIns }: EmulatedPlatform,
): PlatformUser | undefined {
  if (options.login === 'automatic') return account.users.default;
  return cookie === undefined ? undefined : signIns.find(account.accountId, cookie);
}

/** A redirect URI has to be a registered one to the letter; it may be left out if there is only one. */
function redirectUriOf({ installation }: InstalledApp, wanted: string | null): string | undefined {
  const registered = installation.redirect_uris ?? [];
  if (wanted !== null) return registered.find((uri) => uri === wanted);
  return registered.length === 1 ? registered[0] : undefined;
}

function withParameters(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.append(name, value);
  return url.href;
}
