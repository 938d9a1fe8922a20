import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP_TOKEN_VERSIONS, appTokenUrl } from '../../src/app-token-endpoint.ts';
import { jwtTimes } from '../../src/jwt-times.ts';
import {
  normaliseRevocation,
  normaliseTokenAnswer,
  readRefusal,
  type TokenRecipient,
} from '../../src/sentinel-normalisation.ts';

const said = (text: string, recipient: TokenRecipient, status = 200): string | undefined =>
  normaliseTokenAnswer({ status, text }, recipient);
const app = (body: unknown): unknown => JSON.parse(said(JSON.stringify(body), 'app') ?? 'null');
const user = (body: unknown): unknown => JSON.parse(said(JSON.stringify(body), 'user') ?? 'null');
const BEARER = { access_token: 'a', token_type: 'Bearer' };

describe('normaliseTokenAnswer', () => {
  it.each([
    ['what is documented', BEARER, BEARER],
    ['no token_type', { access_token: 'a' }, BEARER],
    ['token_type null', { access_token: 'a', token_type: null }, BEARER],
    ['token_type empty', { access_token: 'a', token_type: '' }, BEARER],
    ['another token_type', { access_token: 'a', token_type: 'DPoP' }, { access_token: 'a', token_type: 'DPoP' }],
    ['C29: expires_in as a number', { ...BEARER, expires_in: 60 }, { ...BEARER, expires_in: 60 }],
    ['C29: expires_in as a text', { ...BEARER, expires_in: '3600' }, { ...BEARER, expires_in: 3600 }],
    ['C29: expires_in with blanks', { ...BEARER, expires_in: ' 60 ' }, { ...BEARER, expires_in: 60 }],
    ['C29: a fraction', { ...BEARER, expires_in: '59.5' }, { ...BEARER, expires_in: 59.5 }],
    ['C5: a refresh token', { ...BEARER, refresh_token: 'r' }, BEARER],
    ['C5: a refresh token that is none', { ...BEARER, refresh_token: 7 }, BEARER],
    ['an ID token nobody asked for', { ...BEARER, id_token: 'not.a.jwt' }, BEARER],
    ['scope', { ...BEARER, scope: 'faas.lambda.invoke' }, { ...BEARER, scope: 'faas.lambda.invoke' }],
    ['a scope that is a list', { ...BEARER, scope: ['faas.lambda.invoke'] }, BEARER],
    ['K3: unknown fields', { ...BEARER, jti: 'x', nested: { a: [1] } }, BEARER],
    ['an access token that is none', { access_token: { value: 'a' } }, { token_type: 'Bearer' }],
    ['an access token with a line break', { access_token: 'a\r\nx-evil: 1' }, { token_type: 'Bearer' }],
    ['an access token beyond ASCII', { access_token: 'ä' }, { token_type: 'Bearer' }],
    ['a blank access token', { access_token: '  ' }, { token_type: 'Bearer' }],
    ['an object without anything', {}, { token_type: 'Bearer' }],
  ])('for an app: %s', (_what, body, normalised) => {
    expect(app(body)).toEqual(normalised);
  });

  it.each([null, '', ' ', 0, '0', -1, '-5', 'soon', '1h', true, [60], { s: 60 }, '1e999'])(
    'C29: expires_in %j counts as absent',
    (expires_in) => {
      expect(app({ ...BEARER, expires_in })).toEqual(BEARER);
    },
  );

  it.each([
    ['all of it', { ...BEARER, refresh_token: 'r', id_token: 'i' }, { ...BEARER, refresh_token: 'r', id_token: 'i' }],
    ['refresh_token null', { ...BEARER, refresh_token: null, id_token: '' }, BEARER],
    ['refresh_token of another type', { ...BEARER, refresh_token: ['r'], id_token: {} }, BEARER],
  ])('for a user: %s', (_what, body, normalised) => {
    expect(user(body)).toEqual(normalised);
  });

  it.each(['', 'null', '7', '"a"', '[]', '{"access_token":"a', '<html></html>', '\u0000'])(
    '%j says nothing',
    (text) => {
      expect(said(text, 'app')).toBeUndefined();
    },
  );
});

