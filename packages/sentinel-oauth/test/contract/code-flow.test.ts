import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '@lp-functions/http';
import { CERTIFIED_SECRET, type CertifiedServer, startCertifiedServer, USER } from '../certified-server.ts';
import { ACCOUNT, expectNothingLeaked, note, rejectionOf } from '../identity-under-test.ts';
import {
  clientOf,
  type EmulatorUnderTest,
  logIn,
  loginServer,
  type LoginServer,
  REDIRECT_URI,
  startSentinel,
} from '../user-login.ts';

let emulator: EmulatorUnderTest;
let certified: CertifiedServer;
const secrets: string[] = [];

beforeAll(async () => {
  [emulator, certified] = await Promise.all([startSentinel(), startCertifiedServer()]);
});
afterAll(async () => {
  await Promise.all([emulator.close(), certified.close()]);
  expectNothingLeaked(secrets);
});

const witnesses: readonly [string, () => LoginServer, () => string][] = [
  ['the emulator', () => loginServer(emulator), () => 'Sentinel'],
  ['oidc-provider, a certified server', () => ({ ...certified, accountId: ACCOUNT }), () => certified.issuer],
];

describe.each(witnesses)('the authorization code flow against %s (J8)', (name, serverOf, issuerOf) => {
  const isEmulator = name === 'the emulator';
  const own = () => ({ issuer: issuerOf(), ...(isEmulator ? {} : { clientSecret: CERTIFIED_SECRET }) });
  const setUp = () => {
    const server = serverOf();
    return { server, client: clientOf(server, own()) };
  };

  test('from the address to verified tokens, with state and PKCE S256', async () => {
    const { server, client } = setUp();
    const { tokens, login, callback } = await logIn(server, client);
    secrets.push(login.state, login.codeVerifier!, tokens.accessToken.reveal(), tokens.refreshToken!.reveal());
    const query = Object.fromEntries(new URL(login.url).searchParams);
    expect(query).toMatchObject({
      v: '1.0',
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      state: login.state,
      scope: 'openid offline_access',
      code_challenge_method: 'S256',
    });
    expect(query).not.toHaveProperty('client_secret');
    expect(new URL(callback).searchParams.get('state')).toBe(login.state);
    note(tokens);
    expect(tokens.claims?.sub).toBe(isEmulator ? emulator.users.default.userId : USER);
    expect(tokens.expiresAtMs - tokens.obtainedAtMs).toBe(isEmulator ? 28_800_000 : 600_000);
    await expect(client.verifyIdToken(tokens.idToken!)).resolves.toMatchObject({ sub: tokens.claims?.sub });
  });

  test('a code is worth nothing with another verifier, and nothing twice', async () => {
    const { server, client } = setUp();
    const login = await client.authorizationUrl({ redirectUri: REDIRECT_URI, scope: 'openid' });
    const callback = client.parseCallback(await server.signIn(login.url), login);
    const forged = { ...login, codeVerifier: 'x'.repeat(43) };
    expect(await rejectionOf(client.exchangeCode(callback, forged))).toMatchObject({
      code: 'GRANT_REFUSED',
      oauthError: 'invalid_grant',
      operation: 'exchangeCode',
    });
    const again = await logIn(server, client);
    const used = client.parseCallback(again.callback, again.login);
    expect(await rejectionOf(client.exchangeCode(used, again.login))).toMatchObject({ code: 'GRANT_REFUSED' });
  });

  test('refresh rotates; what did not come anew is kept', async () => {
    const { server, client } = setUp();
    const { tokens } = await logIn(server, client);
    const next = await client.refresh(tokens);
    note(next);
    expect(next.refreshToken!.reveal()).not.toBe(tokens.refreshToken!.reveal());
    expect(next.accessToken.reveal()).not.toBe(tokens.accessToken.reveal());
    expect(next.idToken).toBeDefined();
    const byText = await client.refresh(next.refreshToken!);
    expect(byText.refreshToken!.reveal()).not.toBe(next.refreshToken!.reveal());
  });

  test('a revoked refresh token is refused', async () => {
    const { server, client } = setUp();
    const { tokens } = await logIn(server, client);
    await client.revoke(tokens);
    expect(await rejectionOf(client.refresh(tokens))).toMatchObject({
      code: 'GRANT_REFUSED',
      oauthError: 'invalid_grant',
      operation: 'refresh',
    });
    await expect(client.revoke('a token that nobody knows')).resolves.toBeUndefined();
  });

  test('an ID token for another client is refused', async () => {
    const { server, client } = setUp();
    const { tokens } = await logIn(server, client);
    const other = clientOf(server, { ...own(), clientId: 'another' });
    const error = await rejectionOf(other.verifyIdToken(tokens.idToken!));
    expect(error).toMatchObject({ code: 'TOKEN_INVALID', message: expect.stringContaining('aud') as string });
    const elsewhere = clientOf(server, { ...own(), issuer: 'somebody' });
    expect(await rejectionOf(elsewhere.verifyIdToken(tokens.idToken!))).toMatchObject({
      message: expect.stringContaining('iss') as string,
    });
  });

  test('without PKCE only where the server does not insist', async () => {
    const { server } = setUp();
    const client = clientOf(server, { ...own(), pkce: false });
    const login = await client.authorizationUrl({ redirectUri: REDIRECT_URI });
    expect(login.codeVerifier).toBeUndefined();
    const back = await server.signIn(login.url);
    if (isEmulator) {
      await expect(client.exchangeCode(client.parseCallback(back, login), login)).resolves.toBeDefined();
    } else expect(() => client.parseCallback(back, login)).toThrow('invalid_request');
  });
});

