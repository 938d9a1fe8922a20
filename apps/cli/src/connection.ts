import {
  clientCredentials,
  createFunctionsClient,
  createUndiciTransport,
  type FunctionsClient,
  type FunctionsClientOptions,
  type HttpTransport,
  type RetryOptions,
} from '@lp-functions/client';
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

const EVENT_SOURCE = 'lpfn';

/** What a command changes about how functions are called. */
export interface CallingOptions {
  readonly retry?: RetryOptions | undefined;
  /** Puts something around the transport that sends every request, to watch them. */
  readonly watch?: ((transport: HttpTransport) => HttpTransport) | undefined;
}

/** Calls functions as whom the settings say, hosts and tokens included. Close it. */
export async function openFunctions(
  context: CommandContext,
  flags: IdentityFlags,
  { retry, watch }: CallingOptions = {},
): Promise<FunctionsClient> {
  const { accountId, discoveryUrl, proxy, clientId, clientSecret } = await context.settings.app();
  const transport = watch?.(createUndiciTransport({ proxy }));
  const functions = createFunctionsClient({
    accountId,
    discoveryUrl,
    ...(transport === undefined ? { proxy } : { transport }),
    platform: flags.platform,
    auth: clientCredentials({ clientId, clientSecret }),
    eventSource: EVENT_SOURCE,
    retry,
  });
  if (transport === undefined) return functions;
  const close = async (): Promise<void> => {
    await functions.close();
    await transport.close();
  };
  return { ...functions, close };
}

/** Calls functions as nobody, for what asks for no token: it knows only how a call would look. Close it. */
export async function openWithoutToken(
  context: CommandContext,
  flags: IdentityFlags,
  options: Pick<FunctionsClientOptions, 'domains' | 'transport' | 'platform'> = {},
): Promise<FunctionsClient> {
  const { accountId, discoveryUrl, proxy } = await context.settings.account();
  return createFunctionsClient({
    accountId,
    discoveryUrl,
    ...(options.transport === undefined ? { proxy } : {}),
    platform: flags.platform,
    auth: { authorize: () => Promise.resolve({ authorization: 'Bearer [secret]' }) },
    eventSource: EVENT_SOURCE,
    ...options,
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
