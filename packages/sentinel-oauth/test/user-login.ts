import { startEmulator } from '@lp-functions/emulator';
import { createHttpClient } from '@lp-functions/http';
import {
  createSentinelClient,
  type ExchangedTokens,
  type PendingLogin,
  type SentinelClient,
  type SentinelClientOptions,
} from '../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET } from './identity-under-test.ts';

export type EmulatorUnderTest = Awaited<ReturnType<typeof startEmulator>>;

export const REDIRECT_URI = 'http://127.0.0.1:3000/callback';

/** The emulator, with the app whose secret the leak check knows. */
export function startSentinel(options: Parameters<typeof startEmulator>[0] = {}): Promise<EmulatorUnderTest> {
  return startEmulator({ app: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }, spareInstances: 0, ...options });
}

export interface LoginServer {
  readonly url: string;
  readonly accountId: string;
  signIn(authorizationUrl: string): string | Promise<string>;
}

export function loginServer(emulator: EmulatorUnderTest, loginName?: string): LoginServer {
  return {
    url: emulator.discoveryUrl,
    accountId: emulator.accountId,
    signIn: (authorizationUrl) => emulator.signIn(authorizationUrl, loginName),
  };
}

export function clientOf(
  { url, accountId }: Pick<LoginServer, 'url' | 'accountId'>,
  options: Partial<SentinelClientOptions> = {},
): SentinelClient {
  return createSentinelClient({
    accountId,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    sentinelDomain: () => url,
    // The emulator makes its signing keys for the first ID token, which takes its time on a busy machine.
    http: createHttpClient({ retry: { maxRetries: 0 }, timeoutMs: 60_000 }),
    ...options,
  });
}

/** A user logs in: from the authorization URL to tokens. */
export async function logIn(
  server: LoginServer,
  client: SentinelClient = clientOf(server),
): Promise<{ readonly tokens: ExchangedTokens; readonly login: PendingLogin; readonly callback: string }> {
  const login = await client.authorizationUrl({ redirectUri: REDIRECT_URI, scope: 'openid offline_access' });
  const callback = await server.signIn(login.url);
  const tokens = await client.exchangeCode(client.parseCallback(callback, login), login);
  return { tokens, login, callback };
}
