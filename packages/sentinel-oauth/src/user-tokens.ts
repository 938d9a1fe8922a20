import { isSentinelOAuthError, SentinelOAuthError } from '@lp-functions/errors';
import { checkOptions, duration, emitEvent, type OptionRule, required, text } from '@lp-functions/http';
import type { AuthContext, AuthMethod } from './auth-method.ts';
import { createBearerAuthorizer } from './bearer-authorizer.ts';
import { createSentinelClient } from './sentinel-client.ts';
import { type AppCredentials, appCredentialRules } from './sentinel-client-options.ts';
import { userTokenKey } from './token-key.ts';
import type { ObtainTokens } from './token-loading.ts';
import { fromStored, isStoredTokens, isTokenSet, type StoredTokens, type TokenSet } from './token-set.ts';
import { createTokenSource } from './token-source.ts';

/** Options of {@link userTokens}. */
export interface UserTokensOptions extends Omit<AppCredentials, 'appTokenVersion'> {
  /**
   * The user, as your application names it: the ID token's `sub`, a login name. It is part of the name under which the
   * tokens are kept, so that no user is ever given another's.
   */
  readonly subject: string;
  /** Tokens of a login, from {@link SentinelClient.exchangeCode}. Default: those that the client's `tokenStore` holds. */
  readonly tokens?: TokenSet | StoredTokens | undefined;
  /** Age at which tokens are renewed, in milliseconds. Default 30 min, as LivePerson advises: it keeps the session alive. */
  readonly renewAfterMs?: number | undefined;
}

/** LivePerson's page "Refresh request". */
const RENEW_AFTER_MS = 30 * 60_000;
/** A refresh is done under the store's lock, so it must not take for ever. */
const REFRESH_DEADLINE_MS = 30_000;

const tokensRule: OptionRule = (value) =>
  value === undefined || isTokenSet(value) || isStoredTokens(value)
    ? undefined
    : 'must be a TokenSet, or what toStored made of one';

/**
 * Authenticates as a user who has logged in: keeps the session alive with refresh tokens, each of which is used once. For
 * an app with the authorization code grant; see {@link SentinelClient.authorizationUrl} for the login itself.
 *
 * Without a refresh token that works, requests fail with `LOGIN_REQUIRED`, and `onEvent` is told `login-required` once.
 *
 * @param options - the app installation, the user, and what the login brought.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function userTokens(options: UserTokensOptions): AuthMethod {
  const { appTokenVersion: _unused, ...credentialRules } = appCredentialRules;
  checkOptions(
    options,
    { ...credentialRules, subject: required(text), tokens: tokensRule, renewAfterMs: duration },
    'userTokens',
  );
  const { subject, tokens, renewAfterMs = RENEW_AFTER_MS, ...credentials } = options;
  return (context) => {
    const { accountId, sentinelDomain, http, clock, tokenStore, onEvent } = context;
    const source = createTokenSource(refresher(options, context), {
      store: tokenStore,
      key: async () =>
        userTokenKey({ sentinelOrigin: await sentinelDomain(), accountId, clientId: credentials.clientId, subject }),
      lockRequired: true,
      initial: tokens === undefined || isTokenSet(tokens) ? tokens : fromStored(tokens),
      renewAfterMs,
      accountId,
      clock,
      logger: http.logger,
      onEvent,
    });
    return createBearerAuthorizer(source);
  };
}

/** Spends refresh tokens, each at most until it is refused. */
function refresher(options: UserTokensOptions, context: AuthContext): ObtainTokens {
  const { subject, tokens: _tokens, renewAfterMs: _renewAfterMs, ...credentials } = options;
  const { accountId, sentinelDomain, http, onEvent } = context;
  const client = createSentinelClient({ ...credentials, accountId, sentinelDomain, http });
  const named = { accountId, target: credentials.clientId, subject };
  let refused: string | undefined;
  let told = false;

  function loginRequired(why: string, known: boolean, oauthError?: string): SentinelOAuthError {
    if (!known && !told) {
      told = true;
      emitEvent(onEvent, { type: 'login-required', ...named }, http.logger);
    }
    return new SentinelOAuthError(`the user has to log in to account ${accountId} again: ${why}`, {
      code: 'LOGIN_REQUIRED',
      fault: 'caller',
      operation: 'refresh',
      accountId,
      target: credentials.clientId,
      oauthError,
      hint: 'Send the user to the address that authorizationUrl gives, and keep the tokens that come of it.',
    });
  }

  return async (last) => {
    if (last?.loginRequired === true) throw loginRequired('the refresh token was refused before', true);
    if (last?.refreshToken === undefined) throw loginRequired('there is no refresh token', false);
    if (last.refreshToken.reveal() === refused) throw loginRequired('the refresh token was refused before', true);
    try {
      // Never repeated, so that the old tokens' being alive makes no difference.
      const next = await client.refresh(last, { deadlineMs: REFRESH_DEADLINE_MS });
      told = false;
      return next;
    } catch (error) {
      if (!isDeadLogin(error)) throw error;
      refused = last.refreshToken.reveal();
      emitEvent(onEvent, { type: 'refresh-token-rejected', ...named, oauthError: error.oauthError }, http.logger);
      throw loginRequired('Sentinel refused the refresh token', false, error.oauthError);
    }
  };
}

/**
 * Only this says that the refresh token itself is worth nothing (RFC 6749 section 5.2). Of the other refusals `invalid_client` and
 * `unauthorized_client` are about the app, and the login outlives their being put right.
 */
function isDeadLogin(error: unknown): error is SentinelOAuthError {
  return isSentinelOAuthError(error) && error.code === 'GRANT_REFUSED' && error.oauthError === 'invalid_grant';
}
