import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type AppCredentials, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { callerOf, FORM, send, type Answer } from '../platform-caller.ts';

const CALLBACK = 'http://localhost:3000/callback';
const BASE = '/sentinel/api/account/12345678';
interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
}

let emulator: Emulator;
let app: AppCredentials;
beforeEach(() => start());
afterEach(() => emulator.close());

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({ ...options, redirectUris: [CALLBACK] });
  app = emulator.apps.default;
}
async function restart(options: EmulatorOptions): Promise<void> {
  await emulator.close();
  await start(options);
}
const authorizePath = (parameters: Record<string, string> = {}): string =>
  `${BASE}/authorize?${new URLSearchParams({ v: '1.0', response_type: 'code', client_id: app.clientId, redirect_uri: CALLBACK, state: 'st&te', ...parameters }).toString()}`;
const signIn = (parameters?: Record<string, string>, loginName?: string): URL =>
  new URL(emulator.signIn(`${emulator.discoveryUrl}${authorizePath(parameters)}`, loginName));
const codeOf = (url: URL): string => url.searchParams.get('code') ?? '';
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
  send(emulator, path, {
    method: 'POST',
    headers: { ...FORM, ...headers },
    body: new URLSearchParams(fields).toString(),
  });
const credentials = (): Record<string, string> => ({ client_id: app.clientId, client_secret: app.clientSecret });
const exchange = (code: string, fields: Record<string, string> = {}): Promise<Answer> =>
  post(`${BASE}/token?v=2.0`, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    ...credentials(),
    ...fields,
  });
const refresh = (refreshToken: string, fields: Record<string, string> = {}): Promise<Answer> =>
  post(`${BASE}/token?v=1.0`, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...credentials(),
    ...fields,
  });
const tokensOf = async (answer: Promise<Answer>): Promise<Tokens> => (await answer).json as Tokens;

