import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator, type FaultDefinition } from '../../src/index.ts';
import { callerOf, FORM, send, type Caller } from '../platform-caller.ts';

let emulator: Emulator;
let caller: Caller;
let uuid: string;
beforeAll(async () => {
  emulator = await startEmulator({ replayedCodeError: 'invalid_client' });
  uuid = emulator.functions.add({ name: 'echo', code: 'async function lambda({ payload }) { return payload; }' }).uuid;
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.reset();
});
const callerNow = (): Caller => (caller = callerOf(emulator));

test.each<[string, FaultDefinition, number, string | RegExp, Record<string, string>]>([
  ['429 without Retry-After', { status: 429 }, 429, /"code":/, {}],
  ['429 with Retry-After', { retryAfter: 2 }, 429, /"code":/, { 'retry-after': '2' }],
  ['429 with Retry-After above 35 s', { status: 429, retryAfter: 36 }, 429, /"code":/, { 'retry-after': '36' }],
  [
    '429 with Retry-After as a date',
    { retryAfter: 'Fri, 20 Nov 2026 12:00:00 GMT' },
    429,
    /"code":/,
    { 'retry-after': 'Fri, 20 Nov 2026 12:00:00 GMT' },
  ],
  ['503', { status: 503 }, 503, /"code":/, {}],
  ['504', { status: 504 }, 504, /"code":/, {}],
  [
    'the HTML page of a load balancer',
    { status: 502, body: '<html><h1>502</h1></html>' },
    502,
    '<html><h1>502</h1></html>',
    { 'content-type': 'text/html; charset=utf-8' },
  ],
  ['an empty 200', { status: 200 }, 200, '', {}],
  [
    'a 200 that is not JSON',
    { body: 'Service OK' },
    200,
    'Service OK',
    { 'content-type': 'text/plain; charset=utf-8' },
  ],
])('B18: %s', async (_what, fault, status, text, headers) => {
  callerNow();
  await caller.token();
  emulator.faults.add({ service: 'gateway', ...fault });
  const answer = await caller.invoke(uuid);
  expect(answer.status).toBe(status);
  if (typeof text === 'string') expect(answer.text).toBe(text);
  else expect(answer.text).toMatch(text);
  expect(answer.headers).toMatchObject(headers);
  expect(emulator.functions.get('echo').invocations).toBe(0);
});

test.each<[FaultDefinition['reset'], number]>([
  ['before-read', 0],
  ['after-read', 0],
  ['after-run', 1],
])('B18: a connection reset %s, with the function run %i times', async (reset, ran) => {
  emulator.faults.add({ service: 'gateway', reset });
  await expect(callerNow().invoke(uuid)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(emulator.functions.get('echo').invocations).toBe(ran);
  expect(emulator.requests.last()).toMatchObject({ outcome: 'cut', status: undefined });
});

test.each([12_000, 36_000])('B18: an answer slower than %i ms, given up by its caller', async (delayMs) => {
  emulator.faults.add({ service: 'discovery', delayMs });
  const outgoing = httpRequest(`${emulator.discoveryUrl}/api/account/12345678/service/baseURI.json`);
  const failed = new Promise((resolve) => outgoing.once('error', resolve));
  outgoing.end();
  await emulator.requests.waitFor({ operation: 'listDomains', outcome: 'pending' });
  outgoing.destroy();
  expect(await failed).toBeInstanceOf(Error);
  await emulator.requests.waitFor({ operation: 'listDomains', outcome: 'aborted' });
});

test('B18: an expired token, and a clock that is wrong in either direction', async () => {
  const token = await callerNow().token();
  emulator.clock.advance(3_600_000);
  expect((await caller.invoke(uuid, 1, { token })).status).toBe(401);
  for (const skewMs of [-7_200_000, 7_200_000]) {
    emulator.clock.set(Date.now() + skewMs);
    const skewed = await callerOf(emulator).token();
    const { iat } = JSON.parse(Buffer.from(skewed.split('.')[1] ?? '', 'base64url').toString()) as { iat: number };
    expect(Math.abs(iat * 1000 - Date.now() - skewMs)).toBeLessThan(60_000);
    expect((await caller.invoke(uuid, 1, { token: skewed })).status).toBe(200);
  }
});

test('B18: a replayed code is answered invalid_client', async () => {
  const { clientId, clientSecret } = emulator.apps.default;
  const redirectUri = 'http://localhost:3000/callback';
  const query = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: redirectUri });
  const back = new URL(
    emulator.signIn(`${emulator.discoveryUrl}/sentinel/api/account/12345678/authorize?${query.toString()}`),
  );
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    client_id: clientId,
    client_secret: clientSecret,
  }).toString();
  const exchange = () =>
    send(emulator, '/sentinel/api/account/12345678/token?v=2.0', { method: 'POST', headers: FORM, body });
  expect((await exchange()).status).toBe(200);
  expect(await exchange()).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
});

test('B18: a Domain API without the wanted service', async () => {
  const entry = { service: 'sentinel', account: '12345678', baseURI: emulator.domains['sentinel'] };
  emulator.faults.add({ operation: 'listDomains', body: { baseURIs: [entry] } });
  expect((await send(emulator, '/api/account/12345678/service/baseURI.json')).json).toEqual({ baseURIs: [entry] });
});

test('B9: the key set is published without any private part, at the path without a dot', async () => {
  const { status, json } = await send(emulator, '/sentinel/well-known/jwks');
  expect(status).toBe(200);
  for (const key of (json as { keys: object[] }).keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  }
  expect((await send(emulator, '/sentinel/.well-known/jwks')).status).toBe(404);
});

test('B16: isImplemented has only the key implemented', async () => {
  const { json } = await callerNow().get('/api/account/12345678/events/none/isImplemented');
  expect(json).toEqual({ implemented: false });
});
