import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@lp-functions/http';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import { createSentinelClient, fromStored, type SentinelClient, type TokenSet } from '../../src/index.ts';
import {
  ACCOUNT,
  CLIENT_ID,
  CLIENT_SECRET,
  expectNothingLeaked,
  identity,
  note,
  rejectionOf,
} from '../identity-under-test.ts';
import { type ScriptedServer, startScriptedServer } from '../scripted-server.ts';
import {
  appTokenClaims,
  forgeries,
  idTokenClaims,
  makeSigningPair,
  published as publicKey,
  sign as signWith,
  signPlainly,
  type SigningPair,
} from '../signed-tokens.ts';

const [own, other] = [makeSigningPair(), makeSigningPair()];
const NOW = Math.floor(Date.now() / 1000);

let server: ScriptedServer;
let published: object[];
let client: SentinelClient;
let clock: TestClock;
let jwksStatus: number;
let keysAnswer: unknown;
let idToken: string;
let lines: ReturnType<typeof identity>['lines'];

beforeAll(async () => {
  server = await startScriptedServer(({ url }) =>
    url.includes('jwks')
      ? { status: jwksStatus, body: keysAnswer ?? { keys: published } }
      : { body: { access_token: 'tkn-access', id_token: idToken, expires_in: 60 } },
  );
});
beforeEach(async () => {
  server.requests.length = 0;
  jwksStatus = 200;
  keysAnswer = undefined;
  published = [await publicKey(own, 'k1')];
  clock = createTestClock(NOW * 1000);
  const listened = identity({ sentinel: server.url, clock });
  lines = listened.lines;
  client = createSentinelClient({
    accountId: ACCOUNT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    sentinelDomain: () => server.url,
    http: createHttpClient({ clock, logger: listened.logger, retry: { maxRetries: 0 } }),
  });
});
afterAll(async () => {
  await server.close();
  expectNothingLeaked();
});

function sign(claims: object = {}, pair: SigningPair = own, kid = 'k1'): Promise<string> {
  return signWith({ ...idTokenClaims(NOW), ...claims }, pair, kid);
}

const jwksRequests = (): number => server.requests.filter(({ url }) => url.includes('jwks')).length;

