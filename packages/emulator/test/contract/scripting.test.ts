import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type FaultDefinition } from '../../src/index.ts';
import { callerOf, eventually, send, type Caller } from '../platform-caller.ts';

let emulator: Emulator;
let caller: Caller;
let uuid: string;
beforeAll(async () => {
  emulator = await startEmulator({ accounts: [{ accountId: '222', platform: 'v1' }] });
  uuid = emulator.functions.add({
    name: 'echo',
    eventId: 'event',
    code: 'async function lambda({ payload }) { return payload; }',
  }).uuid;
  emulator.accounts
    .get('222')
    .functions.add({ name: 'echo', code: 'async function lambda({ payload }) { return payload; }' });
  caller = callerOf(emulator);
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.reset();
  caller = callerOf(emulator);
});
const invocations = (): number => emulator.functions.get('echo').invocations;
const LIST = '/api/account/12345678/service/baseURI.json';

describe('B18: faults', () => {
  test('a status gets an error body of the right shape, on each generation and for Sentinel', async () => {
    emulator.faults.add({ service: 'gateway', status: 503 });
    expect(await caller.invoke(uuid)).toMatchObject({
      status: 503,
      json: { code: 'com.liveperson.faas.evg.general', message: expect.any(String) as string },
    });
    const other = emulator.accounts.get('222').functions.get('echo').uuid;
    expect(await callerOf(emulator, '222').invoke(other)).toMatchObject({
      status: 503,
      json: { errorCode: 'com.liveperson.faas.es.unavailable', errorMsg: expect.any(String) as string },
    });
    expect(invocations()).toBe(0);
    emulator.faults.add({ operation: 'appToken', status: 500 });
    expect(await send(emulator, '/sentinel/api/account/1/app/token', { method: 'POST' })).toMatchObject({
      status: 500,
      json: { error: 'server_error', error_description: expect.any(String) as string },
    });
    emulator.faults.add({ service: 'discovery', status: 502 });
    expect(await send(emulator, LIST)).toMatchObject({ status: 502, json: { message: expect.any(String) as string } });
  });

  test.each<[FaultDefinition, number, string, string | undefined]>([
    [
      { status: 200, body: { baseURIs: [{ service: 'faasGW', account: '1', baseURI: 'evil.example' }] } },
      200,
      '{"baseURIs":[{"service":"faasGW","account":"1","baseURI":"evil.example"}]}',
      'application/json',
    ],
    [{ body: '<html>busy</html>', status: 502 }, 502, '<html>busy</html>', 'text/html; charset=utf-8'],
    [{ body: 'not json' }, 200, 'not json', 'text/plain; charset=utf-8'],
    [{ status: 200 }, 200, '', undefined],
    [{ status: 204 }, 204, '', undefined],
    [{ body: '', status: 500 }, 500, '', 'text/plain; charset=utf-8'],
    [
      { body: '{}', headers: { 'Content-Type': 'text/plain', Location: 'http://elsewhere/' }, status: 302 },
      302,
      '{}',
      'text/plain',
    ],
  ])('%j is answered to the letter', async (fault, status, text, contentType) => {
    emulator.faults.add({ service: 'discovery', ...fault });
    const answer = await send(emulator, LIST);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([status, text, contentType]);
  });

  test('throttling comes with and without Retry-After', async () => {
    emulator.faults.add({ service: 'gateway', status: 429, times: 1 });
    emulator.faults.add({ service: 'gateway', retryAfter: 2, times: 1 });
    const [bare, timed, fine] = [await caller.invoke(uuid), await caller.invoke(uuid), await caller.invoke(uuid, 1)];
    expect([bare.status, bare.headers['retry-after']]).toEqual([429, undefined]);
    expect([timed.status, timed.headers['retry-after']]).toEqual([429, '2']);
    expect(fine.status).toBe(200);
  });

  test('faults are listed with what they are and what they did', async () => {
    const first = emulator.faults.add({ service: 'discovery', status: 500, times: 1 });
    const second = emulator.faults.add({ service: 'gateway', delayMs: 1 });
    await send(emulator, LIST);
    await send(emulator, LIST);
    expect(emulator.faults.list().map(({ id, definition, hits }) => [id, definition, hits])).toEqual([
      [first.id, { service: 'discovery', status: 500, times: 1 }, 1],
      [second.id, { service: 'gateway', delayMs: 1 }, 0],
    ]);
    first.remove();
    expect(emulator.faults.list()).toEqual([second]);
  });

  test('times, skip and hits count, and remove ends a fault', async () => {
    const fault = emulator.faults.add({ operation: 'listDomains', status: 500, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1) statuses.push((await send(emulator, LIST)).status);
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect(fault.hits).toBe(2);
    const second = emulator.faults.add({ operation: 'listDomains', status: 500 });
    second.remove();
    expect((await send(emulator, LIST)).status).toBe(200);
  });

  test('probability is the same for the same seed', async () => {
    const series = async (seed: number): Promise<string> => {
      const fault = emulator.faults.add({ operation: 'listDomains', status: 500, probability: 0.5, seed });
      const statuses: number[] = [];
      for (let call = 0; call < 40; call += 1) statuses.push((await send(emulator, LIST)).status);
      fault.remove();
      return statuses.join();
    };
    const first = await series(7);
    expect(await series(7)).toBe(first);
    expect(await series(8)).not.toBe(first);
    expect(first).toContain('200');
    expect(first).toContain('500');
  });

  test('account, function, UUID, event and a condition select requests', async () => {
    const hits = async (fault: FaultDefinition): Promise<readonly boolean[]> => {
      const handle = emulator.faults.add({ ...fault, status: 418 });
      const byUuid = (await caller.invoke(uuid)).status === 418;
      const byEvent = (await caller.event('event')).status === 418;
      const other = (await callerOf(emulator, '222').event('event')).status === 418;
      handle.remove();
      return [byUuid, byEvent, other];
    };
    expect(await hits({ service: 'gateway', accountId: '12345678' })).toEqual([true, true, false]);
    expect(await hits({ uuid: uuid.toUpperCase() })).toEqual([true, false, false]);
    expect(await hits({ functionName: 'echo', accountId: '12345678' })).toEqual([true, true, false]);
    expect(await hits({ functionName: 'nothing' })).toEqual([false, false, false]);
    expect(await hits({ eventId: 'event' })).toEqual([false, true, true]);
    expect(await hits({ when: ({ method, path }) => method === 'POST' && path.includes('/events/') })).toEqual([
      false,
      true,
      true,
    ]);
  });

  test.each(['before-read', 'after-read', 'after-run'] as const)('a reset %s cuts the connection', async (reset) => {
    await caller.invoke(uuid);
    emulator.faults.add({ operation: 'invokeByUuid', reset, times: 1 });
    await expect(caller.invoke(uuid)).rejects.toMatchObject({ code: 'ECONNRESET' });
    const last = emulator.requests.last({ operation: 'invokeByUuid' });
    expect(last).toMatchObject({ outcome: 'cut', status: undefined, ran: reset === 'after-run' ? [uuid] : [] });
    expect(last?.body === '').toBe(reset === 'before-read');
    expect(invocations()).toBe(reset === 'after-run' ? 2 : 1);
    expect((await caller.invoke(uuid)).status).toBe(200);
  });

  test('a function can run and yet be answered with an error', async () => {
    emulator.faults.add({ operation: 'invokeByUuid', status: 500, runs: true });
    expect((await caller.invoke(uuid)).status).toBe(500);
    expect(invocations()).toBe(1);
  });

  test('half a body promises more than it sends', async () => {
    emulator.faults.add({ operation: 'listDomains', halfBody: true });
    await expect(send(emulator, LIST)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(emulator.requests.last()).toMatchObject({ outcome: 'cut', status: 200 });
  });

  test('a request that hangs is in the journal, and aborted when its caller goes', async () => {
    const hanging = await startEmulator();
    hanging.faults.add({ hang: true });
    const call = send(hanging, LIST).catch((error: unknown) => error);
    const record = await hanging.requests.waitFor({ service: 'discovery' });
    expect(record).toMatchObject({ outcome: 'pending', status: undefined });
    await hanging.close();
    expect(await call).toBeInstanceOf(Error);
    await eventually(() => record.outcome === 'aborted');
  });

  test('delays add up and leave the answer as it is', async () => {
    emulator.faults.add({ operation: 'listDomains', delayMs: 60 });
    emulator.faults.add({ operation: 'listDomains', delayMs: 60 });
    emulator.faults.add({ operation: 'listDomains', status: 500, times: 1 });
    expect((await send(emulator, LIST)).status).toBe(500);
    expect((await send(emulator, LIST)).status).toBe(200);
    expect(emulator.requests.last()?.durationMs).toBeGreaterThanOrEqual(118);
  });

  test('headers alone decorate the true answer', async () => {
    emulator.faults.add({ operation: 'listDomains', headers: { 'X-Extra': '1', 'content-type': 'text/plain' } });
    const answer = await send(emulator, LIST);
    expect(answer.json).toHaveProperty('baseURIs');
    expect(answer.headers).toMatchObject({ 'x-extra': '1', 'content-type': 'text/plain' });
  });

  test('echo repeats the request with its headers and body', async () => {
    emulator.faults.add({ echo: true, times: 2 });
    const secret = 'client_secret=very-secret';
    const token = await send(emulator, '/sentinel/api/account/1/app/token', {
      method: 'POST',
      body: secret,
      headers: { 'X-Mine': 'yes' },
    });
    expect(token.status).toBe(400);
    expect((token.json as { error_description: string }).error_description).toMatch(
      /X-Mine: yes[\s\S]*client_secret=very-secret/,
    );
    const gateway = await send(emulator, `/api/account/12345678/lambdas/${uuid}/invoke`, {
      method: 'POST',
      body: '{"payload":"p"}',
      headers: { authorization: 'Bearer abc' },
    });
    expect(gateway.status).toBe(500);
    expect((gateway.json as { message: string }).message).toMatch(/authorization: Bearer abc[\s\S]*"p"/);
  });

  test('tokens are revoked and keys withdrawn in the middle of things', async () => {
    const token = await caller.token();
    emulator.faults.add({ service: 'gateway', revokeTokens: true, times: 1 });
    expect((await caller.invoke(uuid, 1, { token })).status).toBe(401);
    expect((await caller.invoke(uuid, 1, { token: await caller.token() })).status).toBe(200);
    const second = await caller.token();
    emulator.faults.add({ service: 'gateway', rotateKeys: true, times: 1 });
    expect((await caller.invoke(uuid, 1, { token: second })).status).toBe(401);
    const third = await caller.token();
    expect((await caller.invoke(uuid, 1, { token: third })).status).toBe(200);
    const kids = async (): Promise<readonly string[]> =>
      ((await send(emulator, '/sentinel/well-known/jwks')).json as { keys: { kid: string }[] }).keys.map(
        ({ kid }) => kid,
      );
    expect(await kids()).toHaveLength(2);
    await emulator.tokens.rotateKeys();
    expect(await kids()).toHaveLength(4);
    expect(new Set(await kids()).size).toBe(4);
    expect((await caller.invoke(uuid, 1, { token: third })).status).toBe(200);
    expect(emulator.tokens.list().some((issued) => issued.token === third)).toBe(true);
    expect(emulator.tokens.revokeAll({ accountId: '222' })).toBe(0);
    expect(emulator.tokens.revokeAll()).toBeGreaterThan(0);
  });

  test.each<[object, string]>([
    [{ staus: 500 }, '"staus"'],
    [{ status: 99 }, '"status"'],
    [{ status: 1000 }, '"status"'],
    [{ probability: 2 }, '"probability"'],
    [{ reset: 'now' }, '"reset"'],
    [{ times: -1 }, '"times"'],
    [{ hang: 'yes' }, '"hang"'],
    [{ service: 'gatway' }, '"service"'],
    [{ operation: 'invoke' }, '"operation"'],
    [{ headers: { 'a b': 'c' } }, '"headers"'],
    [{ headers: { a: 'b\r\nc: d' } }, '"headers"'],
    [{ headers: null }, '"headers"'],
    [{ retryAfter: 'a\nb' }, '"retryAfter"'],
    [{ body: () => 1 }, '"body"'],
  ])('%j is refused naming the field', (definition, field) => {
    expect(() => emulator.faults.add(definition)).toThrow(field);
  });
});

describe('the journal', () => {
  test('records what was sent and what came back', async () => {
    const answer = await caller.invoke(uuid, { n: 1 }, { query: '?v=1&state=a&state=b' });
    expect(emulator.requests.last()).toMatchObject({
      service: 'gateway',
      operation: 'invokeByUuid',
      method: 'POST',
      path: `/api/account/12345678/lambdas/${uuid}/invoke`,
      url: `/api/account/12345678/lambdas/${uuid}/invoke?v=1&state=a&state=b`,
      query: { v: '1', state: ['a', 'b'] },
      accountId: '12345678',
      uuid,
      body: '{"timestamp":0,"headers":[],"payload":{"n":1}}',
      status: 200,
      responseBody: answer.text,
      outcome: 'answered',
      ran: [uuid],
    });
    expect(emulator.requests.last()?.headers).toMatchObject({
      host: `127.0.0.1:${String(emulator.port)}`,
      'content-type': 'application/json',
    });
  });

  test('is listed, counted, filtered and cleared', async () => {
    await caller.invoke(uuid);
    await caller.invoke('c521cadf-d444-4519-ad11-1c1111114415');
    await send(emulator, '/nowhere');
    const { requests } = emulator;
    expect(requests.count()).toBe(4);
    expect(requests.count({ service: 'sentinel', operation: 'appToken' })).toBe(1);
    expect(requests.count({ service: 'gateway' })).toBe(2);
    expect(requests.count({ service: 'gateway', status: 404 })).toBe(1);
    expect(requests.count(({ path }) => path === '/nowhere')).toBe(1);
    expect(requests.list({ service: 'unknown' }).map(({ status }) => status)).toEqual([404]);
    expect(requests.list().map(({ id }) => id)).toEqual(
      requests
        .list()
        .map(({ id }) => id)
        .sort((a, b) => a - b),
    );
    requests.clear();
    expect([requests.count(), requests.list().length]).toEqual([0, 0]);
  });

  test('keeps the newest, and its totals are not lost', async () => {
    const small = await startEmulator({ journalSize: 10, journalBodyCharacters: 5 });
    for (let call = 0; call < 35; call += 1) await send(small, LIST);
    expect(small.requests.list().length).toBeLessThanOrEqual(12);
    expect(small.requests.dropped + small.requests.list().length).toBe(35);
    expect(small.requests.count({ operation: 'listDomains' })).toBe(35);
    expect(small.requests.last()?.responseBody).toBe('{"bas');
    await small.close();
  });

  test('says of every body how long it was and whether it was cut', async () => {
    const small = await startEmulator({ journalBodyCharacters: 5, maxRequestBytes: 40 });
    const last = async (path: string, body: string): Promise<unknown> => {
      const { status, text } = await send(small, path, { method: 'POST', body });
      const { body: kept, bodyCharacters, bodyCut, ...record } = small.requests.last() ?? { body: '' };
      expect(record).toMatchObject({ status, responseBodyCharacters: text.length, responseBodyCut: text.length > 5 });
      return [kept, bodyCharacters, bodyCut];
    };
    expect(await last('/nowhere', '')).toEqual(['', 0, false]);
    expect(await last('/nowhere', '12345')).toEqual(['12345', 5, false]);
    expect(await last('/nowhere', '123456')).toEqual(['12345', 6, true]);
    expect(await last('/nowhere', 'x'.repeat(41))).toEqual(['', undefined, true]);
    small.faults.add({ service: 'discovery', body: 'short', times: 1 });
    await send(small, LIST);
    expect(small.requests.last()).toMatchObject({ responseBodyCharacters: 5, responseBodyCut: false });
    small.faults.add({ service: 'discovery', reset: 'before-read', times: 1 });
    await expect(send(small, LIST)).rejects.toThrow();
    expect(small.requests.last()).toMatchObject({ body: '', bodyCut: false, responseBodyCut: false });
    await small.close();
  });

  test('does not grow without bound when bodies are large', async () => {
    const large = await startEmulator({ journalBodyCharacters: 10_000_000 });
    large.faults.add({ service: 'discovery', body: 'x'.repeat(9_000_000) });
    for (let call = 0; call < 10; call += 1) await send(large, LIST);
    expect(large.requests.list().length).toBeLessThan(10);
    expect(large.requests.count({ service: 'discovery' })).toBe(10);
    await large.close();
  });

  test('verifies a number of requests, and says what there was instead', async () => {
    const { requests } = emulator;
    await send(emulator, LIST);
    await send(emulator, LIST);
    expect(requests.verify({ service: 'discovery' })).toBe(2);
    expect(requests.verify({ operation: 'listDomains' }, { count: 2 })).toBe(2);
    expect(requests.verify(({ path }) => path === LIST, { atLeast: 1, atMost: 2 })).toBe(2);
    expect(requests.verify({ service: 'gateway' }, { count: 0 })).toBe(0);
    expect(() => requests.verify({ service: 'gateway' })).toThrow(
      `There were 0 such requests, at least 1 expected. The newest of all:\n  listDomains GET ${LIST} 200`,
    );
    expect(() => requests.verify({ service: 'discovery' }, { count: 3 })).toThrow('2 such requests, 3 expected');
    expect(() => requests.verify({ service: 'discovery' }, { atMost: 1 })).toThrow('2 such requests, 0 to 1 expected');
  });

  test('whoever gives up waiting is told so, and waits no longer', async () => {
    const { requests } = emulator;
    const giveUp = new AbortController();
    const waiting = requests.waitFor({ service: 'listing' }, { signal: giveUp.signal });
    giveUp.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(requests.waitFor({ service: 'listing' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CLOSED',
    });
  });

  test('waits for what is to come, for a number of it, and not for ever', async () => {
    const { requests } = emulator;
    const awaited = requests.waitFor({ operation: 'listDomains', status: 200 }, { count: 2 });
    await send(emulator, LIST);
    await send(emulator, LIST);
    expect((await awaited).id).toBe(requests.last()?.id);
    expect(await requests.waitFor({ operation: 'listDomains' })).toBe(requests.list()[0]);
    await expect(requests.waitFor({ service: 'listing' }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'WAIT_TIMEOUT',
    });
    const other = await startEmulator();
    const never = expect(other.requests.waitFor({ service: 'listing' })).rejects.toMatchObject({ code: 'CLOSED' });
    await other.close();
    await never;
  });
});

describe('the clock', () => {
  test('moves what the platform takes for the time', async () => {
    const moment = Date.UTC(2030, 0, 2);
    emulator.clock.set(moment);
    emulator.clock.advance(1_000);
    expect(emulator.clock.now() - moment).toBeLessThan(2_000);
    const token = await caller.token();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(claims.iat - moment / 1000).toBeLessThanOrEqual(2);
    emulator.clock.advance(3_599_000);
    expect((await caller.invoke(uuid, 1, { token })).status).toBe(200);
    emulator.clock.advance(2_000);
    expect((await caller.invoke(uuid, 1, { token })).status).toBe(401);
  });
});

test('reset forgets tokens, faults, journal, counters and clock, and keeps functions and apps', async () => {
  const token = await caller.token();
  await caller.invoke(uuid);
  emulator.faults.add({ service: 'discovery', status: 500 });
  emulator.clock.advance(1e9);
  const { clientId } = emulator.apps.default;
  emulator.reset();
  expect(emulator.requests.count()).toBe(0);
  expect(invocations()).toBe(0);
  expect(emulator.clock.now()).toBeLessThan(Date.now() + 1_000);
  expect((await caller.invoke(uuid, 1, { token })).status).toBe(401);
  expect((await send(emulator, LIST)).status).toBe(200);
  expect(emulator.apps.default.clientId).toBe(clientId);
});
