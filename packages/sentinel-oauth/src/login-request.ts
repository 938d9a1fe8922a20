import { ConfigurationError } from '@lp-functions/errors';
import { type OptionRule, text } from '@lp-functions/http';
import { AUTHORIZE_VERSION, authorizeUrl } from './user-token-endpoint.ts';

/** Options of {@link SentinelClient.authorizationUrl}. */
export interface LoginRequestOptions {
  /** Where Sentinel sends the browser back to: one of the app installation's. Needed if it has several. */
  readonly redirectUri?: string | undefined;
  /** Scopes to ask for, space separated. Default: the client's `scope`. */
  readonly scope?: string | undefined;
  /** Asks for a nonce in the ID token. Sentinel is not known to support it. Default false. */
  readonly nonce?: boolean | undefined;
  /** Further query parameters, for example `{ prompt: 'login' }`. None of those that are set here anyway. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/**
 * A login that has begun. Plain text, so that it can be kept in the session of the one browser that is sent to `url`:
 * whoever else knows `state` and `codeVerifier` can finish the login.
 */
export interface PendingLogin {
  /** Where to send the browser. */
  readonly url: string;
  readonly state: string;
  /** Proves to Sentinel that who exchanges the code is who asked for it (RFC 7636); absent with `pkce: false`. */
  readonly codeVerifier?: string | undefined;
  readonly nonce?: string | undefined;
  readonly redirectUri?: string | undefined;
}

const OWN_PARAMETERS: readonly string[] = [
  'v',
  'response_type',
  'client_id',
  'client_secret',
  'redirect_uri',
  'state',
  'scope',
  'nonce',
  'code_challenge',
  'code_challenge_method',
];

/** An absolute URI without fragment (RFC 6749 section 3.1.2). */
export const redirectUriRule: OptionRule = (value) =>
  value === undefined || (typeof value === 'string' && URL.canParse(value) && !value.includes('#'))
    ? undefined
    : 'must be an absolute URI without fragment';

/** Texts by name, none of which is set by the client itself. */
export const parametersRule: OptionRule = (value) => {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return 'must be an object of texts';
  for (const [name, entry] of Object.entries(value)) {
    if (OWN_PARAMETERS.includes(name)) return `must not set ${name}: it has an option of its own, or no place there`;
    if (text(entry) !== undefined) return `must be an object of texts that are not empty`;
  }
  return undefined;
};

/** Parts of {@link beginLogin}. */
export interface LoginParts extends LoginRequestOptions {
  readonly origin: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly pkce: boolean;
}

/**
 * Writes an authorization request (RFC 6749 section 4.1.1) with a random state, and with PKCE (RFC 7636). The client secret
 * has no place in it (contract C12).
 */
export async function beginLogin(parts: LoginParts): Promise<PendingLogin> {
  const { origin, accountId, clientId, redirectUri, scope, pkce, parameters = {} } = parts;
  const oauth = await import('oauth4webapi');
  const state = oauth.generateRandomState();
  const codeVerifier = pkce ? oauth.generateRandomCodeVerifier() : undefined;
  const nonce = parts.nonce === true ? oauth.generateRandomNonce() : undefined;
  const url = new URL(authorizeUrl(origin, accountId));
  const query: Readonly<Record<string, string | undefined>> = {
    v: AUTHORIZE_VERSION,
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: codeVerifier === undefined ? undefined : await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: codeVerifier === undefined ? undefined : 'S256',
    ...parameters,
  };
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return {
    url: url.href,
    state,
    ...(codeVerifier === undefined ? {} : { codeVerifier }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(redirectUri === undefined ? {} : { redirectUri }),
  };
}

/** Checks a pending login that an application kept. */
export function checkPendingLogin(login: unknown, where: string): asserts login is PendingLogin {
  const { state, codeVerifier, nonce, redirectUri } = (login ?? {}) as Partial<Record<keyof PendingLogin, unknown>>;
  const wrong =
    typeof state !== 'string' || state === ''
      ? 'state'
      : Object.entries({ codeVerifier, nonce, redirectUri }).find(([, value]) => text(value) !== undefined)?.[0];
  if (wrong === undefined) return;
  throw new ConfigurationError(`${where}: login.${wrong} must be what authorizationUrl returned`, {
    code: 'INVALID_OPTION',
    option: `login.${wrong}`,
  });
}
