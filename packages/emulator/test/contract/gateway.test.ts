import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, send, type Caller } from '../platform-caller.ts';

const ECHO = 'async function lambda(input) { return input; }';
const FAIL =
  'function lambda(input, callback) { console.info("about to fail", { n: 1 }); callback(new Error("no stock")); }';
const UNKNOWN_UUID = 'c521cadf-d444-4519-ad11-1c1111114415';

describe.each(['v1', 'v2'] as const)('gateway of %s', (platform) => {
  let emulator: Emulator;
  let caller: Caller;
  beforeAll(async () => {
    emulator = await startEmulator({ platform, accounts: [{ accountId: '222' }], maxRequestBytes: 100_000 });
    caller = callerOf(emulator);
    emulator.functions.add({ name: 'echo', code: ECHO });
    emulator.functions.add({ name: 'fail', code: FAIL });
    emulator.functions.add({ name: 'draft', code: ECHO, state: 'Draft' });
  });
  afterAll(() => emulator.close());
  afterEach(() => {
    emulator.faults.clear();
  });
  const uuid = (name: string): string => emulator.functions.get(name).uuid;
  const error = (v1: string, v2: string, message: unknown = expect.any(String)): unknown =>
    platform === 'v1' ? { errorCode: v1, errorMsg: message } : { code: v2, message };

  test('B12, B13: the result is the bare value, and the function sees headers and payload', async () => {
    const body = JSON.stringify({ timestamp: 1, headers: [{ key: 'a', value: 'b' }], payload: 'text' });
    const answer = await caller.invoke(uuid('echo'), undefined, { body });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      json: { headers: [{ key: 'a', value: 'b' }], payload: 'text' },
    });
    expect((await caller.invoke(uuid('echo'), undefined, { body: '{}' })).json).toEqual({ headers: [] });
    emulator.functions.add({ name: 'text', code: 'async function lambda() { return "success"; }' });
    expect((await caller.invoke(uuid('text'))).text).toBe('"success"');
  });

  test('B11: unknown parameters and an empty skill are ignored', async () => {
    const answer = await caller.invoke(uuid('echo'), 1, {
      query: '?v=1&skillId=&externalSystem=my%20system}&userId=9&x=y',
    });
    expect(answer.status).toBe(200);
    expect((await caller.invoke(uuid('echo').toUpperCase(), 1)).status).toBe(200);
  });

  test.each(['', 'no json', '[]', 'null', '"text"', '{"headers":{}}'])('B12: the body %j is 400', async (body) => {
    const { status, json } = await caller.invoke(uuid('echo'), undefined, { body });
    expect(status).toBe(400);
    expect(json).toEqual(error('com.liveperson.faas.es.badinput', 'com.liveperson.faas.evg.invalid'));
  });

  test('an unknown UUID and an undeployed function are 404', async () => {
    const message = `There is no ${UNKNOWN_UUID} deployed on 12345678`;
    expect(await caller.invoke(UNKNOWN_UUID)).toMatchObject({
      status: 404,
      json: error('com.liveperson.faas.es.missinglambda', 'com.liveperson.faas.function.not-found', message),
    });
    expect(await caller.invoke(uuid('draft'))).toMatchObject({
      status: 404,
      json: error('com.liveperson.faas.es.notdeployed', 'com.liveperson.faas.function.not-found'),
    });
    expect(emulator.functions.get('draft').invocations).toBe(0);
  });

  test('B14, B15: a function that fails is 901 with the message of its author', async () => {
    const { status, json } = await caller.invoke(uuid('fail'));
    expect(status).toBe(901);
    if (platform === 'v2') {
      expect(json).toEqual({ code: 'com.customer.faas.function.threw-error', message: 'no stock' });
    } else {
      expect(json).toEqual({
        errorCode: 'com.liveperson.faas.handler.custom-failure',
        errorMsg: 'no stock',
        errorLogs: [
          { level: 'Info', message: 'about to fail', extras: [{ n: 1 }], timestamp: expect.any(Number) as number },
        ],
      });
    }
  });

  test('B10: 401 without a token, with an unknown, an expired, a revoked or a foreign one', async () => {
    const url = `/api/account/12345678/lambdas/${uuid('echo')}/invoke`;
    const bare = await send(emulator, url, { method: 'POST', body: '{}' });
    expect(bare).toMatchObject({
      status: 401,
      headers: { 'content-type': 'application/json' },
      json: error('com.liveperson.faas.es.general', 'com.liveperson.faas.evg.general'),
    });
    expect((await caller.invoke(uuid('echo'), 1, { token: 'garbage' })).status).toBe(401);
    expect((await caller.invoke(uuid('echo'), 1, { token: await callerOf(emulator, '222').token() })).status).toBe(401);
    const token = await caller.token();
    expect((await caller.invoke(uuid('echo'), 1, { token })).status).toBe(200);
    emulator.clock.advance(3_600_000);
    expect((await caller.invoke(uuid('echo'), 1, { token })).status).toBe(401);
    emulator.clock.reset();
    expect(emulator.apps.revokeTokens()).toBeGreaterThan(0);
    expect((await caller.invoke(uuid('echo'), 1, { token })).status).toBe(401);
    caller = callerOf(emulator);
  });

  test('B10: 403 for an app without the scope and a user without the permission', async () => {
    const app = emulator.apps.install({ client_name: 'no scope', scope: 'msg.consumer' });
    expect((await caller.invoke(uuid('echo'), 1, { token: await caller.token(app) })).status).toBe(403);
    emulator.users.add({ loginName: 'admin', permissions: ['FaaS-Admin'] });
    expect(
      (await caller.invoke(uuid('echo'), 1, { token: emulator.users.issueTokens('admin').accessToken })).status,
    ).toBe(403);
    const user = emulator.users.issueTokens(emulator.users.default.loginName);
    expect(user.accessToken).toMatch(/^[0-9a-f]{64}$/);
    expect((await caller.invoke(uuid('echo'), 1, { token: user.accessToken })).status).toBe(200);
  });

  test('a wrong method is 405, a large body 413', async () => {
    const url = `/api/account/12345678/lambdas/${uuid('echo')}/invoke`;
    for (const method of ['GET', 'PUT', 'HEAD', 'OPTIONS'])
      expect((await send(emulator, url, { method })).status).toBe(405);
    const large = await caller.invoke(uuid('echo'), 'x'.repeat(200_000));
    expect(large).toMatchObject({
      status: 413,
      json: error('com.liveperson.faas.es.badinput', 'com.liveperson.faas.evg.invalid'),
    });
    expect((await caller.invoke(uuid('echo'), 1)).status).toBe(200);
  });

  test('B13: an event runs its listeners in order and answers a list', async () => {
    emulator.functions.add({ name: 'b', eventId: 'custom_event', code: 'async function lambda() { return 2; }' });
    emulator.functions.add({ name: 'a', eventId: 'custom_event', code: 'async function lambda() {}' });
    emulator.functions.add({ name: 'c', eventId: 'custom_event', code: ECHO, state: 'Marked Undeployed' });
    const { status, json } = await caller.event('custom_event');
    expect(status).toBe(200);
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
    expect(json).toEqual([
      { uuid: uuid('a'), timestamp, result: null },
      { uuid: uuid('b'), timestamp, result: 2 },
    ]);
    emulator.functions.remove('c');
  });

  test('the first listener that fails ends the chain, and its error is the answer', async () => {
    emulator.functions.add({ name: 'chain-1', eventId: 'chain', code: ECHO });
    emulator.functions.add({
      name: 'chain-2',
      eventId: 'chain',
      code: 'async function lambda() { throw new Error("stop"); }',
    });
    emulator.functions.add({ name: 'chain-3', eventId: 'chain', code: ECHO });
    expect((await caller.event('chain')).status).toBe(901);
    expect(['chain-1', 'chain-2', 'chain-3'].map((name) => emulator.functions.get(name).invocations)).toEqual([
      1, 1, 0,
    ]);
    expect(emulator.requests.last()?.ran).toEqual([uuid('chain-1'), uuid('chain-2')]);
  });

  test('B16: an event nobody listens to', async () => {
    const { status, json } = await caller.event('nobody');
    if (platform === 'v1') expect({ status, json }).toEqual({ status: 200, json: [] });
    else
      expect({ status, json }).toEqual({
        status: 404,
        json: { code: 'com.liveperson.faas.function.not-found', message: expect.any(String) as string },
      });
    expect((await caller.get('/api/account/12345678/events/nobody/isImplemented?v=1&skillId=')).json).toEqual({
      implemented: false,
    });
  });

  test('a skill chooses among the listeners of an event', async () => {
    emulator.functions.add({
      name: 'skill-7',
      eventId: 'skilled',
      skills: ['7'],
      code: 'async function lambda() { return 7; }',
    });
    emulator.functions.add({
      name: 'skill-8',
      eventId: 'skilled',
      skills: ['8'],
      code: 'async function lambda() { return 8; }',
    });
    const results = (await caller.event('skilled', 1, { query: '?skillId=8' })).json as { result: unknown }[];
    expect(results.map(({ result }) => result)).toEqual([8]);
    const implemented = async (query: string): Promise<unknown> =>
      (await caller.get(`/api/account/12345678/events/skilled/isImplemented${query}`)).json;
    expect(await implemented('?skillId=7')).toEqual({ implemented: true });
    expect(await implemented('?skillId=9')).toEqual({ implemented: false });
    expect(await implemented('')).toEqual({ implemented: false });
    expect((await send(emulator, '/api/account/12345678/events/skilled/isImplemented')).status).toBe(401);
  });
});

test('a V1 function on a V2 account fails with V1 codes in V2 fields', async () => {
  const emulator = await startEmulator();
  const { uuid } = emulator.functions.add({ name: 'old', isCompV1: true, code: FAIL });
  expect((await callerOf(emulator).invoke(uuid)).json).toEqual({
    code: 'com.liveperson.faas.handler.custom-failure',
    message: 'no stock',
  });
  await emulator.close();
});

test('what a function that returns nothing is answered with is an option', async () => {
  const emulator = await startEmulator({
    emptyResult: 'empty',
    wrongAccountStatus: 403,
    callsWithoutSkill: 'any',
    accounts: [{ accountId: '2' }],
  });
  const { uuid } = emulator.functions.add({
    name: 'nothing',
    eventId: 'e',
    skills: ['1'],
    code: 'async function lambda() {}',
  });
  const caller = callerOf(emulator);
  expect(await caller.invoke(uuid)).toMatchObject({ status: 200, text: '' });
  expect((await caller.invoke(uuid, 1, { token: await callerOf(emulator, '2').token() })).status).toBe(403);
  expect((await caller.event('e')).json).toHaveLength(1);
  await emulator.close();
});
