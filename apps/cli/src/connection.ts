import { join } from 'node:path';
import {
  type AuthMethod,
  clientCredentials,
  createFileTokenStore,
  createFunctionsClient,
  createUndiciTransport,
  type EventListener,
  type FunctionsClient,
  type FunctionsClientOptions,
  type HttpTransport,
  type RetryOptions,
  type TokenStore,
  userTokens,
} from '@lp-functions/client';
import { createDomainDiscovery, type DomainDiscovery } from '@lp-functions/domain-discovery';
import { createGotTransport, createHttpClient, type HttpClient } from '@lp-functions/http';
import { createSentinelClient, type SentinelClient } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from './command-context.ts';
import type { IdentitySettings } from './settings/settings.ts';
import { TOKENS } from './settings/settings-folder.ts';
import { repeatNotice } from './terminal/repeat-notice.ts';
import { VERSION } from './version.ts';

/** The control plane of one account: hosts and Sentinel, without the gateway. */
export interface ControlPlane {
  readonly accountId: string;
  /** Below `http`: where a redirect is an answer. */
  readonly transport: HttpTransport;
  readonly http: HttpClient;
  readonly discovery: DomainDiscovery;
  readonly sentinelDomain: () => Promise<string>;
  close(): Promise<void>;
}

/** What a command changes about how functions are called. */
export interface CallingOptions {
  readonly retry?: RetryOptions | undefined;
  /** `false` where many calls are under way at once: a line for each that waits would say nothing. */
  readonly tellRepeats?: boolean | undefined;
  /** Puts something around the transport that sends every request, to watch them. */
  readonly watch?: ((transport: HttpTransport) => HttpTransport) | undefined;
}

const USER_AGENT = `lpfn/${VERSION}`;

/** Calls functions as whom the settings say, hosts and tokens included. Close it. */
export async function openFunctions(
  context: CommandContext,
  { retry, watch, tellRepeats = true }: CallingOptions = {},
): Promise<FunctionsClient> {
  const identity = await context.settings.identity();
  const { accountId, discoveryUrl, proxy, platform, eventSource, userId } = identity;
  const transport = watch?.(createUndiciTransport({ proxy }));
  const functions = createFunctionsClient({
    accountId,
    discoveryUrl,
    ...(transport === undefined ? { proxy } : { transport }),
    platform,
    eventSource,
    userId,
    userAgentSuffix: USER_AGENT,
    auth: authOf(identity),
    tokenStore: tokenStoreOf(identity, context),
    domainStore: context.flags.cache === false ? undefined : context.hosts,
    retry,
    onEvent: tellRepeats ? repeatTeller(context, watch !== undefined, retry?.maxRetries) : undefined,
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
  options: Pick<FunctionsClientOptions, 'domains' | 'transport' | 'platform'> = {},
): Promise<FunctionsClient> {
  const { accountId, discoveryUrl, proxy, platform, eventSource, userId } = await context.settings.account();
  return createFunctionsClient({
    accountId,
    discoveryUrl,
    ...(options.transport === undefined ? { proxy } : {}),
    platform,
    eventSource,
    userId,
    userAgentSuffix: USER_AGENT,
    auth: { authorize: () => Promise.resolve({ authorization: 'Bearer [secret]' }) },
    domainStore: context.flags.cache === false ? undefined : context.hosts,
    ...options,
  });
}

/** Tells a person why nothing happens for a while: at a terminal, or if asked to show what is sent; never a program. */
function repeatTeller({ flags, output }: CommandContext, verbose = false, retries?: number): EventListener | undefined {
  if (flags.json === true || flags.quiet === true || !(verbose || process.stderr.isTTY)) return undefined;
  return (event) => {
    const notice = repeatNotice(event, retries);
    if (notice !== undefined) output.say(notice);
  };
}

/** How to authenticate as whom the settings say. */
export function authOf(identity: IdentitySettings): AuthMethod {
  const { clientId, clientSecret } = identity;
  return identity.kind === 'user'
    ? userTokens({ clientId, clientSecret, subject: identity.subject })
    : clientCredentials({ clientId, clientSecret });
}

/** Folder that tokens are kept in, unless a login chose another. */
export function tokenFolder({ environment }: CommandContext): string {
  return join(environment.configFolder, TOKENS);
}

/** A user's tokens have to be kept, since each refresh token is spent once; an app's need not be. */
export function tokenStoreOf(identity: IdentitySettings, context: CommandContext): TokenStore | undefined {
  const own = tokenFolder(context);
  if (identity.kind === 'user') return createFileTokenStore({ path: identity.store ?? own });
  return context.flags.cache === false ? undefined : createFileTokenStore({ path: own });
}

/** Finds the hosts of the account of the settings, as they are now, whatever an earlier run found. Close it. */
export async function openControlPlane(context: CommandContext): Promise<ControlPlane> {
  const { accountId, discoveryUrl, proxy } = await context.settings.account();
  const transport = createGotTransport({ proxy });
  const http = createHttpClient({ transport, onEvent: repeatTeller(context) });
  const store = context.flags.cache === false ? undefined : { ...context.hosts, get: () => Promise.resolve(undefined) };
  const discovery = createDomainDiscovery({ accountId, baseUrl: discoveryUrl, store, http });
  const { signal } = context;
  const sentinelDomain = (): Promise<string> => discovery.resolve('sentinel', { signal });
  return { accountId, transport, http, discovery, sentinelDomain, close: () => transport.close() };
}

/** Sentinel, as the app of the settings. */
export async function openSentinel(context: CommandContext, plane: ControlPlane): Promise<SentinelClient> {
  const { accountId, clientId, clientSecret } = await context.settings.app();
  const { sentinelDomain, http } = plane;
  return createSentinelClient({ accountId, clientId, clientSecret, sentinelDomain, http });
}
