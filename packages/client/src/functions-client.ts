import {
  createDomainDiscovery,
  DEFAULT_DISCOVERY_URL,
  type DomainDiscovery,
  type ResolveOptions,
} from '@lp-functions/domain-discovery';
import { createFaasInvoker, type FaasInvoker } from '@lp-functions/faas-invoker';
import {
  type Authorizer,
  baseUrlOf,
  checkOptions,
  createGotTransport,
  createHttpClient,
  createInvocationTransport,
  type HttpClient,
} from '@lp-functions/http';
import type { AuthMethod } from '@lp-functions/sentinel-oauth';
import { authorizerOf } from './client-authorizer.ts';
import { authRule, checkClientOptions, type FunctionsClientOptions } from './functions-client-options.ts';

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
  checkClientOptions(options);
  const { accountId, transport, proxy, retry, logger, onEvent, clock } = options;
  const { allowedHostSuffixes, allowInsecureHttp } = options;
  const injected = { retry, logger, onEvent, clock, hostPolicy: { allowedHostSuffixes, allowInsecureHttp } };
  const controlTransport = transport ?? createGotTransport({ proxy });
  const dataTransport = transport ?? createInvocationTransport({ proxy });
  const control = createHttpClient({ ...injected, transport: controlTransport });
  const data = createHttpClient({ ...injected, transport: dataTransport });
  const discovery = createDomainDiscovery({
    accountId,
    // Judged here, under the name that the caller knows it by.
    baseUrl: baseUrlOf(options.discoveryUrl ?? DEFAULT_DISCOVERY_URL, control.hostPolicy, 'discoveryUrl'),
    ttlMs: options.discoveryTtlMs,
    domains: options.domains,
    store: options.domainStore,
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
  const authorizer = authorizerOf(auth, { ...parts, option: 'auth' });
  const { listingAuthorizer } = options;
  const invoker = createFaasInvoker({
    accountId,
    gatewayDomain: (unreachable) => discovery.resolve('faasGW', elsewhere(unreachable)),
    listingDomain: (unreachable) => discovery.resolve('faasUI', elsewhere(unreachable)),
    authorizer,
    listingAuthorizer:
      listingAuthorizer === undefined
        ? undefined
        : authorizerOf(listingAuthorizer, { ...parts, option: 'listingAuthorizer' }),
    maxResponseBytes: options.maxResponseBytes,
    undefinedProperties: options.undefinedProperties,
    telemetry: options.telemetry,
    platform: options.platform,
    eventSource: options.eventSource,
    userAgentSuffix: options.userAgentSuffix,
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

/** Nothing to check, in the ordinary case, for every single call. */
function elsewhere(unreachable: string | undefined): ResolveOptions | undefined {
  return unreachable === undefined ? undefined : { unreachable };
}