describe.each(['ID token', 'app token'])('an %s', (kind) => {
  const isId = kind === 'ID token';
  const claimsOf = isId ? idTokenClaims : appTokenClaims;
  const good = (claims: object = {}, pair: SigningPair = own, kid = 'k1'): Promise<string> =>
    signWith({ ...claimsOf(NOW), ...claims }, pair, kid);
  const verify = (token: string): Promise<unknown> =>
    isId ? client.verifyIdToken(token) : client.verifyAppToken(token);

  test.each(['sentinel', 'Sentinel', 'SENTINEL'])('of %s is accepted (C4)', async (iss) => {
    await expect(verify(await good({ iss }))).resolves.toMatchObject({ iss });
  });

  test.each<[string, object, string]>([
    ['another audience', { aud: 'another' }, 'aud'],
    ['no audience', { aud: undefined }, 'aud'],
    ['expired', { iat: NOW - 1000, exp: NOW - 100 }, 'exp'],
    ['without exp', { exp: undefined }, 'exp'],
    ['nbf in the future', { nbf: NOW + 300 }, 'nbf'],
    ['another issuer', { iss: 'somebody' }, 'iss'],
    ['no issuer', { iss: undefined }, 'iss'],
    ['for another party', { azp: 'another' }, 'azp'],
  ])('%s: refused', async (_what, claims, check) => {
    const error = await rejectionOf(verify(await good(claims)));
    expect(error).toMatchObject({ name: 'SentinelOAuthError', code: 'TOKEN_INVALID' });
    expect(error['message']).toContain(`${isId ? 'ID' : 'access'} token is refused because of its ${check}`);
  });

  test('alg none, an HMAC made with the public key, another key, a changed claim: refused', async () => {
    for (const forgery of [...(await forgeries(claimsOf(NOW), own, 'k1')), 'opaque', 'a.b.c']) {
      expect(await rejectionOf(verify(forgery))).toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });

  test('an unknown kid asks for the keys once, then leaves Sentinel alone', async () => {
    await verify(await good());
    expect(jwksRequests()).toBe(1);
    published = [await publicKey(own, 'k1'), await publicKey(other, 'k2')];
    await verify(await good({}, other, 'k2'));
    await verify(await good({}, other, 'k2'));
    expect(jwksRequests()).toBe(2);
    const unknown = await good({}, other, 'k3');
    for (let call = 0; call < 5; call += 1) {
      expect(await rejectionOf(verify(unknown))).toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
    }
    expect(jwksRequests()).toBe(3);
    clock.advance(5_001);
    await rejectionOf(verify(unknown));
    expect(jwksRequests()).toBe(4);
    clock.advance(5_001);
    await rejectionOf(verify(unknown));
    expect(jwksRequests()).toBe(4);
    await verify(await good());
    expect(jwksRequests()).toBe(4);
  });

  test.each<[string, () => unknown]>([
    ['no keys', () => []],
    ['a key that is none', () => [7, null, { kid: 'k1' }, { kty: 'RSA', kid: 'k1', alg: 'RS256', n: '!', e: '!' }]],
    ['a key of an unknown kind', () => [{ kty: 'quantum', kid: 'k1', alg: 'RS256' }]],
    ['a symmetric key', () => [{ kty: 'oct', kid: 'k1', k: 'c2VjcmV0' }]],
  ])('%s published: nothing can be said, and nothing is believed', async (_what, keysOf) => {
    published = keysOf() as object[];
    expect(await rejectionOf(verify(await good()))).toMatchObject({ code: 'KEY_UNAVAILABLE', retryable: true });
  });

  test('a key of 1,024 bits proves nothing', async () => {
    const weak = makeSigningPair(1_024);
    published = [await publicKey(weak, 'k1')];
    const token = signPlainly(claimsOf(NOW), weak, 'k1');
    expect(await rejectionOf(verify(token))).toMatchObject({ code: 'KEY_UNAVAILABLE' });
    published = [await publicKey(own, 'k1')];
    clock.advance(5_001);
    await expect(verify(signPlainly(claimsOf(NOW), own, 'k1'))).resolves.toBeDefined();
  });

  test('a token without kid is verified if there is one key; with several nobody knows which', async () => {
    const token = await new SignJWT({ ...claimsOf(NOW) }).setProtectedHeader({ alg: 'RS256' }).sign(own.privateKey);
    await expect(verify(token)).resolves.toBeDefined();
    clock.advance(300_001);
    published = [await publicKey(own, 'k1'), await publicKey(other, 'k2')];
    expect(await rejectionOf(verify(token))).toMatchObject({ code: 'KEY_UNAVAILABLE' });
  });

  test('keys that cannot be renewed go on being used', async () => {
    await verify(await good());
    clock.advance(300_001);
    jwksStatus = 503;
    await expect(verify(await good({ exp: NOW + 6_000 }))).resolves.toBeDefined();
  });

  test.each([
    ['ahead', 5 * 3_600_000],
    ['behind', -5 * 3_600_000],
  ])('a clock of this machine that is hours %s changes no verdict: the Date header tells', async (_where, ms) => {
    clock.advance(ms);
    await expect(verify(await good({ nbf: NOW }))).resolves.toBeDefined();
    for (const [claims, check] of [
      [{ iat: NOW - 1_000, exp: NOW - 100 }, 'exp'],
      [{ nbf: NOW + 300 }, 'nbf'],
    ] as const) {
      expect((await rejectionOf(verify(await good(claims))))['message']).toContain(`because of its ${check}`);
    }
  });
});

test.each<[string, unknown, number, string]>([
  ['keys that are no list', { keys: 'none' }, 200, 'SENTINEL_UNREADABLE'],
  ['a page', '<html></html>', 200, 'SENTINEL_UNREADABLE'],
  ['nothing there', '', 404, 'GRANT_REFUSED'],
  ['out of order', '', 503, 'SENTINEL_UNAVAILABLE'],
])('jwks: %s', async (_what, body, status, code) => {
  keysAnswer = body;
  jwksStatus = status;
  expect(await rejectionOf(client.jwks())).toMatchObject({ name: 'SentinelOAuthError', code, operation: 'jwks' });
});

describe('the ID token of a code exchange', () => {
  const exchange = async () => {
    const login = await client.authorizationUrl({ redirectUri: 'https://app.example/' });
    return client.exchangeCode(client.parseCallback(`?code=c&state=${login.state}`, login), login);
  };

  test.each([
    ['without a key', 0],
    ['with a key that is too short', 1_024],
  ])('%s it is believed, with a warning', async (_how, bits) => {
    const weak = bits === 0 ? own : makeSigningPair(bits);
    published = bits === 0 ? [] : [await publicKey(weak, 'k1')];
    idToken = signPlainly(idTokenClaims(NOW), weak, 'k1');
    const tokens = await exchange();
    note(tokens);
    expect(tokens.claims?.sub).toBe('1000');
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('with a wrong signature, audience or time it is refused', async () => {
    for (const [claims, key] of [
      [{}, other],
      [{ aud: 'another' }, undefined],
      [{ exp: NOW - 100 }, undefined],
      [{ nonce: 'not asked for' }, undefined],
    ] as const) {
      idToken = await sign(claims, key);
      expect(await rejectionOf(exchange())).toMatchObject({ code: 'TOKEN_INVALID', operation: 'exchangeCode' });
    }
  });

  test.each([
    ['ahead', 5 * 3_600_000],
    ['behind', -5 * 3_600_000],
  ])('is judged by the time that came with it, if ours is hours %s', async (_where, ms) => {
    clock.advance(ms);
    idToken = await sign({ nbf: NOW });
    expect(await exchange()).toMatchObject({ obtainedAtMs: NOW * 1000 + ms, expiresAtMs: NOW * 1000 + ms + 60_000 });
    idToken = await sign({ iat: NOW - 1_000, exp: NOW - 100 });
    expect((await rejectionOf(exchange()))['message']).toContain('because of its exp');
  });

  test('a nonce that was asked for must come back', async () => {
    const login = await client.authorizationUrl({ nonce: true });
    const callback = client.parseCallback(`?code=c&state=${login.state}`, login);
    idToken = await sign();
    expect(await rejectionOf(client.exchangeCode(callback, login))).toMatchObject({ code: 'TOKEN_INVALID' });
    idToken = await sign({ nonce: login.nonce });
    await expect(client.exchangeCode(callback, login)).resolves.toBeDefined();
  });
});

describe('the ID token of a refresh', () => {
  const before = async (claims: object = {}): Promise<TokenSet> =>
    fromStored({
      accessToken: 'tkn-old',
      refreshToken: 'tkn-refresh',
      idToken: await sign(claims),
      obtainedAtMs: 1,
      expiresAtMs: 2,
    });
  const warnings = (): number => lines.filter(({ level }) => level === 'warn').length;

  test('of the same user replaces the one before; its nonce may come along', async () => {
    for (const nonce of [undefined, 'n-1']) {
      idToken = await sign({ iat: NOW - 1, ...(nonce === undefined ? {} : { nonce }) });
      const next = await client.refresh(await before({ nonce: 'n-1' }));
      expect(next.idToken?.reveal()).toBe(idToken);
    }
    // Nothing is known of a login that asked for a nonce.
    idToken = await sign({ iat: NOW - 1 });
    expect((await client.refresh('tkn-refresh')).idToken?.reveal()).toBe(idToken);
    expect(warnings()).toBe(0);
  });

  test('that is forged, or of another user, is dropped with a warning; the tokens are kept, and so is the one before', async () => {
    const wrong = [
      ...(await forgeries(idTokenClaims(NOW), own, 'k1')),
      await sign({ sub: '1001' }),
      await sign({ aud: 'another' }),
      await sign({ exp: NOW - 100 }),
      await sign({ nonce: 'another' }),
      'opaque',
    ];
    const earlier = await before({ nonce: 'n-1' });
    for (const [index, text] of wrong.entries()) {
      idToken = text;
      const next = await client.refresh(earlier);
      expect([next.accessToken.reveal(), next.idToken?.reveal()]).toEqual(['tkn-access', earlier.idToken?.reveal()]);
      expect(warnings()).toBe(index + 1);
    }
  });

  test('without a key it is believed, with a warning, as after a login', async () => {
    published = [];
    idToken = await sign({ iat: NOW - 1 });
    expect((await client.refresh(await before())).idToken?.reveal()).toBe(idToken);
    expect(warnings()).toBe(1);
  });
});
