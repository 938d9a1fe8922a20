import type { Secret } from '@lp-functions/errors';
import type { LoginCallback } from './login-callback.ts';
import type { LoginRequestOptions, PendingLogin } from './login-request.ts';
import type { SentinelCallOptions } from './sentinel-client-options.ts';
import type { JsonWebKeySet } from './sentinel-keys.ts';
import type { TokenSet } from './token-set.ts';
import type { AppTokenClaims, IdTokenClaims } from './token-verification.ts';

/** Tokens of a user, from a code. */
export interface ExchangedTokens extends TokenSet {
  /** What the ID token says, if one came: its claims are checked. */
  readonly claims?: IdTokenClaims | undefined;
}

/** A token, as it is or within what it came with. */
export type TokenArgument = string | Secret | TokenSet;

/** Speaks OAuth 2.0 with Sentinel, for one app on one account. It keeps no token: see {@link createTokenSource}. */
export interface SentinelClient {
  /**
   * Obtains tokens for the app itself (RFC 6749 section 4.4). Repeated on network failures, 429 and 5xx.
   *
   * @throws {@link SentinelOAuthError} GRANT_REFUSED, SENTINEL_UNAVAILABLE, SENTINEL_UNREADABLE; AUTHORIZER_FAILED if the
   *   function given as `clientSecret` failed.
   * @throws {@link TransportError} if Sentinel cannot be reached, or the call was ended.
   * @throws {@link ConfigurationError} INVALID_OPTION, INSECURE_HTTP if `sentinelDomain` gives an address that must not be
   *   spoken to; nothing is sent.
   */
  clientCredentials(call?: SentinelCallOptions): Promise<TokenSet>;
  /**
   * Begins a login: makes the address to send a browser to. Keep what is returned in that browser's session, for
   * {@link parseCallback} and {@link exchangeCode}.
   *
   * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. Nothing is sent.
   */
  authorizationUrl(request?: LoginRequestOptions): Promise<PendingLogin>;
  /**
   * Reads the address that a browser came back to. Only LOGIN_REFUSED and a code end the login; after any other error it is
   * still pending, since anybody can open such an address.
   *
   * @param callback - the whole address, its path with query, or its query.
   * @throws {@link SentinelOAuthError} CALLBACK_INVALID, STATE_MISMATCH, LOGIN_REFUSED.
   * @throws {@link ConfigurationError} INVALID_OPTION if `login` is not a pending login.
   */
  parseCallback(callback: string | URL | URLSearchParams, login: Pick<PendingLogin, 'state'>): LoginCallback;
  /**
   * Exchanges a code for tokens (RFC 6749 section 4.1.3), and checks the ID token. A code can be used once, so this is not
   * repeated once a byte may have left. An ID token for whose signature Sentinel has no key is believed with a warning,
   * since it came straight from Sentinel (OIDC Core section 3.1.3.7).
   *
   * @throws {@link SentinelOAuthError} as {@link clientCredentials}; TOKEN_INVALID if the ID token is wrong.
   * @throws {@link TransportError} if no answer came.
   */
  exchangeCode(callback: LoginCallback, login: PendingLogin, call?: SentinelCallOptions): Promise<ExchangedTokens>;
  /**
   * Exchanges a refresh token (RFC 6749 section 6). Not repeated once a byte may have left. An ID token that comes along is checked
   * as after a login, and must be about the same user; one that is not is dropped with a warning, since failing would cost the
   * session.
   *
   * @returns the new tokens. What did not come anew is taken from `tokens`, if that was more than the refresh token.
   * @throws {@link SentinelOAuthError} as {@link clientCredentials}. Of GRANT_REFUSED only `oauthError: 'invalid_grant'` says that the
   *   refresh token is worth nothing; keep it after any other, such as `invalid_client`.
   * @throws {@link TransportError} if no answer came.
   */
  refresh(tokens: TokenArgument, call?: SentinelCallOptions): Promise<TokenSet>;
  /**
   * Signs a user out of all LivePerson applications.
   *
   * @param tokens - the refresh token, or what it came with.
   * @throws {@link SentinelOAuthError} as {@link clientCredentials}.
   * @throws {@link TransportError} if no answer came.
   */
  revoke(tokens: TokenArgument, call?: SentinelCallOptions): Promise<void>;
  /**
   * Asks for Sentinel's public keys.
   *
   * @throws {@link SentinelOAuthError} SENTINEL_UNAVAILABLE, SENTINEL_UNREADABLE, GRANT_REFUSED.
   * @throws {@link TransportError} if no answer came.
   */
  jwks(call?: SentinelCallOptions): Promise<JsonWebKeySet>;
  /**
   * Verifies an ID token that did not come from {@link exchangeCode}: signature, algorithm, issuer, audience, times.
   *
   * @param expected - `nonce` of the login that asked for one.
   * @throws {@link SentinelOAuthError} TOKEN_INVALID; KEY_UNAVAILABLE if there is no key to verify it with.
   */
  verifyIdToken(
    idToken: string | Secret,
    expected?: Pick<PendingLogin, 'nonce'>,
    call?: SentinelCallOptions,
  ): Promise<IdTokenClaims>;
  /**
   * Verifies an app's access token as a receiver would: signature, algorithm, issuer, account, client, times.
   *
   * @throws {@link SentinelOAuthError} TOKEN_INVALID, also for an opaque token; KEY_UNAVAILABLE.
   */
  verifyAppToken(accessToken: TokenArgument, call?: SentinelCallOptions): Promise<AppTokenClaims>;
}
