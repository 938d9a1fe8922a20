import { decodeJwt } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { callerOf, FORM, send, type Answer } from '../platform-caller.ts';

/** Points on which LivePerson's documentation is silent or contradicts itself: contract section 11, and 10 where it says "switchable". */
let emulator: Emulator;
const start = async (options: EmulatorOptions = {}): Promise<Emulator> => (emulator = await startEmulator(options));
afterEach(() => emulator.close());
const ECHO = 'async function lambda({ payload }) { return payload; }';

test.each<[EmulatorOptions, number, number]>([
  [{ platform: 'v1' }, 401, 401],
  [{ platform: 'v2' }, 401, 403],
  [{ platform: 'v1', invalidTokenStatus: 403, listingInvalidTokenStatus: 403 }, 403, 403],
  [{ platform: 'v2', invalidTokenStatus: 403, listingInvalidTokenStatus: 401 }, 403, 401],
])('B10: with %j a bad token is %i at the gateway and %i at the listing', async (options, gateway, listing) => {
  await start(options);
  const { uuid } = emulator.functions.add({ name: 'echo', code: ECHO });
  const caller = callerOf(emulator);
  const list = options.platform === 'v1' ? 'lambdas' : 'functions';
  for (const token of ['garbage', 'a.b.c']) {
    expect((await caller.invoke(uuid, 1, { token })).status).toBe(gateway);
    expect((await caller.get(`/api/account/12345678/events/e/isImplemented`, token)).status).toBe(gateway);
    expect((await caller.get(`/api/account/12345678/${list}`, token)).status).toBe(listing);
  }
});

test('B1: one service is a bare object, or a list of one; an unknown service is 404, or 400', async () => {
  const path = '/api/account/12345678/service/sentinel/baseURI.json';
  const unknown = '/api/account/12345678/service/nothing/baseURI.json';
  await start();
  expect((await send(emulator, path)).json).toMatchObject({ service: 'sentinel' });
  expect((await send(emulator, unknown)).status).toBe(404);
  await emulator.close();
  await start({ singleDomainAnswer: 'list', unknownServiceStatus: 400 });
  const entry = { service: 'sentinel', account: '12345678', baseURI: emulator.domains['sentinel'] };
  expect((await send(emulator, path)).json).toEqual({ baseURIs: [entry] });
  expect(await send(emulator, unknown)).toMatchObject({ status: 400, json: { message: expect.any(String) as string } });
});

test('B3: every host is configurable, those of the platform too', async () => {
  await start({ extraServices: { faasUI: 'faasui.example', agentVep: 'agentvep.example' } });
  expect(emulator.domains).toMatchObject({ faasUI: 'faasui.example', agentVep: 'agentvep.example' });
});

test('the issuer of app tokens is an option', async () => {
  await start();
  expect(decodeJwt(await callerOf(emulator).token()).iss).toBe('Sentinel');
  await emulator.close();
  await start({ appTokenIssuer: 'sentinel' });
  expect(decodeJwt(await callerOf(emulator).token()).iss).toBe('sentinel');
});

test('a wrong Basic credential is challenged as RFC 6749 section 5.2 says, unless that is switched off', async () => {
  const refused = async (options: EmulatorOptions, headers: Record<string, string>): Promise<Answer> => {
    await start(options);
    return send(emulator, '/sentinel/api/account/12345678/app/token', {
      method: 'POST',
      headers: { ...FORM, ...headers },
      body: 'grant_type=client_credentials&client_id=x&client_secret=y',
    });
  };
  const basic = { authorization: `Basic ${Buffer.from('x:y').toString('base64')}` };
  expect(await refused({}, basic)).toMatchObject({
    status: 401,
    json: { error: 'invalid_client' },
    headers: { 'www-authenticate': 'Basic realm="Sentinel"' },
  });
  await emulator.close();
  expect((await refused({}, {})).headers['www-authenticate']).toBeUndefined();
  await emulator.close();
  expect((await refused({ clientChallenge: false }, basic)).headers['www-authenticate']).toBeUndefined();
  await emulator.close();
  expect(await refused({ invalidClientStatus: 400 }, basic)).toMatchObject({ status: 400 });
});

test.each(['v1', 'v2'] as const)(
  'B15: every refusal of the gateway of %s is JSON with its two fields, never empty',
  async (platform) => {
    await start({
      platform,
      maxRequestBytes: 1_000,
      maxResponseBytes: 50,
      executionLimitMs: 400,
      invocationLimits: { perSecond: 50 },
    });
    const add = (name: string, code: string): string => emulator.functions.add({ name, code }).uuid;
    const echo = add('echo', ECHO);
    const caller = callerOf(emulator);
    const token = await caller.token();
    const noScope = await caller.token(emulator.apps.install({ client_name: 'no scope', scope: '' }));
    const url = `/api/account/12345678/lambdas/${echo}/invoke`;
    const answers = [
      [400, await caller.invoke(echo, 1, { body: 'x', token })],
      [401, await caller.invoke(echo, 1, { token: 'x' })],
      [403, await caller.invoke(echo, 1, { token: noScope })],
      [404, await caller.invoke('c521cadf-d444-4519-ad11-1c1111114415', 1, { token })],
      [405, await send(emulator, url)],
      [413, await caller.invoke(echo, 'x'.repeat(2_000), { token })],
      [500, await caller.invoke(echo, 'x'.repeat(100), { token })],
      [901, await caller.invoke(add('throws', 'async function lambda() { throw new Error(""); }'), 1, { token })],
      [901, await caller.invoke(add('crashes', 'async function lambda() { return x; }'), 1, { token })],
      [901, await caller.invoke(add('waits', 'function lambda(input, callback) {}'), 1, { token })],
    ] as const;
    for (const [status, answer] of answers) {
      expect([status, answer.status, answer.headers['content-type']]).toEqual([status, status, 'application/json']);
      expect(Object.keys(answer.json as object)).toEqual(
        platform === 'v1' ? ['errorCode', 'errorMsg'] : ['code', 'message'],
      );
      for (const text of Object.values(answer.json as object)) expect(typeof text).toBe('string');
    }
  },
);

test.each([
  '/sentinel/api/account/12345678/userinfo',
  '/sentinel/.well-known/openid-configuration',
  '/sentinel/api/account/12345678/token/introspect',
])('what LivePerson does not have is absent: %s', async (path) => {
  await start();
  for (const method of ['GET', 'POST']) expect((await send(emulator, path, { method })).status).toBe(404);
});