describe('authorize', () => {
  test('B5: a browser without a session gets the login page, signs in, and comes back with code and state', async () => {
    const first = await send(emulator, authorizePath());
    expect(first.status).toBe(302);
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(first.headers['set-cookie']?.[0]).toMatch(/^ibs_id=.*Max-Age=600; HttpOnly; SameSite=Lax$/);
    const loginPath = first.headers.location ?? '';
    const page = await send(emulator, loginPath, { headers: { cookie } });
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.text).toContain('name="password"');

    const { loginName, password } = emulator.users.default;
    const wrong = await post(loginPath, { loginName, password: 'wrong' }, { cookie });
    expect([wrong.status, wrong.text.includes('role="alert"')]).toEqual([401, true]);
    expect((await post(loginPath, { loginName: 'nobody', password: '' }, { cookie })).status).toBe(401);
    const right = await post(loginPath, { loginName, password }, { cookie });
    expect(right.status).toBe(302);
    const back = new URL(right.headers.location ?? '');
    expect([`${back.origin}${back.pathname}`, back.searchParams.get('state')]).toEqual([CALLBACK, 'st&te']);
    expect((await exchange(codeOf(back))).status).toBe(200);

    const session = right.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const again = await send(emulator, authorizePath({ state: 'two' }), { headers: { cookie: session } });
    expect(again.headers.location).toMatch(/^http:\/\/localhost:3000\/callback\?code=[0-9a-f]+&state=two$/);
  });

  test('the login page belongs to the browser that asked, for ten minutes', async () => {
    const first = await send(emulator, authorizePath());
    const path = first.headers.location ?? '';
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await send(emulator, path)).status).toBe(400);
    expect((await post(path, { as: emulator.users.default.loginName })).status).toBe(400);
    expect((await post(path, { as: emulator.users.default.loginName }, { cookie })).status).toBe(302);
    emulator.clock.advance(600_000);
    expect((await send(emulator, path, { headers: { cookie } })).status).toBe(400);
  });

  test('what was typed into names is not HTML', async () => {
    emulator.users.add({ loginName: '<script>alert(1)</script>"' });
    const first = await send(emulator, authorizePath());
    const cookie = first.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const page = await send(emulator, first.headers.location ?? '', { headers: { cookie } });
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('&lt;script&gt;');
  });

  test.each<[string, Record<string, string>, number]>([
    ['an unknown client', { client_id: 'x' }, 401],
    ['a redirect URI that is not registered', { redirect_uri: 'http://localhost:3000/callback/' }, 400],
    ['an empty redirect URI', { redirect_uri: '' }, 400],
  ])('B5: %s is a page, never a redirect', async (_what, parameters, status) => {
    const answer = await send(emulator, authorizePath(parameters));
    expect([answer.status, answer.headers.location]).toEqual([status, undefined]);
    expect(() => signIn(parameters)).toThrow(expect.objectContaining({ code: 'AUTHORIZATION_REFUSED' }));
  });

  test.each<[Record<string, string>, string]>([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: '' }, 'unsupported_response_type'],
    [{ code_challenge: 'x', code_challenge_method: 'S512' }, 'invalid_request'],
  ])('B5: %j goes back with the error %s and the state', async (parameters, error) => {
    const { searchParams } = new URL((await send(emulator, authorizePath(parameters))).headers.location ?? '');
    expect([searchParams.get('error'), searchParams.get('state'), searchParams.has('code')]).toEqual([
      error,
      'st&te',
      false,
    ]);
    expect(searchParams.get('error_description')).not.toBe('');
  });

  test('B5: an account that does not exist is a page; without a response type the error goes back', async () => {
    const elsewhere = authorizePath().replace('12345678', '999');
    expect((await send(emulator, elsewhere)).status).toBe(401);
    const without = authorizePath().replace('response_type=code&', '');
    expect((await send(emulator, without)).headers.location).toMatch(/error=invalid_request.*state=st%26te/);
  });

  test('B5: the redirect URI may be left out if there is one; without state none comes back', async () => {
    const path = `${BASE}/authorize?response_type=code&client_id=${app.clientId}&scope=openid%20profile&prompt=login`;
    const url = new URL(emulator.signIn(`http://euwe1.sentinel.localhost${path}`));
    expect([...url.searchParams.keys()]).toEqual(['code']);
    expect(
      (await post(`${BASE}/token`, { grant_type: 'authorization_code', code: codeOf(url), ...credentials() })).status,
    ).toBe(200);
    const two = emulator.apps.install({
      client_name: 'two',
      grant_types: ['authorization_code'],
      redirect_uris: ['http://a/', 'http://b/'],
    });
    expect((await send(emulator, `${BASE}/authorize?response_type=code&client_id=${two.clientId}`)).status).toBe(400);
    const machine = emulator.apps.install({
      client_name: 'm',
      grant_types: ['client_credentials'],
      redirect_uris: ['http://a/'],
    });
    expect(
      (await send(emulator, `${BASE}/authorize?response_type=code&client_id=${machine.clientId}`)).headers.location,
    ).toContain('error=unauthorized_client');
  });

  test('the default user can be signed in already', async () => {
    await restart({ login: 'automatic' });
    expect((await send(emulator, authorizePath())).headers.location).toContain(`${CALLBACK}?code=`);
  });
});

