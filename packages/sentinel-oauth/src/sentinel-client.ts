import { Secret } from '@lp-functions/errors';
import {
  accountIdRule,
  anything,
  type CallLimits,
  callable,
  checkOptions,
  createHttpClient,
  type HttpClient,
  type OptionRule,
  required,
  text,
} from '@lp-functions/http';
import type { TokenEndpointResponse } from 'oauth4webapi';
import {
  APP_TOKEN_VERSIONS,
  type AppTokenVersion,
  appTokenUrl,
  DEFAULT_APP_TOKEN_VERSION,
} from './app-token-endpoint.ts';
import { jwtTimes } from './jwt-times.ts';
import { requestTokens } from './sentinel-request.ts';
import { lifetimeOf } from './token-lifetime.ts';
import type { TokenSet } from './token-set.ts';

/** A client secret, or a function that fetches it when it is needed. */
export type ClientSecret = string | Secret | (() => string | Secret | Promise<string | Secret>);

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
  /** Origin of Sentinel, usually `() => discovery.resolve('sentinel')`. */
  readonly sentinelDomain: () => Promise<string> | string;
  /** Sends the requests. Default: a client of its own. */
  readonly http?: HttpClient | undefined;
}

/** Limits of one request. */
export interface SentinelCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
}

/** Speaks OAuth 2.0 with Sentinel, for one app on one account. It keeps nothing: see {@link createTokenSource}. */
export interface SentinelClient {
  /**
   * Obtains tokens for the app itself (RFC 6749 section 4.4). Repeated on network failures, 429 and 5xx.
   *
   * @throws {@link SentinelOAuthError} GRANT_REFUSED, SENTINEL_UNAVAILABLE, SENTINEL_UNREADABLE.
   * @throws {@link TransportError} if Sentinel cannot be reached, or the call was ended.
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

const secretRule: OptionRule = (value) =>
  value === undefined ||
  (typeof value === 'string' && value !== '') ||
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && 'reveal' in value)
    ? undefined
    : 'must be a text that is not empty, a Secret, or a function that returns one';

/** Rules of {@link AppCredentials}, for every factory that takes them. */
export const appCredentialRules: Readonly<Record<keyof AppCredentials, OptionRule>> = {
  clientId: required(text),
  clientSecret: required(secretRule),
  clientAuthentication: authenticationRule,
  scope: text,
  appTokenVersion: versionRule,
};

/**
 * Makes a client of Sentinel for one app on one account.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createSentinelClient(options: SentinelClientOptions): SentinelClient {
  checkOptions(
    options,
    { accountId: required(accountIdRule), sentinelDomain: required(callable), http: anything, ...appCredentialRules },
    'createSentinelClient',
  );
  const { accountId, clientId, scope, http = createHttpClient() } = options;
  const version = options.appTokenVersion ?? DEFAULT_APP_TOKEN_VERSION;
  const basic = options.clientAuthentication === 'client_secret_basic';

  async function clientCredentials(limits: CallLimits): Promise<TokenSet> {
    const origin = await options.sentinelDomain();
    const clientSecret = await revealSecret(options.clientSecret);
    const startedAtMs = http.clock.now();
    const answer = await requestTokens({
      context: { operation: 'clientCredentials', accountId, target: clientId },
      http,
      url: appTokenUrl(origin, accountId, version),
      clientId,
      clientSecret,
      rule: 'grant',
      limits,
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
    clientCredentials(call) {
      const limits = http.limits(call);
      return http.within(clientCredentials(limits), limits);
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

async function revealSecret(secret: ClientSecret): Promise<string> {
  const value = typeof secret === 'function' ? await secret() : secret;
  return typeof value === 'string' ? value : value.reveal();
}
