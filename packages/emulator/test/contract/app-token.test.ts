import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, FORM, send, type Answer } from '../platform-caller.ts';

const UNVERSIONED = '/sentinel/api/account/12345678/app/token';
const VERSIONED = '/sentinel/api/v2/account/12345678/app/token';

describe('client credentials', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  const credentials = (): Record<string, string> => ({
    client_id: emulator.apps.default.clientId,
    client_secret: emulator.apps.default.clientSecret,
  });
  const basic = (id: string, secret: string): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
    send(emulator, path, {
      method: 'POST',
      headers: { ...FORM, ...headers },
      body: new URLSearchParams(fields).toString(),
    });

  test('generated credentials look like those of Sentinel', () => {
    expect(emulator.apps.default.clientId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(emulator.apps.default.clientSecret).toMatch(/^[a-z0-9]{26}$/);
  });

  test.each([`${UNVERSIONED}?v=1.0`, `${UNVERSIONED}?v=2.0`, UNVERSIONED])(
    'B7: %s answers exactly access_token and token_type',
    async (path) => {
      const { status, json, headers } = await post(path, {
        grant_type: 'client_credentials',
        scope: '',
        ...credentials(),
      });
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json');
      expect(json).toEqual({ access_token: expect.any(String) as string, token_type: 'Bearer' });
    },
  );

  test.each([VERSIONED, `${VERSIONED}?v=2.0`])('B7: %s adds expires_in as a string', async (path) => {
    const { json } = await post(path, { grant_type: 'client_credentials', ...credentials() });
    expect(json).toEqual({ access_token: expect.any(String) as string, token_type: 'Bearer', expires_in: '3600' });
  });

  test('B8, B9: the token is an RS256 JWT with exactly the documented claims, verifiable with the published key', async () => {
    const token = await callerOf(emulator).token();
    const keys = (await send(emulator, '/sentinel/well-known/jwks')).json as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys));
    expect(protectedHeader).toEqual({
      kid: expect.stringMatching(/^appjwt-\d\d-\d\d-\d\d$/) as string,
      typ: 'JWT',
      alg: 'RS256',
    });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'azp', 'exp', 'iat', 'iss', 'scope']);
    expect(payload).toMatchObject({
      aud: '12345678',
      azp: emulator.apps.default.clientId,
      scope: 'faas.lambda.invoke',
      iss: 'Sentinel',
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
    expect(keys.keys.every((key) => key['d'] === undefined)).toBe(true);
  });

  test('two tokens of one second differ', async () => {
    const [first, second] = await Promise.all([callerOf(emulator).token(), callerOf(emulator).token()]);
    expect(first).not.toBe(second);
    expect(decodeJwt(second).aud).toBe('12345678');
    expect(decodeProtectedHeader(second).alg).toBe('RS256');
  });

  test('B7: credentials are taken from the body, a Basic header, both, or the query with an empty body', async () => {
    const { client_id: id = '', client_secret: secret = '' } = credentials();
    const grant = { grant_type: 'client_credentials' };
    expect((await post(UNVERSIONED, { ...grant, ...credentials() })).status).toBe(200);
    const explicit = { ...grant, scope: 'faas.lambda.invoke', ...credentials() };
    expect((await post(UNVERSIONED, explicit)).status).toBe(200);
    expect((await post(UNVERSIONED, grant, basic(id, secret))).status).toBe(200);
    expect((await post(UNVERSIONED, { ...grant, ...credentials() }, basic(id, secret))).status).toBe(200);
    const query = `?v=2.0&grant_type=client_credentials&client_id=${id}&client_secret=${secret}`;
    expect((await send(emulator, `${UNVERSIONED}${query}`, { method: 'POST' })).status).toBe(200);
    expect((await post(UNVERSIONED, { ...grant, ...credentials() }, basic('someone-else', secret))).json).toMatchObject(
      { error: 'invalid_request' },
    );
  });

  test.each([
    ['no grant type', {}, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
    [
      'a scope that was not installed',
      { grant_type: 'client_credentials', scope: 'msg.consumer' },
      400,
      'invalid_scope',
    ],
    ['a wrong secret', { grant_type: 'client_credentials', client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { grant_type: 'client_credentials', client_id: 'unknown' }, 401, 'invalid_client'],
    ['no client', { grant_type: 'client_credentials', client_id: '' }, 401, 'invalid_client'],
  ])('%s is refused as RFC 6749 says', async (_what, fields, status, error) => {
    const answer = await post(UNVERSIONED, { ...credentials(), ...(fields as Record<string, string>) });
    expect(answer).toMatchObject({
      status,
      json: { error, error_description: expect.any(String) as string },
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.text).not.toContain(emulator.apps.default.clientSecret);
  });

  test('a parameter twice, a broken Basic header, an unknown account and a GET are refused', async () => {
    const fields = new URLSearchParams({ grant_type: 'client_credentials', ...credentials() });
    fields.append('scope', 'a');
    fields.append('scope', 'b');
    expect(await send(emulator, UNVERSIONED, { method: 'POST', body: fields.toString() })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    });
    expect(await post(UNVERSIONED, {}, { authorization: 'Basic bm9jb2xvbg==' })).toMatchObject({ status: 401 });
    expect(await post('/sentinel/api/account/999/app/token', {})).toMatchObject({
      status: 401,
      json: { error: 'invalid_client' },
    });
    expect((await send(emulator, UNVERSIONED)).status).toBe(405);
  });

  test('an app is installed from App Installation JSON, and its grants and switch count', async () => {
    const token = (app: { clientId: string; clientSecret: string }): Promise<Answer> =>
      post(UNVERSIONED, { grant_type: 'client_credentials', client_id: app.clientId, client_secret: app.clientSecret });
    const machine = emulator.apps.install({
      client_name: 'm2m',
      grant_types: ['client_credentials'],
      response_types: ['token'],
      scope: 'faas.lambda.invoke',
    });
    expect((await token(machine)).status).toBe(200);
    const web = emulator.apps.install(
      '{"client_name":"web","grant_types":["authorization_code"],"redirect_uris":["http://localhost/cb"],"response_types":["code"]}',
    );
    expect(await token(web)).toMatchObject({ status: 400, json: { error: 'unauthorized_client' } });
    const off = emulator.apps.install({ client_name: 'off', enabled: false });
    expect((await token(off)).status).toBe(401);
    expect(emulator.apps.remove(machine.clientId)).toBe(true);
    expect((await token(machine)).status).toBe(401);
    expect(() => emulator.apps.install({ client_name: 'again' }, web)).toThrow(
      expect.objectContaining({ code: 'DUPLICATE' }),
    );
  });

  test('opaque tokens and lifetimes are options', async () => {
    const other = await startEmulator({
      appTokenFormat: 'opaque',
      appTokenLifetimeSeconds: 60,
      app: { clientId: 'fixed', clientSecret: 'known' },
      invalidClientStatus: 400,
    });
    const answer = await send(other, `${VERSIONED}?grant_type=client_credentials&client_id=fixed&client_secret=known`, {
      method: 'POST',
    });
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      token_type: 'Bearer',
      expires_in: '60',
    });
    expect((await send(other, `${VERSIONED}?client_id=fixed&client_secret=no`, { method: 'POST' })).status).toBe(400);
    await other.close();
  });
});
