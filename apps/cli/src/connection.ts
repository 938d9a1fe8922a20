import { clientCredentials, createFunctionsClient, type FunctionsClient } from '@lp-functions/client';
import { createDomainDiscovery, type DomainDiscovery } from '@lp-functions/domain-discovery';
import { createGotTransport, createHttpClient, type HttpClient } from '@lp-functions/http';
import { createSentinelClient, type SentinelClient } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from './command-context.ts';
import type { IdentityFlags } from './settings/global-flags.ts';

/** The control plane of one account: hosts and Sentinel, without the gateway. */
export interface ControlPlane {
  readonly accountId: string;
  readonly http: HttpClient;
  readonly discovery: DomainDiscovery;
  readonly sentinelDomain: () => Promise<string>;
  close(): Promise<void>;
}

/** Calls functions as whom the settings say, hosts and tokens included. Close it. */
export async function openFunctions(context: CommandContext, flags: IdentityFlags): Promise<FunctionsClient> {
  const { accountId, discoveryUrl, proxy, clientId, clientSecret } = await context.settings.app();
  return createFunctionsClient({
    accountId,
    discoveryUrl,
    proxy,
    platform: flags.platform,
    auth: clientCredentials({ clientId, clientSecret }),
    eventSource: 'lpfn',
  });
}

/** Finds the hosts of the account of the settings. Close it. */
export async function openControlPlane(context: CommandContext): Promise<ControlPlane> {
  const { accountId, discoveryUrl, proxy } = await context.settings.account();
  const transport = createGotTransport({ proxy });
  const http = createHttpClient({ transport });
  const discovery = createDomainDiscovery({ accountId, baseUrl: discoveryUrl, http });
  const sentinelDomain = (): Promise<string> => discovery.resolve('sentinel');
  return { accountId, http, discovery, sentinelDomain, close: () => transport.close() };
}

/** Sentinel, as the app of the settings. */
export async function openSentinel(context: CommandContext, plane: ControlPlane): Promise<SentinelClient> {
  const { accountId, clientId, clientSecret } = await context.settings.app();
  const { sentinelDomain, http } = plane;
  return createSentinelClient({ accountId, clientId, clientSecret, sentinelDomain, http });
}
