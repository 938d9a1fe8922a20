import { ConfigurationError } from '@lp-functions/errors';
import type { DomainStore } from '@lp-functions/domain-discovery';
import type { Platform, TelemetryApi, UndefinedProperties } from '@lp-functions/faas-invoker';
import {
  accountIdRule,
  anything,
  type Authorizer,
  callable,
  checkOptions,
  type Clock,
  duration,
  type EventListener,
  flag,
  type HttpTransport,
  type Logger,
  type OptionRule,
  type ProxySettings,
  required,
  type RetryOptions,
  text,
  withMethods,
} from '@lp-functions/http';
import type { AuthMethod, TokenStore } from '@lp-functions/sentinel-oauth';

/** Options of {@link createFunctionsClient}. */
export interface FunctionsClientOptions {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /** How to authenticate: usually `clientCredentials({ clientId, clientSecret })`. */
  readonly auth: AuthMethod | Authorizer;
  /** Where the Domain API is. Default `https://api.liveperson.net`. Plain http only on loopback. */
  readonly discoveryUrl?: string | undefined;
  /** How long a list of hosts is fresh, in milliseconds. Default 600,000 (10 min). */
  readonly discoveryTtlMs?: number | undefined;
  /** Where lists of hosts are kept for other processes, and for the next one. Default: nowhere. */
  readonly domainStore?: DomainStore | undefined;
  /** Services whose address is known (`faasGW`, `sentinel`), as a bare host or an origin on loopback. */
  readonly domains?: Readonly<Record<string, string>> | undefined;
  /** Generation of the platform. Default `'auto'`: by the name of the gateway's host. */
  readonly platform?: Platform | 'auto' | undefined;
  /** Name of the calling system, as the platform is told. Default `lp-functions`. */
  readonly eventSource?: string | undefined;
  /** What `User-Agent` says to the platform after our own name: that of the application, such as `order-service/2.1`. */
  readonly userAgentSuffix?: string | undefined;
  /** LivePerson user in whose name calls are made, where the token does not say so. */
  readonly userId?: string | undefined;
  /** Limit of one attempt of an invocation in milliseconds. Default 40,000. */
  readonly timeoutMs?: number | undefined;
  /** Limit of a whole call in milliseconds, with discovery, token, attempts and waits. Default 120,000. */
  readonly deadlineMs?: number | undefined;
  /** Numbers of the retry policy. */
  readonly retry?: RetryOptions | undefined;
  /** Sends all requests. Default: got for discovery and tokens, undici for invocations. A given one is not closed. */
  readonly transport?: HttpTransport | undefined;
  /**
   * Proxies to go through; none by default, whatever the environment says. Loopback is always reached directly. Not beside
   * `transport`, which has connections of its own.
   */
  readonly proxy?: ProxySettings | undefined;
  /**
   * Another identity for listing functions, where the one that invokes may not: usually a user. It is kept by
   * {@link FunctionsClient.withAuth}.
   */
  readonly listingAuthorizer?: AuthMethod | Authorizer | undefined;
  /** Limit of an answer to an invocation in bytes. Default 10 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** Where tokens are kept. Default: in this client's memory. */
  readonly tokenStore?: TokenStore | undefined;
  /** Hosts that answers may name, besides loopback for a loopback Domain API. Default `['liveperson.net']`. */
  readonly allowedHostSuffixes?: readonly string[] | undefined;
  /** Allows plain `http:` beyond loopback for addresses that you give. */
  readonly allowInsecureHttp?: boolean | undefined;
  /** Four methods, as `console` has them. Attempts are logged as debug, repeats as info, what is amiss as warn. */
  readonly logger?: Logger | undefined;
  /** Told what happens: attempts, renewed tokens, stale host lists. What it throws changes nothing. */
  readonly onEvent?: EventListener | undefined;
  /** What becomes of properties of a payload that are `undefined`, for calls that do not say. Default `'refuse'`. */
  readonly undefinedProperties?: UndefinedProperties | undefined;
  /** The module `@opentelemetry/api`: spans and metrics for every call. Default: none, at no cost. */
  readonly telemetry?: TelemetryApi | undefined;
  /** Where time comes from. For tests. */
  readonly clock?: Clock | undefined;
}

const suffixesRule: OptionRule = (value) =>
  value === undefined || (Array.isArray(value) && value.every((suffix) => typeof suffix === 'string' && suffix !== ''))
    ? undefined
    : 'must be a list of domain names';

/** An {@link AuthMethod}, or an authorizer ready made. */
export const authRule: OptionRule = (value) =>
  typeof value === 'function' || (value !== undefined && withMethods('authorize')(value) === undefined)
    ? undefined
    : 'must say how to authenticate, for example clientCredentials({ clientId, clientSecret })';

/** `anything` is checked by the package that it is for, under the same name. */
const optionRules: Readonly<Record<keyof FunctionsClientOptions, OptionRule>> = {
  accountId: required(accountIdRule),
  auth: authRule,
  discoveryUrl: text,
  discoveryTtlMs: duration,
  domainStore: withMethods('get', 'set'),
  domains: anything,
  platform: anything,
  eventSource: anything,
  userAgentSuffix: anything,
  userId: anything,
  timeoutMs: duration,
  deadlineMs: duration,
  retry: anything,
  transport: withMethods('send', 'close'),
  proxy: anything,
  listingAuthorizer: (value) => (value === undefined ? undefined : authRule(value)),
  maxResponseBytes: anything,
  tokenStore: withMethods('get', 'set', 'delete', 'withLock'),
  allowedHostSuffixes: suffixesRule,
  allowInsecureHttp: flag,
  logger: withMethods('debug', 'info', 'warn', 'error'),
  onEvent: callable,
  undefinedProperties: anything,
  telemetry: anything,
  clock: withMethods('now', 'monotonicNow', 'sleep'),
};

/**
 * Checks the options of a client.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkClientOptions(options: FunctionsClientOptions): void {
  checkOptions(options, optionRules, 'createFunctionsClient');
  if (options.transport === undefined || options.proxy === undefined) return;
  throw new ConfigurationError('proxy is of no use beside transport, which has connections of its own', {
    code: 'INVALID_OPTION',
    option: 'proxy',
  });
}
