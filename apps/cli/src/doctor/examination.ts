import { createFunctionsClient, createUndiciTransport, type FunctionsClient, staticBearer } from '@lp-functions/client';
import { createDomainDiscovery } from '@lp-functions/domain-discovery';
import { createGotTransport, createHttpClient, isLoopbackHost, proxyFor, proxyHost } from '@lp-functions/http';
import { createSentinelClient, type SentinelClient } from '@lp-functions/sentinel-oauth';
import type { ControlPlane } from '../connection.ts';
import type { AccountSettings, IdentitySettings } from '../settings/settings.ts';
import { type WitnessTransport, witnessTransport } from './witness-transport.ts';

/** What stages of one run share: connections of its own, without caches and repeats, and with a witness. */
export interface Examination {
  readonly account: AccountSettings;
  readonly plane: ControlPlane;
  /** Sees discovery and Sentinel. */
  readonly control: WitnessTransport;
  /** Sees the gateway and the listing. */
  readonly data: WitnessTransport;
  /** Host of the proxy that an address goes through, as it may be shown. */
  proxyOf(origin: string): string | undefined;
  sentinelFor(identity: IdentitySettings): SentinelClient;
  /** Calls the gateway with one token, and no other. */
  functionsWith(token: string, origins: Readonly<Record<string, string>>): FunctionsClient;
  close(): Promise<void>;
}

/** Once is enough to say what happened. */
const RETRY = { maxRetries: 0 };

/** Opens connections for one run of doctor. */
export function openExamination(account: AccountSettings): Examination {
  const { accountId, discoveryUrl, proxy } = account;
  const control = witnessTransport(createGotTransport({ proxy }));
  const data = witnessTransport(createUndiciTransport({ proxy }));
  const http = createHttpClient({ transport: control, retry: RETRY });
  const discovery = createDomainDiscovery({ accountId, baseUrl: discoveryUrl, http });
  const sentinelDomain = (): Promise<string> => discovery.resolve('sentinel');
  const plane: ControlPlane = {
    accountId,
    transport: control,
    http,
    discovery,
    sentinelDomain,
    close: () => control.close(),
  };
  return {
    account,
    plane,
    control,
    data,
    proxyOf(origin) {
      const through = proxyFor(origin, proxy);
      return through === undefined ? undefined : proxyHost(through);
    },
    sentinelFor: ({ clientId, clientSecret }) =>
      createSentinelClient({ accountId, clientId, clientSecret, sentinelDomain, http }),
    functionsWith: (token, origins) =>
      createFunctionsClient({
        accountId,
        discoveryUrl,
        domains: Object.fromEntries(Object.entries(origins).map(([service, origin]) => [service, addressOf(origin)])),
        auth: staticBearer(token),
        platform: account.platform,
        eventSource: account.eventSource,
        userId: account.userId,
        transport: data,
        retry: RETRY,
      }),
    async close() {
      await Promise.all([http.close(), control.close(), data.close()]);
    },
  };
}

/** As a client takes it: a bare host, or an origin on this machine. */
function addressOf(origin: string): string {
  const { hostname, host } = new URL(origin);
  return isLoopbackHost(hostname) ? origin : host;
}