describe('success', () => {
  it.each([
    [200, true],
    [201, true],
    [204, true],
    [299, true],
    [300, false],
    [400, false],
    [503, false],
  ])('%i: %s', (status, isSuccess) => {
    expect(said(JSON.stringify(BEARER), 'app', status) !== undefined).toBe(isSuccess);
    expect(normaliseRevocation({ status, text: '' }) !== undefined).toBe(isSuccess);
  });

  it('is not what says no, whatever its status', () => {
    expect(normaliseRevocation({ status: 200, text: '{"error":"invalid_client"}' })).toBeUndefined();
    expect(normaliseRevocation({ status: 200, text: '<html>bye</html>' })).toBe('{}');
  });
});

describe('readRefusal', () => {
  it.each([
    [
      'both fields',
      { error: 'invalid_client', error_description: 'no' },
      { error: 'invalid_client', description: 'no' },
    ],
    ['the code alone', { error: 'invalid_client' }, { error: 'invalid_client' }],
    ['a description of another type', { error: 'x', error_description: { a: 1 } }, { error: 'x' }],
    ['a code of another type', { error: { code: 'x' }, error_description: 'no' }, undefined],
    ['an empty code', { error: '' }, undefined],
    ['no code', { message: 'no' }, undefined],
    ['a list', [{ error: 'x' }], undefined],
  ])('%s', (_what, body, refusal) => {
    expect(readRefusal(JSON.stringify(body))).toEqual(refusal);
  });

  it('reads any text without throwing', () => {
    const field = fc.jsonValue();
    const shaped = fc.record(
      { error: field, error_description: field, access_token: field, expires_in: field },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          shaped.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const { error = '', description = '' } = readRefusal(text) ?? {};
          expect([typeof error, typeof description]).toEqual(['string', 'string']);
          const normalised = JSON.parse(said(text, 'user') ?? '{}') as Record<string, unknown>;
          expect(['string', 'undefined']).toContain(typeof normalised['access_token']);
          expect(['number', 'undefined']).toContain(typeof normalised['expires_in']);
        },
      ),
    );
  });
});

describe('jwtTimes', () => {
  const jwt = (claims: unknown): string =>
    ['{"alg":"RS256"}', JSON.stringify(claims), 'sig'].map((part) => Buffer.from(part).toString('base64url')).join('.');

  it.each([
    ['both claims', jwt({ iat: 5, exp: 65 }), { issuedAtSeconds: 5, expiresAtSeconds: 65 }],
    ['J5: no exp', jwt({ iat: 5 }), { issuedAtSeconds: 5 }],
    ['claims of other types', jwt({ iat: '5', exp: null }), {}],
    ['claims that are no object', jwt([5]), {}],
    ['J4: an opaque token', 'f'.repeat(64), {}],
    ['dots without meaning', 'a.b.c', {}],
    ['an encrypted token', 'a.b.c.d.e', {}],
    ['nothing', '', {}],
  ])('%s', async (_what, token, clues) => {
    expect(await jwtTimes(token)).toEqual(clues);
  });

  it('takes any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (token) => {
        expect(await jwtTimes(token)).toBeTypeOf('object');
      }),
    );
  });
});

describe('appTokenUrl', () => {
  const ORIGIN = 'https://va.sentinel.liveperson.net';
  it.each([
    ['1.0', `${ORIGIN}/sentinel/api/account/1/app/token?v=1.0`],
    ['2.0', `${ORIGIN}/sentinel/api/account/1/app/token?v=2.0`],
    ['api-v2', `${ORIGIN}/sentinel/api/v2/account/1/app/token`],
  ] as const)('C7: %s', (version, url) => {
    expect(appTokenUrl(ORIGIN, '1', version)).toBe(url);
  });

  it('stays on its origin and path, whatever the account is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...APP_TOKEN_VERSIONS), (account, version) => {
        const url = new URL(appTokenUrl(ORIGIN, `x${account}`, version));
        expect(url.origin).toBe(ORIGIN);
        expect(url.pathname).toMatch(/^\/sentinel\/api\/(v2\/)?account\/[^/]+\/app\/token$/);
      }),
    );
  });
});
