import { ConfigurationError, Secret } from '@lp-functions/errors';
import {
  anything,
  type CallLimits,
  checkOptions,
  createHttpClient,
  flag,
  originOf,
  quietLogger,
  required,
  text,
} from '@lp-functions/http';
import { appTokenUrl, DEFAULT_APP_TOKEN_VERSION } from './app-token-endpoint.ts';
import { readTokens } from './granted-tokens.ts';
import { createIdTokenJudge } from './id-token-judgement.ts';
import { readCallback } from './login-callback.ts';
import { beginLogin, checkPendingLogin, parametersRule, redirectUriRule } from './login-request.ts';
import { revealSecret, secretRule } from './secret-source.ts';
import {
  callRules,
  checkClientOptions,
  type SentinelCallOptions,
  type SentinelClientOptions,
} from './sentinel-client-options.ts';
import { createGrants, type Grants } from './sentinel-grants.ts';
import { createSentinelKeys } from './sentinel-keys.ts';
import type { SentinelClient } from './sentinel-operations.ts';
import { requestRevocation, requestTokens, type SentinelRequest, type TokenRequest } from './sentinel-request.ts';
import { createServerTime } from './server-time.ts';
import type { TokenSet } from './token-set.ts';
import { checkSignature, readAppToken, readIdToken, type TokenExpectation } from './token-verification.ts';
import { DEFAULT_TOKEN_VERSION, revokeUrl, userTokenUrl } from './user-token-endpoint.ts';