describe('the rows of contract section 10.1, against the emulator', () => {
  const last = () => emulator.requests.last({ operation: 'token' })!;

  test.each(['1.0', '2.0'] as const)('C1: token version %s for exchange and refresh, 1.0 for authorize', async (v) => {
    const server = loginServer(emulator);
    const client = clientOf(server, { tokenVersion: v });
    const { tokens, login } = await logIn(server, client);
    expect(new URL(login.url).searchParams.get('v')).toBe('1.0');
    expect(last().url).toContain(`/sentinel/api/account/${ACCOUNT}/token?v=${v}`);
    await client.refresh(tokens);
    expect(last().url).toContain(`?v=${v}`);
  });

  test('C2: credentials in the body, or in a Basic header, never both', async () => {
    const server = loginServer(emulator);
    await logIn(server);
    expect(last().headers).not.toHaveProperty('authorization');
    expect(last().body).toContain('client_secret=');
    await logIn(server, clientOf(server, { clientAuthentication: 'client_secret_basic' }));
    expect(last().headers['authorization']).toMatch(/^Basic /);
    expect(last().body).not.toContain('client_secret=');
  });

  test.each(['sentinel', 'Sentinel'] as const)('C4: the issuer %s is accepted', async (idTokenIssuer) => {
    const other = await startSentinel({ idTokenIssuer });
    try {
      const { tokens } = await logIn(loginServer(other));
      expect(tokens.claims?.iss).toBe(idTokenIssuer);
    } finally {
      await other.close();
    }
  });

  test.each(['number', 'string', 'absent'] as const)('C29: expires_in as %s', async (userTokenExpiresIn) => {
    const other = await startSentinel({ userTokenExpiresIn });
    try {
      const { tokens } = await logIn(loginServer(other));
      const lifetimeMs = tokens.expiresAtMs - tokens.obtainedAtMs;
      expect(lifetimeMs).toBe(userTokenExpiresIn === 'absent' ? 30 * 60_000 : 28_800_000);
    } finally {
      await other.close();
    }
  });

  test.each(['va', 'ause1', 'staging', 'placeholder'])(
    'C3: the host that is looked up is taken as it is, its label %s means nothing here',
    async (label) => {
      const asked: string[] = [];
      const transport = {
        send: ({ url }: { readonly url: string }) => {
          asked.push(new URL(url).origin);
          return Promise.resolve({ status: 200, headers: {}, text: '{"access_token":"tkn-1","keys":[]}' });
        },
        close: () => Promise.resolve(),
      };
      const host = `${label}.sentinel.liveperson.net`;
      const client = clientOf({ url: host, accountId: ACCOUNT }, { http: createHttpClient({ transport }) });
      const login = await client.authorizationUrl();
      await client.clientCredentials();
      await client.exchangeCode(client.parseCallback(`?code=c&state=${login.state}`, login), login);
      await client.refresh('tkn-r');
      await client.revoke('tkn-r');
      await client.jwks();
      expect([new URL(login.url).origin, ...asked]).toEqual(Array.from({ length: 6 }, () => `https://${host}`));
    },
  );

  test('C9: an app installed without refresh_token is told so', async () => {
    const strict = await startSentinel({ strictGrantTypes: true });
    try {
      const app = strict.apps.install({
        client_name: 'no refresh',
        grant_types: ['authorization_code'],
        redirect_uris: [REDIRECT_URI],
      });
      secrets.push(app.clientSecret);
      const server = loginServer(strict);
      const client = clientOf(server, app);
      const { tokens } = await logIn(server, client);
      const error = await rejectionOf(client.refresh(tokens));
      expect(error).toMatchObject({ oauthError: 'unauthorized_client' });
      expect(error['hint']).toContain('grant_types');
    } finally {
      await strict.close();
    }
  });

  test('C12, C31: the secret is not in the address, which a browser opens with GET', async () => {
    const { url } = await clientOf(loginServer(emulator)).authorizationUrl({ redirectUri: REDIRECT_URI });
    note(url);
    expect(new URL(url).searchParams.has('client_secret')).toBe(false);
    const page = await fetch(url, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([302, expect.stringContaining('/login?')]);
  });

  test('C25: revocation says v=1.0 and sends the refresh token', async () => {
    const server = loginServer(emulator);
    const client = clientOf(server);
    const { tokens } = await logIn(server, client);
    await client.revoke(tokens);
    const { url, body } = emulator.requests.last({ operation: 'revoke' })!;
    expect(url).toContain('/token/revoke?v=1.0');
    expect(new URLSearchParams(body).get('token')).toBe(tokens.refreshToken!.reveal());
  });

  test('C32: every path begins with /sentinel', () => {
    const paths = emulator.requests.list({ service: 'sentinel' }).map(({ url }) => url);
    expect(paths.filter((path) => !path.includes('/sentinel/'))).toEqual([]);
  });

  test('C10: who may not have a grant is told both ways in which installations are changed', async () => {
    const app = emulator.apps.install({ client_name: 'no code', grant_types: ['client_credentials'] });
    secrets.push(app.clientSecret);
    const client = clientOf(loginServer(emulator), { ...app, scope: 'somebody.elses' });
    const { hint } = await rejectionOf(client.clientCredentials());
    expect(hint).toContain('Management Console');
    expect(hint).toContain('by LivePerson');
  });

  test('C6, C7: client credentials go to /app/token', async () => {
    const tokens = await clientOf(loginServer(emulator)).clientCredentials();
    expect(emulator.requests.last({ operation: 'appToken' })!.url).toContain('/app/token?v=2.0');
    const claims = await clientOf(loginServer(emulator)).verifyAppToken(tokens);
    expect(claims).toMatchObject({ aud: ACCOUNT, iss: 'Sentinel' });
  });

  test('no redirect URI: it is sent in neither request', async () => {
    const single = await startSentinel({ redirectUris: [REDIRECT_URI] });
    try {
      const client = clientOf(loginServer(single));
      const login = await client.authorizationUrl();
      const callback = client.parseCallback(single.signIn(login.url), login);
      await expect(client.exchangeCode(callback, login)).resolves.toBeDefined();
      expect(single.requests.last({ operation: 'token' })!.body).not.toContain('redirect_uri');
    } finally {
      await single.close();
    }
  });

  test.each([503, 429, 500])('HTTP %i to a code or refresh token: one request, no repeat', async (status) => {
    const server = loginServer(emulator);
    const { tokens } = await logIn(server);
    const client = clientOf(server, {
      http: createHttpClient({ retry: { serverErrorWaitsMs: [1], throttledWaitMs: 1 } }),
    });
    const fault = emulator.faults.add({ operation: 'token', status, times: 5 });
    const before = emulator.requests.count({ operation: 'token' });
    expect(await rejectionOf(client.refresh(tokens))).toMatchObject({ code: 'SENTINEL_UNAVAILABLE', attempts: 1 });
    expect(emulator.requests.count({ operation: 'token' }) - before).toBe(1);
    fault.remove();
  });
});
