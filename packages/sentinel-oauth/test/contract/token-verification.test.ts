import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@lp-functions/http';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import { createSentinelClient, type SentinelClient } from '../../src/index.ts';
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

const keys = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
const NOW = Math.floor(Date.now() / 1000);

let server: ScriptedServer;
let published: object[];
let client: SentinelClient;
let clock: TestClock;
let jwksStatus: number;
let idToken: string;
let lines: ReturnType<typeof identity>['lines'];

const jwk = async (key: KeyObject, kid: string): Promise<object> => ({
  ...(await exportJWK(key)),
  kid,
  alg: 'RS256',
  use: 'sig',
});

beforeAll(async () => {
  server = await startScriptedServer(({ url }) =>
    url.includes('jwks')
      ? { status: jwksStatus, body: { keys: published } }
      : { body: { access_token: 'tkn-access', id_token: idToken, expires_in: 60 } },
  );
});
beforeEach(async () => {
  server.requests.length = 0;
  jwksStatus = 200;
  published = [await jwk(keys[0]!.publicKey, 'k1')];
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

const CLAIMS = { sub: '1000', iss: 'sentinel', aud: CLIENT_ID, iat: NOW, exp: NOW + 600 };

function sign(claims: object = {}, key: KeyObject = keys[0]!.privateKey, kid = 'k1'): Promise<string> {
  return new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwksRequests = (): number => server.requests.filter(({ url }) => url.includes('jwks')).length;

describe.each(['ID token', 'app token'])('an %s', (kind) => {
  const isId = kind === 'ID token';
  const good = (claims: object = {}, key?: KeyObject, kid?: string): Promise<string> =>
    sign({ ...(isId ? {} : { aud: ACCOUNT, azp: CLIENT_ID, iss: 'Sentinel' }), ...claims }, key, kid);
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
    if (!(isId && check === 'azp')) expect(error['message']).toContain(check);
  });

  test('alg none, an HMAC made with the public key, another key, a changed claim: refused', async () => {
    const token = await good();
    const [header, , signature] = token.split('.') as [string, string, string];
    const claims = encode({ ...CLAIMS, ...(isId ? {} : { aud: ACCOUNT }), admin: true });
    const none = encode({ alg: 'none', kid: 'k1' });
    const hmacHeader = encode({ alg: 'HS256', kid: 'k1' });
    const pem = keys[0]!.publicKey.export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', pem).update(`${hmacHeader}.${claims}`).digest('base64url');
    const forgeries = [
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${hmacHeader}.${claims}.${mac}`,
      await good({}, keys[1]!.privateKey),
      `${header}.${claims}.${signature}`,
      'opaque',
      'a.b.c',
    ];
    for (const forgery of forgeries) {
      expect(await rejectionOf(verify(forgery))).toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });

  test('an unknown kid asks for the keys once, then leaves Sentinel alone', async () => {
    await verify(await good());
    expect(jwksRequests()).toBe(1);
    published = [await jwk(keys[0]!.publicKey, 'k1'), await jwk(keys[1]!.publicKey, 'k2')];
    await verify(await good({}, keys[1]!.privateKey, 'k2'));
    await verify(await good({}, keys[1]!.privateKey, 'k2'));
    expect(jwksRequests()).toBe(2);
    const unknown = await good({}, keys[1]!.privateKey, 'k3');
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

  test('keys that cannot be renewed go on being used', async () => {
    await verify(await good());
    clock.advance(300_001);
    jwksStatus = 503;
    await expect(verify(await good({ exp: NOW + 6_000 }))).resolves.toBeDefined();
  });

  test('a wrong clock of this machine is put right by the Date header', async () => {
    clock.advance(86_400_000);
    await expect(verify(await good())).resolves.toBeDefined();
  });
});

describe('the ID token of a code exchange', () => {
  const exchange = async () => {
    const login = await client.authorizationUrl({ redirectUri: 'https://app.example/' });
    return client.exchangeCode(client.parseCallback(`?code=c&state=${login.state}`, login), login);
  };

  test('without a key it is believed, with a warning', async () => {
    published = [];
    idToken = await sign();
    const tokens = await exchange();
    note(tokens);
    expect(tokens.claims?.sub).toBe('1000');
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('with a wrong signature, audience or time it is refused', async () => {
    for (const [claims, key] of [
      [{}, keys[1]!.privateKey],
      [{ aud: 'another' }, undefined],
      [{ exp: NOW - 100 }, undefined],
      [{ nonce: 'not asked for' }, undefined],
    ] as const) {
      idToken = await sign(claims, key);
      expect(await rejectionOf(exchange())).toMatchObject({ code: 'TOKEN_INVALID', operation: 'exchangeCode' });
    }
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
