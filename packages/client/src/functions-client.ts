import { ConfigurationError } from '@lp-functions/errors';
import { createDomainDiscovery, DEFAULT_DISCOVERY_URL, type DomainDiscovery } from '@lp-functions/domain-discovery';
import {
  createFaasInvoker,
  type FaasInvoker,
  INVOCATION_TIMEOUT_MS,
  type Platform,
  type TelemetryApi,
} from '@lp-functions/faas-invoker';
import {
  accountIdRule,
  anything,
  type Authorizer,
  baseUrlOf,
  callable,
  checkOptions,
  type Clock,
  createGotTransport,
  createHttpClient,
  createUndiciTransport,
  duration,
  type EventListener,
  flag,
  type HttpClient,
  type HttpTransport,
  type Logger,
  type OptionRule,
  type ProxySettings,
  required,
  type RetryOptions,
  text,
  withMethods,
} from '@lp-functions/http';
import { type AuthMethod, createMemoryTokenStore, type TokenStore } from '@lp-functions/sentinel-oauth';

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
  /** Services whose address is known (`faasGW`, `sentinel`), as a bare host or an origin on loopback. */
  readonly domains?: Readonly<Record<string, string>> | undefined;
  /** Generation of the platform. Default `'auto'`: by the name of the gateway's host. */
  readonly platform?: Platform | 'auto' | undefined;
  /** Name of the calling system, as the platform is told. Default `lp-functions`. */
  readonly eventSource?: string | undefined;
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
  /** The module `@opentelemetry/api`: spans and metrics for every invocation. Default: none, at no cost. */
  readonly telemetry?: TelemetryApi | undefined;
  /** Where time comes from. For tests. */
  readonly clock?: Clock | undefined;
}

/** Calls the functions of one account: discovery, tokens and invocation in one object. */
export interface FunctionsClient extends FaasInvoker {
  /** Finds the account's hosts. */
  readonly discovery: DomainDiscovery;
  /** Authorizes requests; use it for other LivePerson APIs. */
  readonly authorizer: Authorizer;
  /**
   * The same client under another identity. Connections and hosts are shared, tokens are not.
   *
   * @param auth - how the other one authenticates.
   */
  withAuth(auth: AuthMethod | Authorizer): FunctionsClient;
  /** Ends the connections that this client made. One from {@link FunctionsClient.withAuth} made none. */
  close(): Promise<void>;
}

/** What clients of one account with different identities share. */
interface SharedParts {
  readonly options: FunctionsClientOptions;
  readonly control: HttpClient;
  readonly data: HttpClient;
  readonly discovery: DomainDiscovery;
}

const suffixesRule: OptionRule = (value) =>
  value === undefined || (Array.isArray(value) && value.every((suffix) => typeof suffix === 'string' && suffix !== ''))
    ? undefined
    : 'must be a list of domain names';

const authRule: OptionRule = (value) =>
  typeof value === 'function' || (value !== undefined && withMethods('authorize')(value) === undefined)
    ? undefined
    : 'must say how to authenticate, for example clientCredentials({ clientId, clientSecret })';

/** `anything` is checked by the package that it is for, under the same name. */
const optionRules: Readonly<Record<keyof FunctionsClientOptions, OptionRule>> = {
  accountId: required(accountIdRule),
  auth: authRule,
  discoveryUrl: text,
  discoveryTtlMs: duration,
  domains: anything,
  platform: anything,
  eventSource: anything,
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
  telemetry: anything,
  clock: withMethods('now', 'monotonicNow', 'sleep'),
};

/**
 * Makes a client of LivePerson Functions for one account. Nothing is sent before the first call.
 *
 * @param options - account, identity, and what deviates from the defaults.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION, INSECURE_HTTP.
 * @example
 * ```ts
 * import { clientCredentials, createFunctionsClient } from '@lp-functions/client';
 *
 * const functions = createFunctionsClient({
 *   accountId: process.env['LPFN_ACCOUNT_ID'] ?? '',
 *   auth: clientCredentials({
 *     clientId: process.env['LPFN_CLIENT_ID'] ?? '',
 *     clientSecret: process.env['LPFN_CLIENT_SECRET'] ?? '',
 *   }),
 * });
 * const { result } = await functions.invokeByUuid('6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', { n: 1 });
 * ```
 */
