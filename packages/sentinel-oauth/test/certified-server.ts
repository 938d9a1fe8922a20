import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { REDIRECT_URI } from './user-login.ts';
import { ACCOUNT, CLIENT_ID } from './identity-under-test.ts';

/** oidc-provider takes ASCII only. */
export const CERTIFIED_SECRET = 's3cret+&%=# blank "q" \\ / end';

/** npm's certified `oidc-provider`, mounted on Sentinel's paths, with one user who always says yes. */
export interface CertifiedServer {
  readonly url: string;
  readonly issuer: string;
  /** Does what a browser would do with an authorization URL; returns the address of the app it comes back to. */
  signIn(authorizationUrl: string): Promise<string>;
  close(): Promise<void>;
}

export const USER = '1000000042';

export async function startCertifiedServer(): Promise<CertifiedServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const account = `/sentinel/api/account/${ACCOUNT}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CERTIFIED_SECRET,
        redirect_uris: [REDIRECT_URI],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    routes: {
      authorization: `${account}/authorize`,
      token: `${account}/token`,
      revocation: `${account}/token/revoke`,
      jwks: '/sentinel/well-known/jwks',
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
    },
    cookies: { keys: ['only for this test'] },
    scopes: ['openid', 'offline_access'],
    findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    issueRefreshToken: () => Promise.resolve(true),
    rotateRefreshToken: true,
    loadExistingGrant: async (context: GrantContext) => {
      const { client, session } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid offline_access');
      await grant.save();
      return grant;
    },
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    ttl: {
      AccessToken: 600,
      IdToken: 600,
      RefreshToken: 3600,
      AuthorizationCode: 60,
      Interaction: 60,
      Session: 60,
      Grant: 60,
    },
  } as never);
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/interaction/') === true) {
      void provider.interactionFinished(request, response, { login: { accountId: USER } });
    } else void answer(request, response);
  });
  return {
    url,
    issuer: url,
    signIn: (authorizationUrl) => browse(authorizationUrl),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface GrantContext {
  readonly oidc: { readonly client: { readonly clientId: string }; readonly session: { readonly accountId: string } };
}

/** Follows redirects with cookies until they leave the server. */
async function browse(start: string): Promise<string> {
  const cookies = new Map<string, string>();
  let address = start;
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`HTTP ${String(response.status)} and no way on: ${await response.text()}`);
    address = new URL(location, address).href;
    if (address.startsWith(REDIRECT_URI)) return address;
  }
  throw new Error('too many redirects');
}
