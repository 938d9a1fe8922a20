import { ConfigurationError } from '@lp-functions/errors';
import { type Authorizer, createHttpClient, createUndiciTransport, type HttpClient } from '@lp-functions/http';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaasInvoker, type FaasInvoker, type FaasInvokerOptions } from '../../src/index.ts';
import { type RecordingGateway, startRecordingGateway } from '../recording-gateway.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const ACCOUNT = '12345678';
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HOSTS = { v1: 'va.faasgw.localhost', v2: 'euwe1.fninvocations.localhost' };

const authorizer: Authorizer = { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) };

describe.each(['v1', 'v2'] as const)('on %s', (platform) => {
  let gateway: RecordingGateway;
  let http: HttpClient;
  const transport = createUndiciTransport();

  function invokerOf(changes: Partial<FaasInvokerOptions> = {}): FaasInvoker {
    return createFaasInvoker({ accountId: ACCOUNT, gatewayDomain: () => gateway.origin, authorizer, http, ...changes });
  }

  beforeAll(async () => {
    gateway = await startRecordingGateway(HOSTS[platform]);
    http = createHttpClient({ transport });
  });
  afterAll(async () => {
    await transport.close();
    await gateway.close();
  });
  afterEach(() => gateway.clear());

  test('a call by UUID arrives as LivePerson’s own client sends it', async () => {
    await invokerOf({ eventSource: 'my system' }).invokeByUuid(UUID, { n: 1 }, { skillId: '42', headers: { a: 'b' } });
    expect(gateway.requests).toHaveLength(1);
    const { method, url, headers, body } = gateway.requests[0]!;
    expect(method).toBe('POST');
    expect(url).toBe(
      `/api/account/${ACCOUNT}/lambdas/${UUID}/invoke` +
        (platform === 'v1' ? '?v=1&externalSystem=my%20system&skillId=42' : '?skillId=42'),
    );
    expect(headers).toMatchObject({
      accept: 'application/json',
      authorization: 'Bearer some-token',
      'content-type': 'application/json',
      'x-request-id': expect.stringMatching(UUID_V4) as string,
      'user-agent': expect.stringMatching(/^lp-functions\//) as string,
    });
    expect(headers['lp-eventsource']).toBe(platform === 'v1' ? undefined : 'my system');
    expect(JSON.parse(body)).toEqual({
      timestamp: expect.any(Number) as number,
      headers: [{ key: 'a', value: 'b' }],
      payload: { n: 1 },
    });
  });

  test('a call by event arrives so, too', async () => {
    gateway.answer = (response) => response.end('[]');
    await invokerOf({ userId: '9' }).invokeByEvent('my_event', ['x']);
    expect(gateway.requests.map(({ url }) => url)).toEqual([
      `/api/account/${ACCOUNT}/events/my_event/invoke` +
        (platform === 'v1' ? '?v=1&externalSystem=lp-functions&userId=9' : '?userId=9'),
    ]);
  });

  test('what a call says wins over what the invoker says', async () => {
    gateway.answer = (response) => response.end('{}');
    await invokerOf({ eventSource: 'a', userId: '1' }).invokeByUuid(UUID, 1, {
      eventSource: 'b',
      userId: '2',
      requestId: 'mine',
    });
    const { url, headers } = gateway.requests[0]!;
    expect(new URL(url, gateway.origin).searchParams.get('userId')).toBe('2');
    expect(platform === 'v1' ? new URL(url, gateway.origin).searchParams.get('externalSystem') : headers['lp-eventsource']).toBe('b'); // prettier-ignore
    expect(headers['x-request-id']).toBe('mine');
  });

  test('J16: the generation can be forced', async () => {
    gateway.answer = (response) => response.end('{}');
    const other = platform === 'v1' ? 'v2' : 'v1';
    await invokerOf({ platform: other }).invokeByUuid(UUID, 1);
    expect(new URL(gateway.requests[0]!.url, gateway.origin).searchParams.get('v')).toBe(other === 'v1' ? '1' : null);
  });

  test('J28, K16: whatever id is asked for, it arrives as one segment or nothing arrives', async () => {
    gateway.answer = (response) => response.end('[]');
    const invoker = invokerOf();
    const hostile = fc
      .array(
        fc.constantFrom('/', '\\', '.', '..', '?', '#', '%', '%2e', '%2F', ' ', '\r\n', 'ä', '\u2028', 'a', '_', '~'),
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, fc.string({ unit: 'binary' })), fc.string(), async (eventId, uuid) => {
        gateway.clear();
        const [byEvent, byUuid] = await Promise.allSettled([
          invoker.invokeByEvent(eventId, 1),
          invoker.invokeByUuid(uuid, 1),
        ]);
        expect(byUuid).toMatchObject({ status: 'rejected', reason: expect.any(ConfigurationError) as Error });
        if (byEvent.status === 'rejected') {
          expect(byEvent.reason).toBeInstanceOf(ConfigurationError);
          expect(gateway.requests).toEqual([]);
        } else {
          expect(gateway.requests.map(({ url }) => new URL(url, gateway.origin).pathname)).toEqual([
            `/api/account/${ACCOUNT}/events/${eventId}/invoke`,
          ]);
        }
      }),
    );
  });

  test('K16: sources, skills, users and request ids arrive as they were given, or nothing arrives', async () => {
    gateway.answer = (response) => response.end('{}');
    const invoker = invokerOf();
    const value = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('a\r\nx: y', 'ü', '&=#?', '😀'),
    );
    await fc.assert(
      fc.asyncProperty(value, value, value, value, async (eventSource, skillId, userId, requestId) => {
        gateway.clear();
        try {
          await invoker.invokeByUuid(UUID, 1, { eventSource, skillId, userId, requestId });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
          expect(gateway.requests).toEqual([]);
          return;
        }
        expect(gateway.requests).toHaveLength(1);
        const { url, headers } = gateway.requests[0]!;
        const { pathname, searchParams } = new URL(url, gateway.origin);
        expect(pathname).toBe(`/api/account/${ACCOUNT}/lambdas/${UUID}/invoke`);
        const source = platform === 'v1' ? { v: '1', externalSystem: eventSource } : {};
        expect(Object.fromEntries(searchParams)).toEqual({ ...source, skillId, userId });
        expect(headers['x-request-id']).toBe(requestId);
      }),
    );
  });

  describe('options', () => {
    beforeEach(() => {
      gateway.answer = (response) => response.end('{}');
    });

    test.each<[string, object]>([
      ['accountId', { accountId: undefined }],
      ['accountId', { accountId: 12_345_678 }],
      ['accountId', { accountId: '../999' }],
      ['gatewayDomain', { gatewayDomain: undefined }],
      ['gatewayDomain', { gatewayDomain: 'va.faasgw.liveperson.net' }],
      ['authorizer', { authorizer: undefined }],
      ['authorizer', { authorizer: {} }],
      ['platform', { platform: 'v3' }],
      ['eventSource', { eventSource: 'a\nb' }],
      ['userId', { userId: '' }],
      ['userId', { userId: '\ud800' }],
      ['timeoutMs', { timeoutMs: '40' }],
      ['deadlineMs', { deadlineMs: 0 }],
      ['gateway', { gateway: 'x' }],
    ])('J48: a wrong %s fails in the factory: %j', (option, changes) => {
      expect(() => invokerOf(changes)).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
    });

    test.each<[unknown, string]>([
      [undefined, 'INVALID_OPTION'],
      [5, 'INVALID_OPTION'],
      ['host/path', 'INVALID_OPTION'],
      ['user@host', 'INVALID_OPTION'],
      ['http://gateway.example', 'INSECURE_HTTP'],
    ])('a gatewayDomain that gives %j fails before anything is sent', async (domain, code) => {
      const invoker = invokerOf({ gatewayDomain: () => domain as string });
      await expect(invoker.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code, option: 'gatewayDomain' });
      expect(gateway.requests).toEqual([]);
    });

    test('a gatewayDomain that throws or rejects is a rejection', async () => {
      const failure = new Error('no domain');
      const throwing = invokerOf({ gatewayDomain: () => { throw failure; } }); // prettier-ignore
      await expect(throwing.invokeByUuid(UUID, 1)).rejects.toBe(failure);
      await expect(invokerOf({ gatewayDomain: () => Promise.reject(failure) }).invokeByUuid(UUID, 1)).rejects.toBe(
        failure,
      );
    });
  });

  describe('answers', () => {
    const notFound = { code: 'com.liveperson.faas.function.not-found', message: 'm' };
    const answerWith = (status: number, text: string, type = 'application/json'): void => {
      gateway.answer = (response) => response.writeHead(status, { 'content-type': type }).end(text);
    };

    test('a function’s value, and what goes with it', async () => {
      answerWith(202, '"success"');
      await expect(invokerOf().invokeByUuid(UUID, 1, { requestId: 'id-1' })).resolves.toEqual({
        result: 'success',
        requestId: 'id-1',
        status: 202,
        attempts: 1,
        durationMs: expect.any(Number) as number,
      });
    });

    test('the list of an event’s listeners', async () => {
      answerWith(200, JSON.stringify([{ uuid: UUID, timestamp: '2026-01-01', result: 5 }]));
      const { results } = await invokerOf().invokeByEvent('my_event', 1);
      expect(results).toEqual([{ uuid: UUID, timestamp: '2026-01-01', result: 5 }]);
    });

    test('nobody listening is an empty list, by event alone', async () => {
      answerWith(404, JSON.stringify(notFound));
      await expect(invokerOf().invokeByEvent('my_event', 1)).resolves.toMatchObject({ results: [], status: 404 });
      await expect(invokerOf().invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'NOT_FOUND', executed: 'no' });
      answerWith(404, '<html>');
      await expect(invokerOf().invokeByEvent('my_event', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test.each([
      [200, '<html>', 'text/html'],
      [200, '{"n":', 'application/json'],
    ])('HTTP %i with %s cannot be read', async (status, text, type) => {
      answerWith(status, text, type);
      const expected = { code: 'RESPONSE_UNREADABLE', executed: 'maybe', platform };
      await expect(invokerOf().invokeByUuid(UUID, 1)).rejects.toMatchObject(expected);
      await expect(invokerOf().invokeByEvent('my_event', 1)).rejects.toMatchObject(expected);
    });

    test('a refusal is described, with the size of what was sent', async () => {
      answerWith(413, '');
      await expect(invokerOf().invokeByUuid(UUID, 'ü')).rejects.toThrow(/\(\d\d bytes were sent\)/);
      await expect(invokerOf().invokeByEvent('my_event', 1)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    });

    test('an Idempotency-Key goes into the function’s headers if none is there', async () => {
      answerWith(200, '1');
      const invoker = invokerOf();
      await invoker.invokeByUuid(UUID, 1, { idempotent: true, headers: { a: 'b' } });
      await invoker.invokeByUuid(UUID, 1, { idempotent: true, headers: { 'idempotency-KEY': 'mine' } });
      expect(gateway.requests.map(({ body }) => (JSON.parse(body) as { headers: unknown }).headers)).toEqual([
        [
          { key: 'a', value: 'b' },
          { key: 'Idempotency-Key', value: expect.stringMatching(UUID_V4) as string },
        ],
        [{ key: 'idempotency-KEY', value: 'mine' }],
      ]);
    });

    test('J22: an aborted signal starts nothing, not even the look-up', async () => {
      let lookedUp = 0;
      const gatewayDomain = (): string => {
        lookedUp++;
        return gateway.origin;
      };
      const invoker = invokerOf({ gatewayDomain });
      const reason = new Error('never mind');
      await expect(invoker.invokeByUuid(UUID, 1, { signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
        code: 'ABORTED',
        executed: 'no',
        attempts: 0,
        cause: reason,
      });
      expect([lookedUp, gateway.requests.length]).toEqual([0, 0]);
    });
  });

  test('close() ends its own connections, and not those of a client it was given', async () => {
    gateway.answer = (response) => response.end('{}');
    const sharing = invokerOf();
    await sharing.close();
    await expect(sharing.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });

    const alone = createFaasInvoker({ accountId: ACCOUNT, gatewayDomain: () => gateway.origin, authorizer });
    await expect(alone.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
    await alone.close();
    await expect(alone.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'CLOSED', executed: 'no' });
  });
});
