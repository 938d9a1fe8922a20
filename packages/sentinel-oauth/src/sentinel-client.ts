import { ConfigurationError, Secret } from '@lp-functions/errors';
import {
  abortSignal,
  accountIdRule,
  type CallLimits,
  callable,
  checkOptions,
  count,
  createHttpClient,
  duration,
  type HttpClient,
  type OptionRule,
  originOf,
  required,
  text,
  withMethods,
} from '@lp-functions/http';
import type { TokenEndpointResponse } from 'oauth4webapi';
import {
  APP_TOKEN_VERSIONS,
  type AppTokenVersion,
  appTokenUrl,
  DEFAULT_APP_TOKEN_VERSION,
} from './app-token-endpoint.ts';
import { jwtTimes } from './jwt-times.ts';
import { revealSecret, secretRule, type SecretSource } from './secret-source.ts';
import { requestTokens } from './sentinel-request.ts';
import { lifetimeOf } from './token-lifetime.ts';
import type { TokenSet } from './token-set.ts';

/** A client secret, or a function that fetches it when it is needed. */
export type ClientSecret = SecretSource;

/** How the client authenticates itself (RFC 6749 section 2.3.1). */
export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic';

/** The app installation, and how it asks for tokens. */
export interface AppCredentials {
  /** `client_id` of the app installation. */
  readonly clientId: string;
  /** `client_secret` of the app installation. */
  readonly clientSecret: ClientSecret;
  /** Where the credentials go: into the body, or a Basic header. Default `client_secret_post`, as LivePerson documents. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Scopes to ask for, space separated. Default: none, so that the app gets what it was installed with. */
  readonly scope?: string | undefined;
  /** Spelling of the client-credentials endpoint. Default `'2.0'`. */
  readonly appTokenVersion?: AppTokenVersion | undefined;
}

/** Options of {@link createSentinelClient}. */
export interface SentinelClientOptions extends AppCredentials {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /**
   * Where Sentinel is, usually `() => discovery.resolve('sentinel')`: an origin, or a bare host (https is meant). Plain http
   * only on loopback.
   */
  readonly sentinelDomain: () => Promise<string> | string;
  /** Sends the requests. Default: a client of its own. */
  readonly http?: HttpClient | undefined;
}

/** Limits of one request. */
export interface SentinelCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
  /** Repeats at most. Default: what the HTTP client's policy says. */
  readonly maxRetries?: number | undefined;
}

/** Speaks OAuth 2.0 with Sentinel, for one app on one account. It keeps nothing: see {@link createTokenSource}. */
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
}

const authenticationRule: OptionRule = (value) =>
  value === undefined || value === 'client_secret_post' || value === 'client_secret_basic'
    ? undefined
    : 'must be client_secret_post or client_secret_basic';

const versionRule: OptionRule = (value) =>
  value === undefined || APP_TOKEN_VERSIONS.includes(value as AppTokenVersion)
    ? undefined
    : `must be one of ${APP_TOKEN_VERSIONS.join(', ')}`;

/** Rules of {@link AppCredentials}, for every factory that takes them. */
export const appCredentialRules: Readonly<Record<keyof AppCredentials, OptionRule>> = {
  clientId: required(text),
  clientSecret: required(secretRule),
  clientAuthentication: authenticationRule,
  scope: text,
  appTokenVersion: versionRule,
};

const callRules: Readonly<Record<keyof SentinelCallOptions, OptionRule>> = {
  signal: abortSignal,
  deadlineMs: duration,
  maxRetries: count,
};

/**
 * Makes a client of Sentinel for one app on one account.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createSentinelClient(options: SentinelClientOptions): SentinelClient {
  checkOptions(
    options,
    {
      accountId: required(accountIdRule),
      sentinelDomain: required(callable),
      http: withMethods('request', 'limits', 'within'),
      ...appCredentialRules,
    },
    'createSentinelClient',
  );
  const { accountId, clientId, scope, http = createHttpClient() } = options;
  const version = options.appTokenVersion ?? DEFAULT_APP_TOKEN_VERSION;
  const basic = options.clientAuthentication === 'client_secret_basic';
  const context = { operation: 'clientCredentials', accountId, target: clientId };

  async function sentinelOrigin(): Promise<string> {
    const address: unknown = await options.sentinelDomain();
    // Whoever is wrong here would be sent the client secret.
    if (typeof address === 'string') return originOf(address, http.hostPolicy, 'sentinelDomain');
    throw new ConfigurationError('sentinelDomain must return a host name or an origin', {
      ...context,
      code: 'INVALID_OPTION',
      option: 'sentinelDomain',
    });
  }

  async function clientCredentials(limits: CallLimits, maxRetries: number | undefined): Promise<TokenSet> {
    const origin = await sentinelOrigin();
    const clientSecret = await revealSecret(options.clientSecret, { ...context, option: 'clientSecret' });
    const startedAtMs = http.clock.now();
    const answer = await requestTokens({
      context,
      http,
      url: appTokenUrl(origin, accountId, version),
      clientId,
      clientSecret,
      recipient: 'app',
      rule: 'grant',
      limits,
      maxRetries,
      async grant({ oauth, server, client, options: requestOptions }) {
        const authentication = (basic ? oauth.ClientSecretBasic : oauth.ClientSecretPost)(clientSecret);
        const parameters = scope === undefined ? {} : { scope };
        return oauth.processClientCredentialsResponse(
          server,
          client,
          await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, requestOptions),
        );
      },
    });
    return readTokens(answer, startedAtMs);
  }

  return {
    async clientCredentials(call) {
      if (call !== undefined) checkOptions(call, callRules, 'clientCredentials');
      const limits = http.limits(call);
      // A call that has ended already begins nothing.
      await http.within(Promise.resolve(), limits, context);
      return http.within(clientCredentials(limits, call?.maxRetries), limits, context);
    },
  };
}

async function readTokens(answer: TokenEndpointResponse, startedAtMs: number): Promise<TokenSet> {
  const { access_token: accessToken, expires_in: expiresInSeconds, scope } = answer;
  const clues = expiresInSeconds === undefined ? await jwtTimes(accessToken) : { expiresInSeconds };
  return {
    accessToken: new Secret(accessToken),
    obtainedAtMs: startedAtMs,
    expiresAtMs: startedAtMs + lifetimeOf(clues, startedAtMs),
    ...(scope === undefined ? {} : { scope }),
  };
}