describe('code exchange', () => {
  test('B6: answers an opaque access token, a refresh token, an ID token and a lifetime', async () => {
    const answer = await exchange(codeOf(signIn()));
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      token_type: 'Bearer',
      refresh_token: expect.stringMatching(/^[0-9a-f]{144}$/) as string,
      id_token: expect.any(String) as string,
      expires_in: 28_800,
    });
  });

  test('the ID token carries exactly the claims of the sample, and verifies', async () => {
    const { id_token: idToken } = await tokensOf(exchange(codeOf(signIn({ nonce: 'n' }))));
    const keys = (await send(emulator, '/sentinel/well-known/jwks')).json as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      audience: app.clientId,
      issuer: 'sentinel',
    });
    expect(protectedHeader).toEqual({ kid: expect.stringMatching(/^idtoken-/) as string, typ: 'JWT', alg: 'RS256' });
    const { iat = 0, exp = 0 } = payload;
    expect(payload).toEqual({
      sub: emulator.users.default.userId,
      aud: app.clientId,
      iss: 'sentinel',
      iat,
      exp,
      is_admin: false,
      is_lpa: false,
    });
    expect(exp - iat).toBe(600);
    await restart({ idTokenIssuer: 'Sentinel', idTokenNonce: true, userTokenExpiresIn: 'string' });
    const other = (await exchange(codeOf(signIn({ nonce: 'n' })))).json as Tokens & { expires_in: unknown };
    expect(decodeJwt(other.id_token)).toMatchObject({ iss: 'Sentinel', nonce: 'n' });
    expect(other.expires_in).toBe('28800');
    await restart({ userTokenExpiresIn: 'absent' });
    expect(await tokensOf(exchange(codeOf(signIn())))).not.toHaveProperty('expires_in');
  });

  test('B6: credentials in the body, in a Basic header, or in both, with any version; not in the query', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}` };
    const fields = (): Record<string, string> => ({
      grant_type: 'authorization_code',
      code: codeOf(signIn()),
      redirect_uri: CALLBACK,
    });
    for (const version of ['', '?v=1.0', '?v=2.0'])
      expect((await post(`${BASE}/token${version}`, fields(), basic)).status).toBe(200);
    expect((await post(`${BASE}/token`, { ...fields(), ...credentials() }, basic)).status).toBe(200);
    expect((await post(`${BASE}/token?${new URLSearchParams(credentials()).toString()}`, fields())).status).toBe(401);
  });

  test('B6: a code works once; used again it also ends what came of it', async () => {
    const code = codeOf(signIn());
    const { access_token: token, refresh_token: refreshToken } = await tokensOf(exchange(code));
    expect(await exchange(code)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect(emulator.tokens.list().some((issued) => issued.token === token)).toBe(false);
    expect((await refresh(refreshToken)).status).toBe(400);
    await restart({ replayedCodeError: 'invalid_client' });
    const second = codeOf(signIn());
    await exchange(second);
    expect(await exchange(second)).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
  });

  test.each<[string, Record<string, string>, string]>([
    ['another redirect URI', { redirect_uri: 'http://localhost:3000/other' }, 'invalid_grant'],
    ['an unknown code', { code: 'unknown' }, 'invalid_grant'],
    ['no code', { code: '' }, 'invalid_request'],
    ['no grant type', { grant_type: '' }, 'invalid_request'],
    ['client credentials', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
  ])('B6: %s is refused', async (_what, fields, error) => {
    expect(await exchange(codeOf(signIn()), fields)).toMatchObject({
      status: 400,
      json: { error },
      headers: { 'content-type': 'application/json' },
    });
  });

  test("a redirect URI that was sent has to come again, a code is its app's own, and it expires", async () => {
    expect(
      await post(`${BASE}/token`, { grant_type: 'authorization_code', code: codeOf(signIn()), ...credentials() }),
    ).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    const other = emulator.apps.install({
      client_name: 'other',
      grant_types: ['authorization_code'],
      redirect_uris: [CALLBACK],
    });
    expect(
      await exchange(codeOf(signIn()), { client_id: other.clientId, client_secret: other.clientSecret }),
    ).toMatchObject({ json: { error: 'invalid_grant' } });
    const code = codeOf(signIn());
    emulator.clock.advance(600_000);
    expect(await exchange(code)).toMatchObject({ json: { error: 'invalid_grant' } });
  });

  test('PKCE is checked when it is sent', async () => {
    const verifier = 'a-verifier-of-at-least-forty-three-characters-0';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const s256 = { code_challenge: challenge, code_challenge_method: 'S256' };
    expect((await exchange(codeOf(signIn(s256)), { code_verifier: verifier })).status).toBe(200);
    expect((await exchange(codeOf(signIn(s256)), { code_verifier: 'wrong' })).json).toMatchObject({
      error: 'invalid_grant',
    });
    expect((await exchange(codeOf(signIn(s256)))).status).toBe(400);
    expect((await exchange(codeOf(signIn({ code_challenge: verifier })), { code_verifier: verifier })).status).toBe(
      200,
    );
    expect((await exchange(codeOf(signIn()), { code_verifier: verifier })).status).toBe(200);
  });
});

describe('user tokens', () => {
  test("B8, B10: carry exactly their user's permissions, and live eight hours", async () => {
    const { uuid } = emulator.functions.add({
      name: 'echo',
      code: 'async function lambda({ payload }) { return payload; }',
    });
    emulator.users.add({ loginName: 'developer', permissions: ['FaaS-Developer'] });
    emulator.users.add({ loginName: 'none', permissions: [] });
    const statusFor = async (loginName: string): Promise<number> =>
      (
        await callerOf(emulator).invoke(uuid, 1, {
          token: (await tokensOf(exchange(codeOf(signIn({}, loginName))))).access_token,
        })
      ).status;
    expect(await statusFor('developer')).toBe(200);
    expect(await statusFor('none')).toBe(403);
    const { access_token: token } = await tokensOf(exchange(codeOf(signIn())));
    emulator.clock.advance(8 * 3_600_000 - 1_000);
    expect((await callerOf(emulator).invoke(uuid, 1, { token })).status).toBe(200);
    emulator.clock.advance(1_000);
    expect((await callerOf(emulator).invoke(uuid, 1, { token })).status).toBe(401);
    expect(() => signIn({}, 'nobody')).toThrow(expect.objectContaining({ code: 'UNKNOWN_USER' }));
  });

  test('refresh answers three fields and rotates, with a short grace for the old token', async () => {
    const first = await tokensOf(exchange(codeOf(signIn())));
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.json).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      refresh_token: expect.any(String) as string,
    });
    const { refresh_token: newest } = second.json as Tokens;
    expect(newest).not.toBe(first.refresh_token);
    expect((await refresh(first.refresh_token)).status).toBe(200);
    emulator.clock.advance(30_000);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect((await refresh(newest)).status).toBe(200);
    emulator.clock.advance(2_592_000_000);
    expect((await refresh(newest)).status).toBe(400);
    expect((await refresh('')).json).toMatchObject({ error: 'invalid_request' });
  });

  test("a refresh token is its app's own; strict grant types are an option", async () => {
    const other = emulator.apps.install({
      client_name: 'other',
      grant_types: ['authorization_code'],
      redirect_uris: [CALLBACK],
    });
    const fields = { client_id: other.clientId, client_secret: other.clientSecret };
    const { refresh_token: own } = await tokensOf(exchange(codeOf(signIn())));
    expect(await refresh(own, fields)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    const issued = emulator.users.issueTokens(emulator.users.default.loginName, other.clientId);
    expect((await refresh(issued.refreshToken, fields)).status).toBe(200);
    await restart({ strictGrantTypes: true });
    const strict = emulator.apps.install({
      client_name: 'strict',
      grant_types: ['authorization_code'],
      redirect_uris: [CALLBACK],
    });
    const { refreshToken } = emulator.users.issueTokens(emulator.users.default.loginName, strict.clientId);
    expect(
      await refresh(refreshToken, { client_id: strict.clientId, client_secret: strict.clientSecret }),
    ).toMatchObject({ json: { error: 'unauthorized_client' } });
  });

  test("B8: revoking either token ends every session of the user, and nobody else's", async () => {
    emulator.users.add({ loginName: 'other' });
    for (const field of ['access_token', 'refresh_token'] as const) {
      const [one, two, other] = [
        await tokensOf(exchange(codeOf(signIn()))),
        await tokensOf(exchange(codeOf(signIn()))),
        await tokensOf(exchange(codeOf(signIn({}, 'other')))),
      ];
      const answer = await post(`${BASE}/token/revoke?v1.0`, { token: one[field], ...credentials() });
      expect(answer).toMatchObject({ status: 200, json: {} });
      const alive = emulator.tokens.list().map(({ token }) => token);
      expect([one, two, other].map(({ access_token: token }) => alive.includes(token))).toEqual([false, false, true]);
      expect((await refresh(two.refresh_token)).status).toBe(400);
      expect((await refresh(other.refresh_token)).status).toBe(200);
    }
    expect((await post(`${BASE}/token/revoke?v=1.0`, { token: 'unknown', ...credentials() })).status).toBe(200);
    expect((await post(`${BASE}/token/revoke?v=1.0`, credentials())).json).toMatchObject({ error: 'invalid_request' });
    expect((await post(`${BASE}/token/revoke`, { token: 'x', client_id: 'y' })).status).toBe(401);
  });
});
