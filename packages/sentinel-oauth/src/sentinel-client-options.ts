import {
  abortSignal,
  accountIdRule,
  callable,
  checkOptions,
  count,
  duration,
  flag,
  type HttpClient,
  type Logger,
  type OptionRule,
  required,
  text,
  withMethods,
} from '@lp-functions/http';
import { APP_TOKEN_VERSIONS, type AppTokenVersion } from './app-token-endpoint.ts';
import { secretRule, type SecretSource } from './secret-source.ts';
import { TOKEN_VERSIONS, type TokenVersion } from './user-token-endpoint.ts';

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
  /** Scopes to ask for, space separated, any that there are (contract C8). Default: none: the app gets what it was installed with. */
  readonly scope?: string | undefined;
  /** Spelling of the client-credentials endpoint. Default `'2.0'`. */
  readonly appTokenVersion?: AppTokenVersion | undefined;
  /** Version of the token endpoint for users, for code exchange and refresh. Default `'2.0'`. */
  readonly tokenVersion?: TokenVersion | undefined;
  /** Sends a PKCE challenge (RFC 7636, S256) with authorization requests. Default true: who does not know it ignores it. */
  readonly pkce?: boolean | undefined;
  /** `iss` of tokens, compared without regard to case. Default `Sentinel`. */
  readonly issuer?: string | undefined;
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
  /** Told when an ID token could not be verified for want of a key. Default: that of `http`. */
  readonly logger?: Logger | undefined;
}

/** Limits of one request. */
export interface SentinelCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
  /** Repeats at most. Default: what the HTTP client's policy says. */
  readonly maxRetries?: number | undefined;
}

const authenticationRule: OptionRule = (value) =>
  value === undefined || value === 'client_secret_post' || value === 'client_secret_basic'
    ? undefined
    : 'must be client_secret_post or client_secret_basic';

function oneOf(choices: readonly string[]): OptionRule {
  return (value) =>
    value === undefined || choices.includes(value as string) ? undefined : `must be one of ${choices.join(', ')}`;
}

/** Rules of {@link AppCredentials}, for every factory that takes them. */
export const appCredentialRules: Readonly<Record<keyof AppCredentials, OptionRule>> = {
  clientId: required(text),
  clientSecret: required(secretRule),
  clientAuthentication: authenticationRule,
  scope: text,
  appTokenVersion: oneOf(APP_TOKEN_VERSIONS),
  tokenVersion: oneOf(TOKEN_VERSIONS),
  pkce: flag,
  issuer: text,
};

/** Rules of {@link SentinelCallOptions}. */
export const callRules: Readonly<Record<keyof SentinelCallOptions, OptionRule>> = {
  signal: abortSignal,
  deadlineMs: duration,
  maxRetries: count,
};

/**
 * Checks the options of a client.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkClientOptions(options: SentinelClientOptions): void {
  checkOptions(
    options,
    {
      accountId: required(accountIdRule),
      sentinelDomain: required(callable),
      http: withMethods('request', 'limits', 'within'),
      logger: withMethods('debug', 'info', 'warn', 'error'),
      ...appCredentialRules,
    },
    'createSentinelClient',
  );
}
