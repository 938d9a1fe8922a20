import { createHttpClient, createUndiciTransport, type HttpTransport } from '@lp-functions/http';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaasInvoker, type FaasInvoker, type FaasInvokerOptions } from '../../src/index.ts';
import { type RecordingGateway, startRecordingGateway } from '../recording-gateway.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const HOSTS = { v1: 'va.faasgw.localhost', v2: 'euwe1.fninvocations.localhost' } as const;

describe.each(['v1', 'v2'] as const)('what asks and runs nothing, on %s', (platform) => {
  const v1 = platform === 'v1';
  let gateway: RecordingGateway;
  let transport: HttpTransport;
  let invoker: FaasInvoker;
  beforeAll(async () => {
    gateway = await startRecordingGateway(HOSTS[platform]);
    transport = createUndiciTransport();
  });
  afterAll(async () => {
    await transport.close();
    await gateway.close();
  });
  beforeEach(() => {
    invoker = invokerWith({ listingDomain: () => gateway.origin });
  });
  afterEach(() => gateway.clear());

  function invokerWith(changes: Partial<FaasInvokerOptions>): FaasInvoker {
    return createFaasInvoker({
      accountId: '12345678',
      gatewayDomain: () => gateway.origin,
      authorizer: { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) },
      http: createHttpClient({ transport, clock: createTestClock() }),
      ...changes,
    });
  }
  const answer = (text: string, status = 200): void => {
    gateway.answer = (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };

  test('a listing has every filter, source, user and request id', async () => {
    answer('[]');
    const filter = { name: 'a b', eventId: 'x', state: ['Draft', 'Productive'], userId: '9' };
    await invoker.getLambdas(filter, { requestId: 'mine', eventSource: 'my shop' });
    expect(gateway.requests[0]).toMatchObject({
      method: 'GET',
      url: v1
        ? '/api/account/12345678/lambdas?v=1&externalSystem=my%20shop&eventId=x&state=Draft&state=Productive&name=a%20b&userId=9'
        : '/api/account/12345678/functions?eventId=x&state=Draft&state=Productive&functionName=a%20b&userId=9',
      headers: { 'x-request-id': 'mine', accept: 'application/json', authorization: 'Bearer some-token' },
    });
    expect(gateway.requests[0]?.headers['lp-eventsource']).toBe(v1 ? undefined : 'my shop');
    await invokerWith({ listingDomain: () => gateway.origin, userId: '8' }).getLambdas({ state: 'Draft' });
    expect(gateway.requests[1]?.url).toMatch(/state=Draft&userId=8$/);
  });

  test('fields are what their types say, or absent; unknown ones stay', async () => {
    const odd = {
      uuid: UUID,
      name: 5,
      state: null,
      size: 1,
      version: 'x',
      skills: [1],
      isCompV1: 'no',
      createdAt: 7,
      own: { a: 1 },
    };
    const whole = {
      uuid: UUID,
      name: 'a',
      description: 'd',
      state: 'Productive',
      size: 'S',
      version: 3,
      skills: ['1'],
      isCompV1: true,
      eventId: 'e',
    };
    answer(JSON.stringify([odd, whole]));
    const lambdas = await invoker.getLambdas();
    expect(lambdas[0]).toEqual({
      uuid: UUID,
      name: '',
      description: '',
      state: '',
      platform,
      invocable: false,
      own: { a: 1 },
    });
    expect(lambdas[1]).toEqual({ ...whole, platform, invocable: true });
  });

  test.each(['{}', '5', '[5]', '[{}]', '[null]', '<html>', ''])('%j is no listing', async (text) => {
    answer(text);
    await expect(invoker.getLambdas()).rejects.toMatchObject({ code: 'RESPONSE_UNREADABLE', executed: 'no', platform });
  });

  test('who may not list is told so, and what to do', async () => {
    answer('{}', 403);
    const forbidden = { code: 'FORBIDDEN', hint: expect.stringContaining('listingAuthorizer') as string };
    await expect(invoker.getLambdas()).rejects.toMatchObject(forbidden);
    await expect(invoker.isImplemented({ lambdaUuid: UUID })).rejects.toMatchObject(forbidden);
    await expect(invoker.invokeByName('quote', 1)).rejects.toMatchObject(forbidden);
    const other = invokerWith({
      listingDomain: () => gateway.origin,
      listingAuthorizer: { authorize: () => Promise.resolve({ authorization: 'Bearer a-user' }) },
    });
    answer('[]');
    gateway.clear();
    await other.getLambdas();
    expect(gateway.requests[0]?.headers.authorization).toBe('Bearer a-user');
  });

  test('without the host of the listing, or with one that is none, the option is named', async () => {
    const missing = { name: 'ConfigurationError', option: 'listingDomain' };
    await expect(invokerWith({}).getLambdas()).rejects.toMatchObject(missing);
    await expect(invokerWith({}).invokeByName('a', 1)).rejects.toMatchObject(missing);
    await expect(invokerWith({ listingDomain: () => 5 as never }).getLambdas()).rejects.toMatchObject(missing);
    expect(gateway.requests).toEqual([]);
  });

  test.each<[object, object, string]>([
    [{ state: 'a\nb' }, {}, 'state'],
    [{ name: '' }, {}, 'name'],
    [{ nam: 'a' }, {}, 'nam'],
    [{}, { timeoutMs: 0 }, 'timeoutMs'],
    [{}, { retries: 3 }, 'retries'],
  ])('a listing of %j with %j is refused', async (filter, call, option) => {
    await expect(invoker.getLambdas(filter, call)).rejects.toMatchObject({ name: 'ConfigurationError', option });
    expect(gateway.requests).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{}, 'eventId'],
    [{ eventId: 'a', lambdaUuid: UUID }, 'eventId'],
    [{ lambdaUuid: UUID, skillId: '1' }, 'skillId'],
    [{ lambdaUuid: 'x' }, 'lambdaUuid'],
    [{ eventId: 'a', skillId: '' }, 'skillId'],
  ])('isImplemented of %j is refused', async (question, option) => {
    await expect(invoker.isImplemented(question as never)).rejects.toMatchObject({ option });
  });

  test.each<[unknown, string]>([
    [{}, 'uuid'],
    [{ uuid: UUID, name: 'a' }, 'uuid'],
    [{ uuid: 'x' }, 'uuid'],
    [{ name: 'a\nb' }, 'name'],
  ])('waitUntilProductive of %j is refused', async (which, option) => {
    await expect(invoker.waitUntilProductive(which as never)).rejects.toMatchObject({ option });
  });

  test('a wait ends with the function, with a deployment that failed, with its deadline', async () => {
    const states = ['Draft', 'Build Error'];
    gateway.answer = (response) => response.end(JSON.stringify([{ uuid: UUID, name: 'a', state: states.shift() }]));
    await expect(invoker.waitUntilProductive({ uuid: UUID.toUpperCase() })).rejects.toMatchObject({
      code: 'REQUEST_REFUSED',
      executed: 'no',
      message: expect.stringContaining('Build Error') as string,
    });
    answer('[]');
    await expect(invoker.waitUntilProductive({ name: 'a' }, { deadlineMs: 10, pollMs: 10 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      operation: 'waitUntilProductive',
    });
  });

  test('a name is exact; what is like it is told; one that was made anew is found the next time', async () => {
    let uuid = UUID;
    gateway.answer = (response, { url }) => {
      if (!url.includes('/invoke')) response.end(JSON.stringify([{ uuid, name: 'quote me', state: 'Productive' }]));
      else response.writeHead(url.includes(UUID) ? 404 : 200).end('1');
    };
    await expect(invoker.invokeByName('quote', 1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: 'There are: quote me.',
    });
    await expect(invoker.invokeByName('quote me', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    uuid = '11111111-1111-4111-8111-111111111111';
    expect((await invoker.invokeByName('quote me', 1)).result).toBe(1);
    answer('[]');
    await expect(invoker.invokeByName('nobody', 1)).rejects.toMatchObject({ hint: 'Names are case-sensitive.' });
    await expect(invoker.invokeByName('', 1)).rejects.toMatchObject({ option: 'name' });
  });

  test('a call as a curl command: quoted for a shell, secrets masked, nothing sent', async () => {
    const call = { headers: { 'x-api-key': 'hidden', plain: "it's" }, skillId: '4 2', requestId: 'mine' };
    const command = await invoker.toCurl({ uuid: UUID }, { quote: "it's $HOME" }, call);
    expect(command).toContain(`--header 'authorization: Bearer [secret]'`);
    expect(command).toContain(String.raw`{"quote":"it'\''s $HOME"}`);
    expect(command).toContain('{"key":"x-api-key","value":"[secret]"}');
    expect(command).toContain("--header 'x-request-id: mine'");
    expect(command).toMatch(
      new RegExp(`^curl --request POST 'http://[^']+/lambdas/${UUID}/invoke\\?[^']*skillId=4%202'`),
    );
    expect(command).not.toContain('hidden');
    const byEvent = await invokerWith({ undefinedProperties: 'omit', userId: '9' }).toCurl(
      { eventId: 'my_event' },
      { a: undefined },
    );
    expect(byEvent).toMatch(/\/events\/my_event\/invoke\?[^']*userId=9/);
    expect(byEvent).toContain('"payload":{}');
    expect(gateway.requests).toEqual([]);
    await expect(invoker.toCurl(undefined as never, 1)).rejects.toMatchObject({ option: 'uuid' });
    await expect(invoker.toCurl({ uuid: 'x' }, 1)).rejects.toMatchObject({ option: 'uuid' });
    await expect(invoker.toCurl({ eventId: 'a/b' }, 1)).rejects.toMatchObject({ option: 'eventId' });
    await expect(invoker.toCurl({ uuid: UUID }, { a: undefined })).rejects.toMatchObject({ option: 'payload.a' });
  });

  test('a signal that was aborted before: nothing is looked up, nothing is asked', async () => {
    let looked = 0;
    const signal = AbortSignal.abort();
    const domain = (): string => {
      looked++;
      return gateway.origin;
    };
    const other = invokerWith({ gatewayDomain: domain, listingDomain: domain });
    for (const call of [
      other.getLambdas({}, { signal }),
      other.isImplemented({ eventId: 'a' }, { signal }),
      other.invokeByName('a', 1, { signal }),
      other.waitUntilProductive({ name: 'a' }, { signal }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'ABORTED', executed: 'no' });
    }
    expect([looked, gateway.requests]).toEqual([0, []]);
  });
});

test.each<[unknown, string]>([
  [undefined, 'uuid'],
  [null, 'uuid'],
])('invokeEach with %s for options is refused', (options, option) => {
  const invoker = createFaasInvoker({
    accountId: '1',
    gatewayDomain: () => 'x',
    authorizer: { authorize: () => Promise.resolve({}) },
  });
  expect(() => invoker.invokeEach([], options as never)).toThrow(expect.objectContaining({ option }));
});

test.each([null, 5, {}, { request() {} }])('http: %j is refused', (http) => {
  const authorizer = { authorize: () => Promise.resolve({}) };
  expect(() =>
    createFaasInvoker({ accountId: '1', gatewayDomain: () => 'x', authorizer, http: http as never }),
  ).toThrow(expect.objectContaining({ name: 'ConfigurationError', option: 'http' }));
});
