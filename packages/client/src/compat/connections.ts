import { createDomainDiscovery, DEFAULT_DISCOVERY_URL } from '@lp-functions/domain-discovery';
import {
  type Authorizer,
  baseUrlOf,
  createGotTransport,
  createHttpClient,
  createInvocationTransport,
  type HttpClient,
  type HttpTransport,
  originOf,
} from '@lp-functions/http';
import { clientCredentials, createMemoryTokenStore } from '@lp-functions/sentinel-oauth';
import { type AppJwtCredentials, type AuthStrategy, isAppCredentials } from './auth-strategy.ts';
import type { Settings } from './config.ts';
import type { Tooling } from './tooling.ts';

/** One account's hosts and tokens. */
export interface AccountConnection {
  /** Origin of a service. @param unreachable - where it was said to be, and could not be reached. */
  locate(service: string, unreachable?: string): Promise<string>;
  /** Authorizes requests under an identity. @param onThrown - given what a function of the caller's threw, as it is. */
  authorizer(strategy: AuthStrategy, onThrown: (error: unknown) => void): Authorizer;
}

/** What a client sends with. */
export interface Connections {
  readonly http: HttpClient;
  account(accountId: string): AccountConnection;
  close(): Promise<void>;
}

/** Of accounts, and of identities of one account. Whoever has more makes clients of their own. */
const MAX_REMEMBERED = 100;

/**
 * Makes the connections of one client. Nothing is sent.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, INSECURE_HTTP.
 */
export function openConnections(settings: Settings, tooling: Tooling): Connections {
  const { protocol, proxy, allowedHostSuffixes } = settings;
  const hostPolicy = { allowedHostSuffixes, allowInsecureHttp: protocol === 'http' };
  const controlTransport = createGotTransport({ proxy });
  const dataTransport = createInvocationTransport({ proxy });
  const control = createHttpClient({ transport: controlTransport, hostPolicy });
  const domainApi = createHttpClient({ transport: withHeaders(controlTransport, settings), hostPolicy });
  const http = createHttpClient({ transport: dataTransport, hostPolicy });
  const baseUrl = baseUrlOf(settings.discoveryUrl ?? DEFAULT_DISCOVERY_URL, control.hostPolicy, 'discoveryUrl');
  const accounts = new Map<string, AccountConnection>();

  function connect(accountId: string): AccountConnection {
    const { getCsdsEntry } = tooling;
    const discovery = createDomainDiscovery({
      accountId,
      baseUrl,
      // A list that is never fresh would be one for each of many calls at once.
      ttlMs: Math.max(settings.csdsTtlSeconds * 1_000, 1),
      http: domainApi,
    });
    const identities = new Map<string, Authorizer>();
    const locate: AccountConnection['locate'] = async (service, unreachable) => {
      if (getCsdsEntry === undefined) return discovery.resolve(service, { unreachable });
      return originOf(await getCsdsEntry(accountId, service), control.hostPolicy, 'getCsdsEntry');
    };
    const withCredentials = ({ clientId, clientSecret }: AppJwtCredentials): Authorizer =>
      remembered(identities, JSON.stringify([clientId, clientSecret]), () =>
        clientCredentials({ clientId, clientSecret })({
          accountId,
          sentinelDomain: () => locate('sentinel'),
          http: control,
          clock: control.clock,
          tokenStore: createMemoryTokenStore(),
          onEvent: undefined,
        }),
      );
    return {
      async locate(service, unreachable) {
        const origin = await locate(service, unreachable);
        return protocol === 'http' ? origin.replace(/^https:/, 'http:') : origin;
      },
      authorizer: (strategy, onThrown) =>
        isAppCredentials(strategy) ? withCredentials(strategy) : callingBack(strategy, onThrown),
    };
  }

  return {
    http,
    account: (accountId) => remembered(accounts, accountId, () => connect(accountId)),
    async close() {
      await Promise.all([control, domainApi, http].map((client) => client.close()));
      await Promise.all([controlTransport.close(), dataTransport.close()]);
    },
  };
}

/** Asks functions of the caller's, which are told URL and method as the official client tells them. */
function callingBack(
  strategy: Exclude<AuthStrategy, AppJwtCredentials>,
  onThrown: (error: unknown) => void,
): Authorizer {
  const headersFor = async (url: string, method: string): Promise<Readonly<Record<string, string>>> => {
    if (typeof strategy === 'function') return { authorization: await strategy({ url, method }) };
    const token = await strategy.getAccessTokenInternal(`https://${new URL(url).host}`);
    return { authorization: `DPoP ${token}`, dpop: await strategy.getDpopHeaderInternal(url, method, token) };
  };
  return {
    async authorize({ url, method }) {
      try {
        return await headersFor(url, method.toLowerCase());
      } catch (error) {
        onThrown(error);
        throw error;
      }
    },
  };
}

function withHeaders(transport: HttpTransport, { csdsHttpHeaders }: Settings): HttpTransport {
  const added = Object.fromEntries(
    Object.entries(csdsHttpHeaders).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return {
    send: (request) => transport.send({ ...request, headers: { ...request.headers, ...added } }),
    close: () => Promise.resolve(),
  };
}

/** The value of a key, made if there is none; the oldest one goes when there are too many. */
function remembered<T>(values: Map<string, T>, key: string, make: () => T): T {
  const known = values.get(key);
  if (known !== undefined) return known;
  const [oldest] = values.keys();
  if (values.size >= MAX_REMEMBERED && oldest !== undefined) values.delete(oldest);
  const made = make();
  values.set(key, made);
  return made;
}
