import fc from 'fast-check';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock } from '@lp-functions/http/testing';
import { createSentinelClient, type TokenSet } from '../../src/index.ts';
import {
  ACCOUNT,
  CLIENT_ID,
  CLIENT_SECRET,
  expectNothingLeaked,
  identity,
  leakPattern,
  note,
  rejectionOf,
} from '../identity-under-test.ts';
import { type Script, type ScriptedServer, startScriptedServer } from '../scripted-server.ts';

afterAll(() => expectNothingLeaked());

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer({});
});
afterEach(() => server.close());

function ask(script: ScriptedServer['script'], clock = createTestClock()): Promise<TokenSet> {
  server.script = script;
  return createSentinelClient({
    accountId: ACCOUNT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    sentinelDomain: () => server.url,
    http: identity({ sentinel: server.url, clock }).http,
  }).clientCredentials();
}

const lifetime = ({ obtainedAtMs, expiresAtMs }: TokenSet): number => expiresAtMs - obtainedAtMs;
const jwt = (claims: object): string =>
  ['{"alg":"RS256"}', JSON.stringify(claims), 'tkn-sig']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const TOKEN = { access_token: 'tkn-1', token_type: 'Bearer' };

describe('token answers', () => {
  it.each([
    ['a number', { expires_in: 60 }, 60_000],
    ['text', { expires_in: '60' }, 60_000],
    ['absent', {}, 1_800_000],
    ['null', { expires_in: null }, 1_800_000],
    ['nonsense', { expires_in: 'soon' }, 1_800_000],
  ])('J4: an opaque access token is used, with expires_in as %s', async (_what, field, ms) => {
    const tokens = await ask({ body: { ...TOKEN, ...field } });
    expect([tokens.accessToken.reveal(), lifetime(tokens)]).toEqual(['tkn-1', ms]);
  });

  it.each([
    ['exp and iat', { iat: 1_000, exp: 4_600 }, 3_600_000],
    ['J5: no exp', { iat: 1_000 }, 1_800_000],
    ['J5: no times', {}, 1_800_000],
    ['times that are texts', { iat: '1000', exp: '4600' }, 1_800_000],
  ])('a JWT with %s has a bounded life', async (_what, claims, ms) => {
    expect(lifetime(await ask({ body: { access_token: jwt(claims) } }))).toBe(ms);
  });

  it.each([
    ['ahead', 5 * 3_600_000],
    ['behind', -5 * 3_600_000],
  ])('a clock that is hours %s changes no lifetime, be it a span or a moment', async (_where, ms) => {
    const nowMs = Date.now();
    const iat = Math.floor(nowMs / 1_000);
    const clock = createTestClock(nowMs + ms);
    const spans = [{ expires_in: '3600' }, { access_token: jwt({ iat, exp: iat + 3_600 }) }];
    for (const body of spans) expect(lifetime(await ask({ body: { ...TOKEN, ...body } }, clock))).toBe(3_600_000);
    // A moment is in Sentinel's time, and `Date` tells that to a second or two.
    const moment = await ask({ body: { access_token: jwt({ exp: iat + 3_600 }) } }, clock);
    expect(Math.abs(lifetime(moment) - 3_600_000)).toBeLessThan(5_000);
    expect(moment.obtainedAtMs).toBe(nowMs + ms);
  });

  it('expires_in is believed before what the JWT says', async () => {
    expect(lifetime(await ask({ body: { access_token: jwt({ iat: 0, exp: 9 }), expires_in: '60' } }))).toBe(60_000);
  });

  it.each([
    ['K3: unknown fields', { ...TOKEN, jti: 'x', issued: { at: 1 }, list: [1] }],
    ['C5: a refresh token', { ...TOKEN, refresh_token: 'tkn-refresh' }],
    ['refresh_token null', { ...TOKEN, refresh_token: null }],
    ['a refresh token that is none', { ...TOKEN, refresh_token: { a: 1 } }],
    ['an ID token that cannot be read', { ...TOKEN, id_token: 'tkn-id' }],
    ['no token_type', { access_token: 'tkn-1' }],
    ['token_type in capitals', { access_token: 'tkn-1', token_type: 'BEARER' }],
    ['a scope that is a list', { ...TOKEN, scope: ['a'] }],
  ])('%s are no obstacle', async (_what, body) => {
    const tokens = await ask({ body });
    expect(tokens.accessToken.reveal()).toBe('tkn-1');
    expect(Object.keys(tokens)).toEqual(['accessToken', 'obtainedAtMs', 'expiresAtMs']);
  });

  it.each([
    ['201', { status: 201, body: TOKEN }],
    ['203', { status: 203, body: TOKEN }],
    ['another content type', { headers: { 'content-type': 'text/plain' }, body: TOKEN }],
    ['HTML as content type', { headers: { 'content-type': 'text/html' }, body: TOKEN }],
    ['a challenge beside it', { headers: { 'www-authenticate': 'Bearer realm="x"' }, body: TOKEN }],
  ])('%s is a success', async (_what, script) => {
    expect((await ask(script)).accessToken.reveal()).toBe('tkn-1');
  });

  it('a granted scope is told', async () => {
    expect(await ask({ body: { ...TOKEN, scope: 'faas.lambda.invoke' } })).toMatchObject({
      scope: 'faas.lambda.invoke',
    });
  });

  it.each([
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<!doctype html>tkn-1' }],
    ['truncated JSON', { body: '{"access_token":"tkn-1","tok' }],
    ['an empty body', { body: '' }],
    ['204', { status: 204 }],
    ['a list', { body: [TOKEN] }],
    ['null', { body: 'null' }],
    ['an object without a token', { body: { token_type: 'Bearer', refresh_token: 'tkn-r' } }],
    ['an empty token', { body: { access_token: '' } }],
    ['a token that is an object', { body: { access_token: { value: 'tkn-1' } } }],
    ['a token that cannot be sent', { body: { access_token: 'tkn-1\r\nx: y' } }],
    ['a token of another kind', { body: { access_token: 'tkn-1', token_type: 'DPoP' } }],
    ['a token of an unknown kind', { body: { access_token: 'tkn-1', token_type: 'mac' } }],
  ])('%s is SENTINEL_UNREADABLE', async (_what, script: Script) => {
    expect(await rejectionOf(ask(script))).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'SENTINEL_UNREADABLE',
      fault: 'platform',
      operation: 'clientCredentials',
      accountId: ACCOUNT,
      target: CLIENT_ID,
      attempts: 1,
      retryable: false,
      executed: 'no',
      hint: expect.stringContaining('proxy'),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('refusals', () => {
  const OAUTH = { error: 'invalid_client', error_description: 'No such client.' };
  it.each([
    ['400', { status: 400, body: OAUTH }, 'GRANT_REFUSED', false, 1],
    ['401', { status: 401, body: OAUTH }, 'GRANT_REFUSED', false, 1],
    [
      '401 with a challenge',
      { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, body: OAUTH },
      'GRANT_REFUSED',
      false,
      1,
    ],
    ['403', { status: 403, body: OAUTH }, 'GRANT_REFUSED', false, 1],
    ['404', { status: 404, body: OAUTH }, 'GRANT_REFUSED', false, 1],
    [
      'another content type',
      { status: 400, headers: { 'content-type': 'text/plain' }, body: OAUTH },
      'GRANT_REFUSED',
      false,
      1,
    ],
    ['200 that says no', { status: 200, body: OAUTH }, 'GRANT_REFUSED', false, 1],
    ['408', { status: 408, body: OAUTH }, 'SENTINEL_UNAVAILABLE', true, 4],
    ['429', { status: 429, body: OAUTH }, 'SENTINEL_UNAVAILABLE', true, 4],
    ['500', { status: 500, body: OAUTH }, 'SENTINEL_UNAVAILABLE', true, 4],
    ['503', { status: 503, body: OAUTH }, 'SENTINEL_UNAVAILABLE', true, 4],
    ['901', { status: 901, body: OAUTH }, 'SENTINEL_UNAVAILABLE', true, 1],
  ])('an error body with %s', async (_what, script, code, retryable, attempts) => {
    expect(await rejectionOf(ask(script))).toMatchObject({
      name: 'SentinelOAuthError',
      code,
      retryable,
      attempts,
      status: script.status,
      oauthError: 'invalid_client',
      oauthErrorDescription: 'No such client.',
      message: expect.stringContaining('(invalid_client: No such client.)'),
      accountId: ACCOUNT,
      executed: 'no',
    });
    expect(server.requests).toHaveLength(attempts);
  });

  it.each([
    ['invalid_client', 401, 'installed on this account'],
    ['invalid_grant', 400, 'log in again'],
    ['unauthorized_client', 400, 'grant_types'],
    ['unsupported_grant_type', 400, 'grant_types'],
    ['invalid_scope', 400, 'leave scope out'],
    ['something_new', 400, 'client id and client secret'],
    ['something_new', 404, 'account id'],
  ])('%s (%d) says what to do', async (error, status, hint) => {
    expect(await rejectionOf(ask({ status, body: { error } }))).toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it('temporarily_unavailable is believed whatever the status', async () => {
    expect(await rejectionOf(ask({ status: 400, body: { error: 'temporarily_unavailable' } }))).toMatchObject({
      code: 'SENTINEL_UNAVAILABLE',
      retryable: true,
    });
  });

  it.each([
    [400, 'GRANT_REFUSED'],
    [401, 'GRANT_REFUSED'],
    [404, 'GRANT_REFUSED'],
    [429, 'SENTINEL_UNAVAILABLE'],
    [500, 'SENTINEL_UNAVAILABLE'],
    [503, 'SENTINEL_UNAVAILABLE'],
  ])('K8: %d without a body, with HTML, with nonsense', async (status, code) => {
    for (const body of [
      '',
      '<h1>no</h1>',
      '{"error":',
      '[]',
      '{"error":{"code":7},"error_description":["x"]}',
      '{"error":"x","error_description":{"a":1}}',
      '{"error":"x","error_description":5}',
    ]) {
      expect(await rejectionOf(ask({ status, body }))).toMatchObject({ name: 'SentinelOAuthError', code, status });
    }
  });

  it('429 with a Retry-After that is too long says how long', async () => {
    expect(await rejectionOf(ask({ status: 429, headers: { 'retry-after': '3600' } }))).toMatchObject({
      code: 'SENTINEL_UNAVAILABLE',
      retryAfterMs: 3_600_000,
      attempts: 1,
    });
  });

  it('429 and 503 that pass are not noticed', async () => {
    const tokens = await ask((_request, count) => [{ status: 429 }, { status: 503 }][count - 1] ?? { body: TOKEN });
    expect(tokens.accessToken.reveal()).toBe('tkn-1');
    expect(server.requests).toHaveLength(3);
  });

  it.each([301, 302, 307, 308])('K21: a redirect (%d) is refused, and the secret goes nowhere else', async (status) => {
    const elsewhere = await startScriptedServer({ body: TOKEN });
    try {
      expect(await rejectionOf(ask({ status, headers: { location: `${elsewhere.url}/` } }))).toMatchObject({
        name: 'TransportError',
        code: 'REDIRECT_REFUSED',
        operation: 'clientCredentials',
      });
      expect(elsewhere.requests).toHaveLength(0);
    } finally {
      await elsewhere.close();
    }
  });

  it.each([
    ['reset', 'CONNECTION_LOST'],
    ['half', 'CONNECTION_LOST'],
  ] as const)('a connection that breaks (%s) is tried four times', async (script, code) => {
    expect(await rejectionOf(ask(script))).toMatchObject({
      name: 'TransportError',
      code,
      attempts: 4,
      retryable: true,
      executed: 'no',
    });
  });

  it('an answer beyond reason is refused', async () => {
    expect(await rejectionOf(ask({ body: { ...TOKEN, more: 'x'.repeat(300_000) } }))).toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
    });
  });

  it('K2: a secret that is echoed where the shown text ends is not shown in part', async () => {
    for (let before = 180; before <= 300; before += 3) {
      server.script = ({ body }) => ({
        status: 400,
        body: { error: `${'x'.repeat(before)}${body}`, error_description: `${'x'.repeat(before)}${CLIENT_SECRET}` },
      });
      await rejectionOf(ask(server.script));
    }
  });

  it('a long description is shown shortened', async () => {
    const error = await rejectionOf(ask({ status: 400, body: { error: 'x', error_description: 'y'.repeat(5_000) } }));
    expect(String(error['oauthErrorDescription'])).toHaveLength(301);
  });
});

it(
  'answers of every shape end in tokens or a typed error, and no error shows a token',
  { timeout: 60_000 },
  async () => {
    const word = fc.constantFrom('tkn-a', 'tkn-b', '', 'Bearer', 'invalid_client', '60', CLIENT_SECRET);
    const field = fc.oneof({ weight: 3, arbitrary: word }, fc.jsonValue());
    const body = fc.record(
      {
        access_token: field,
        token_type: field,
        expires_in: field,
        refresh_token: field,
        id_token: field,
        scope: fc.oneof(fc.constant('faas.lambda.invoke'), fc.jsonValue()),
        error: fc.constantFrom('invalid_client', 'x', 5, null),
        error_description: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const status = fc.constantFrom(200, 200, 200, 201, 204, 206, 400, 401, 403, 404, 429, 500, 503, 599, 901);
    const text = fc.oneof({ weight: 4, arbitrary: body.map((value) => JSON.stringify(value)) }, fc.json(), fc.string());
    const leak = leakPattern();
    await fc.assert(
      fc.asyncProperty(status, text, async (code, answer) => {
        try {
          const tokens = await ask({ status: code, body: answer });
          expect(tokens.accessToken.reveal()).toMatch(/^[\x20-\x7e]+$/);
          expect(lifetime(tokens)).toBeGreaterThanOrEqual(0);
          note(tokens);
        } catch (error) {
          expect(error).toMatchObject({
            name: 'SentinelOAuthError',
            accountId: ACCOUNT,
            operation: 'clientCredentials',
          });
          expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toMatch(leak);
        }
      }),
      { numRuns: 150 },
    );
  },
);