/**
 * Makes a client of Sentinel for one app on one account.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createSentinelClient(options: SentinelClientOptions): SentinelClient {
  checkClientOptions(options);
  const { accountId, clientId, http = createHttpClient(), issuer = 'Sentinel' } = options;
  const logger = options.logger === undefined ? http.logger : quietLogger(options.logger);
  const tokenVersion = options.tokenVersion ?? DEFAULT_TOKEN_VERSION;
  const { clock } = http;
  const serverTime = createServerTime(clock);
  const keys = createSentinelKeys({ accountId, clock, http, serverTime, origin: sentinelOrigin });
  const idTokens = createIdTokenJudge({ accountId, clientId, http, keys, logger, expectation });
  const contextOf = (operation: string): SentinelRequest['context'] => ({ operation, accountId, target: clientId });

  async function sentinelOrigin(): Promise<string> {
    const address: unknown = await options.sentinelDomain();
    // Whoever is wrong here would be sent the client secret. The host is taken as it is, never made up (contract C3).
    if (typeof address === 'string') return originOf(address, http.hostPolicy, 'sentinelDomain');
    throw new ConfigurationError('sentinelDomain must return a host name or an origin', {
      accountId,
      code: 'INVALID_OPTION',
      option: 'sentinelDomain',
    });
  }

  /** Runs one operation within the limits of its call. */
  async function within<T>(
    operation: string,
    call: SentinelCallOptions | undefined,
    work: (limits: CallLimits) => Promise<T>,
  ): Promise<T> {
    if (call !== undefined) checkOptions(call, callRules, operation);
    const limits = http.limits(call);
    const context = contextOf(operation);
    // A call that has ended already begins nothing.
    await http.within(Promise.resolve(), limits, context);
    return http.within(work(limits), limits, context);
  }

  async function prepare(
    operation: string,
    urlAt: (origin: string) => string,
    limits: CallLimits,
    more: Pick<SentinelRequest, 'rule' | 'secrets' | 'maxRetries'>,
  ): Promise<{ readonly request: SentinelRequest; readonly grants: Grants }> {
    const context = contextOf(operation);
    const url = urlAt(await sentinelOrigin());
    const clientSecret = await revealSecret(options.clientSecret, { ...context, option: 'clientSecret' });
    return {
      request: { context, http, url, clientId, clientSecret, limits, serverTime, ...more },
      grants: createGrants(clientSecret, options.clientAuthentication),
    };
  }

  async function obtain(
    request: SentinelRequest,
    recipient: TokenRequest['recipient'],
    grant: TokenRequest['grant'],
  ): Promise<TokenSet> {
    const startedAtMs = clock.now();
    const granted = await requestTokens({ ...request, recipient, grant });
    return readTokens(granted, startedAtMs, serverTime.skewMs());
  }

  function expectation(operation: string, nonce?: string): TokenExpectation {
    return { operation, accountId, clientId, issuer, nowMs: serverTime.now(), nonce };
  }

  return {
    clientCredentials: (call) =>
      within('clientCredentials', call, async (limits) => {
        const version = options.appTokenVersion ?? DEFAULT_APP_TOKEN_VERSION;
        const urlAt = (origin: string): string => appTokenUrl(origin, accountId, version);
        const more = { rule: 'grant', maxRetries: call?.maxRetries } as const;
        const { request, grants } = await prepare('clientCredentials', urlAt, limits, more);
        return obtain(request, 'app', grants.clientCredentials(options.scope));
      }),
    async authorizationUrl(request = {}) {
      checkOptions(
        request,
        { redirectUri: redirectUriRule, scope: text, nonce: flag, parameters: parametersRule },
        'authorizationUrl',
      );
      const { pkce = true, scope } = options;
      return beginLogin({ scope, ...request, origin: await sentinelOrigin(), accountId, clientId, pkce });
    },
    parseCallback(callback, login) {
      checkPendingLogin(login, 'parseCallback');
      return readCallback(callback, login.state, accountId);
    },
    exchangeCode: (callback, login, call) =>
      within('exchangeCode', call, async (limits) => {
        checkPendingLogin(login, 'exchangeCode');
        const { codeVerifier, nonce } = login;
        const code = revealed(callback.code, 'exchangeCode', 'callback.code');
        const secrets = [code, codeVerifier ?? '', login.state].filter((secret) => secret !== '');
        const urlAt = (origin: string): string => userTokenUrl(origin, accountId, tokenVersion);
        const more = { rule: 'single-use', secrets, maxRetries: call?.maxRetries } as const;
        const { request, grants } = await prepare('exchangeCode', urlAt, limits, more);
        const tokens = await obtain(request, 'user', grants.code(code, login));
        if (tokens.idToken === undefined) return tokens;
        return { ...tokens, claims: await idTokens.ofLogin(tokens.idToken.reveal(), nonce, limits) };
      }),
    refresh: (given, call) =>
      within('refresh', call, async (limits) => {
        const before = isSet(given) ? given : undefined;
        const refreshToken = revealed(isSet(given) ? given.refreshToken : given, 'refresh', 'tokens');
        const urlAt = (origin: string): string => userTokenUrl(origin, accountId, tokenVersion);
        const more = { rule: 'single-use', secrets: [refreshToken], maxRetries: call?.maxRetries } as const;
        const { request, grants } = await prepare('refresh', urlAt, limits, more);
        const { idToken: came, ...next } = await obtain(request, 'user', grants.refresh(refreshToken));
        const { idToken: earlier, scope } = before ?? {};
        const isGood = came !== undefined && (await idTokens.isGoodAfterRefresh(came.reveal(), earlier?.reveal()));
        const idToken = isGood ? came : earlier;
        return {
          ...(scope === undefined ? {} : { scope }),
          // None came: the old one stays good (RFC 6749 section 6).
          refreshToken: new Secret(refreshToken),
          ...next,
          ...(idToken === undefined ? {} : { idToken }),
        };
      }),
    revoke: (given, call) =>
      within('revoke', call, async (limits) => {
        const token = revealed(isSet(given) ? (given.refreshToken ?? given.accessToken) : given, 'revoke', 'tokens');
        const urlAt = (origin: string): string => revokeUrl(origin, accountId);
        const more = { rule: 'grant', secrets: [token], maxRetries: call?.maxRetries } as const;
        const { request, grants } = await prepare('revoke', urlAt, limits, more);
        await requestRevocation(request, grants.revoke(token));
      }),
    jwks: (call) => within('jwks', call, keys.fetch),
    verifyIdToken: (idToken, expected = {}, call) =>
      within('verifyIdToken', call, async (limits) => {
        checkOptions(expected, PENDING_LOGIN_RULES, 'verifyIdToken');
        const token = revealed(idToken, 'verifyIdToken', 'idToken');
        const finder = keys.finder(limits);
        // The signature first: it brings Sentinel's time along, by which the claims are judged.
        await checkSignature(token, finder, expectation('verifyIdToken'));
        return readIdToken(token, expectation('verifyIdToken', expected.nonce));
      }),
    verifyAppToken: (given, call) =>
      within('verifyAppToken', call, async (limits) => {
        const token = revealed(isSet(given) ? given.accessToken : given, 'verifyAppToken', 'accessToken');
        const finder = keys.finder(limits);
        await checkSignature(token, finder, expectation('verifyAppToken'), 'the access token');
        return readAppToken(token, finder, expectation('verifyAppToken'));
      }),
  };
}

/** A whole pending login may be given. */
const PENDING_LOGIN_RULES = {
  nonce: text,
  state: anything,
  codeVerifier: anything,
  redirectUri: anything,
  url: anything,
};

function isSet(given: unknown): given is TokenSet {
  return typeof given === 'object' && given !== null && 'accessToken' in given;
}

function revealed(token: unknown, operation: string, option: string): string {
  const problem = typeof token === 'function' ? 'must be a text or a Secret' : required(secretRule)(token);
  if (problem !== undefined) {
    throw new ConfigurationError(`${operation}: ${option} ${problem}`, { code: 'INVALID_OPTION', option });
  }
  return typeof token === 'string' ? token : (token as Secret).reveal();
}