export function createFunctionsClient(options: FunctionsClientOptions): FunctionsClient {
  checkOptions(options, optionRules, 'createFunctionsClient');
  const { accountId, transport, proxy, retry, logger, onEvent, clock } = options;
  if (transport !== undefined && proxy !== undefined) {
    throw new ConfigurationError('proxy is of no use beside transport, which has connections of its own', {
      code: 'INVALID_OPTION',
      option: 'proxy',
    });
  }
  const { allowedHostSuffixes, allowInsecureHttp } = options;
  const injected = { retry, logger, onEvent, clock, hostPolicy: { allowedHostSuffixes, allowInsecureHttp } };
  const controlTransport = transport ?? createGotTransport({ proxy });
  const dataTransport = transport ?? createUndiciTransport({ proxy });
  const control = createHttpClient({ ...injected, transport: controlTransport });
  const data = createHttpClient({ ...injected, transport: dataTransport, timeoutMs: INVOCATION_TIMEOUT_MS });
  const discovery = createDomainDiscovery({
    accountId,
    // Judged here, under the name that the caller knows it by.
    baseUrl: baseUrlOf(options.discoveryUrl ?? DEFAULT_DISCOVERY_URL, control.hostPolicy, 'discoveryUrl'),
    ttlMs: options.discoveryTtlMs,
    domains: options.domains,
    http: control,
  });
  return clientFor(options.auth, { options, control, data, discovery }, async () => {
    await Promise.all([control.close(), data.close()]);
    if (transport === undefined) await Promise.all([controlTransport.close(), dataTransport.close()]);
  });
}

function clientFor(auth: AuthMethod | Authorizer, parts: SharedParts, close: () => Promise<void>): FunctionsClient {
  const { options, data, discovery } = parts;
  const { accountId } = options;
  const authorizer = authorizerOf(auth, parts, 'auth');
  const { listingAuthorizer } = options;
  const invoker = createFaasInvoker({
    accountId,
    gatewayDomain: () => discovery.resolve('faasGW'),
    listingDomain: () => discovery.resolve('faasUI'),
    authorizer,
    listingAuthorizer:
      listingAuthorizer === undefined ? undefined : authorizerOf(listingAuthorizer, parts, 'listingAuthorizer'),
    maxResponseBytes: options.maxResponseBytes,
    telemetry: options.telemetry,
    platform: options.platform,
    eventSource: options.eventSource,
    userId: options.userId,
    timeoutMs: options.timeoutMs,
    deadlineMs: options.deadlineMs,
    http: data,
  });
  return {
    ...invoker,
    discovery,
    authorizer,
    withAuth(other) {
      checkOptions({ auth: other }, { auth: authRule }, 'withAuth');
      return clientFor(other, parts, () => Promise.resolve());
    },
    close,
  };
}

function authorizerOf(
  auth: AuthMethod | Authorizer,
  { options, control, discovery }: SharedParts,
  option: 'auth' | 'listingAuthorizer',
): Authorizer {
  if (typeof auth !== 'function') return auth;
  const made = auth({
    accountId: options.accountId,
    sentinelDomain: () => discovery.resolve('sentinel'),
    http: control,
    clock: control.clock,
    tokenStore: options.tokenStore ?? createMemoryTokenStore(),
    onEvent: options.onEvent,
  });
  const problem = required(withMethods('authorize'))(made);
  if (problem === undefined) return made;
  throw new ConfigurationError(`${option} returned something that cannot authorize: it ${problem}`, {
    code: 'INVALID_OPTION',
    option,
    hint: 'Use clientCredentials(), staticBearer() or customAuthorizer(), or return an object with authorize().',
  });
}
