import { createHttpClient, createUndiciTransport } from '@lp-functions/http';
import { createTestClock } from '@lp-functions/http/testing';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaasInvoker, type FaasInvoker } from '../../src/index.ts';
import { registerTelemetry } from '../measured-telemetry.ts';
import { type RecordingGateway, startRecordingGateway } from '../recording-gateway.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const telemetry = registerTelemetry();
const transport = createUndiciTransport();
const listing = JSON.stringify([{ uuid: UUID, name: 'quote', state: 'Productive' }]);
let gateway: RecordingGateway;
let invoker: FaasInvoker;

describe.each(['va.faasgw', 'euwe1.fninvocations'])('spans and metrics of what asks, at %s', (host) => {
  beforeAll(async () => {
    gateway = await startRecordingGateway(`${host}.localhost`);
  });
  beforeEach(() => {
    gateway.answer = (response, { url }) => {
      if (url.includes('/isImplemented')) response.end('{"implemented":true}');
      else response.end(url.includes('/invoke') ? '1' : listing);
    };
    invoker = createFaasInvoker({
      accountId: '1',
      gatewayDomain: () => gateway.origin,
      listingDomain: () => gateway.origin,
      authorizer: { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) },
      http: createHttpClient({ transport, clock: createTestClock() }),
      userId: '9',
      telemetry: telemetry.api,
    });
  });
  afterEach(async () => {
    gateway.clear();
    await telemetry.reset();
  });
  afterAll(() => gateway.close());

  /** Those of attempts are the children of the one call, in order, and what they sent names them. */
  function expectChildren(operation: string, statuses: readonly number[]): void {
    const [call, ...others] = telemetry.named(operation);
    expect([call?.kind, others]).toEqual([SpanKind.CLIENT, []]);
    const attempts = telemetry.spans().filter(({ name }) => name === 'GET' || name === 'POST');
    expect(attempts.map(({ kind, parentSpanContext }) => [kind, parentSpanContext?.spanId])).toEqual(
      attempts.map(() => [SpanKind.CLIENT, call?.spanContext().spanId]),
    );
    expect(attempts.map(({ attributes }) => attributes['http.response.status_code'])).toEqual(statuses);
    expect(gateway.requests.map(({ headers }) => headers['traceparent'])).toEqual(
      attempts.map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`),
    );
    expect(JSON.stringify(attempts.map(({ attributes }) => attributes))).not.toMatch(/some-token|userId/);
  }

  test('isImplemented: the one who asks has the request below it, the others say that they shared its answer', async () => {
    await Promise.all([1, 2].map(() => invoker.isImplemented({ eventId: 'my_event', skillId: '42' })));
    await invoker.isImplemented({ eventId: 'my_event', skillId: '42' });
    expect(gateway.requests).toHaveLength(1);
    const spans = telemetry.named('isImplemented');
    const calls: readonly Readonly<Record<string, unknown>>[] = spans.map(({ attributes, kind }) => ({
      ...attributes,
      kind,
    }));
    expect(calls).toHaveLength(3);
    for (const call of calls) {
      expect(call).toMatchObject({
        kind: SpanKind.CLIENT,
        'lp.operation': 'isImplemented',
        'lp.event_id': 'my_event',
        'lp.skill_id': '42',
        'lp.implemented': true,
        'faas.invoked_provider': 'liveperson',
      });
    }
    expect(calls.filter((call) => call['lp.from_cache'] === false)).toHaveLength(1);
    const [request, ...more] = telemetry.named('GET');
    expect(more).toEqual([]);
    const asking = spans.find(({ attributes }) => attributes['lp.from_cache'] === false);
    expect(request).toMatchObject({
      parentSpanContext: { spanId: asking?.spanContext().spanId },
      attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200 },
    });
    expect(await telemetry.counts()).toEqual({ 'lp.read.duration': 3, 'http.client.request.duration': 1 });
  });

  test('isImplemented of a function, a listing, a listing one by one, and a wait', async () => {
    const http = { 'http.client.request.duration': 1, 'lp.read.duration': 1 };
    await invoker.isImplemented({ lambdaUuid: UUID });
    expectChildren('isImplemented', [200]);
    expect(telemetry.named('isImplemented')[0]?.attributes).toMatchObject({ 'faas.invoked_name': UUID });
    expect(await telemetry.counts()).toEqual(http);

    await telemetry.reset();
    gateway.clear();
    await invoker.getLambdas({ eventId: 'my_event' }, { requestId: 'mine' });
    expectChildren('getLambdas', [200]);
    expect(telemetry.named('getLambdas')[0]?.attributes).toMatchObject({
      'lp.event_id': 'my_event',
      'lp.lambda_count': 1,
      'lp.request_id': 'mine',
    });
    expect(await telemetry.counts()).toEqual(http);

    await telemetry.reset();
    gateway.clear();
    for await (const { name } of invoker.eachLambda()) expect(name).toBe('quote');
    expectChildren('eachLambda', [200]);
    expect(await telemetry.counts()).toEqual(http);

    await telemetry.reset();
    gateway.clear();
    let looks = 0;
    gateway.answer = (response) => response.end(++looks < 3 ? '[]' : listing);
    await invoker.waitUntilProductive({ name: 'quote' });
    expectChildren('waitUntilProductive', [200, 200, 200]);
    expect(telemetry.named('waitUntilProductive')[0]?.attributes).toMatchObject({
      'faas.invoked_name': 'quote',
      'lp.state': 'Productive',
    });
  });

  test('a repeat is a child of its own; no faas.* metric, since nothing is invoked', async () => {
    let number = 0;
    gateway.answer = (response) => response.writeHead(++number === 1 ? 503 : 200).end(listing);
    await invoker.getLambdas();
    expectChildren('getLambdas', [503, 200]);
    expect(telemetry.named('GET')[1]?.attributes).toMatchObject({ 'http.request.resend_count': 1 });
    expect(await telemetry.counts()).toEqual({ 'lp.read.duration': 1, 'http.client.request.duration': 2 });
  });

  test.each([
    ['isImplemented', (): Promise<unknown> => invoker.isImplemented({ eventId: 'my_event' })],
    ['getLambdas', (): Promise<unknown> => invoker.getLambdas()],
  ])('J43, K14: a %s that is refused is measured once, with status and duration', async (operation, ask) => {
    gateway.answer = (response) => response.writeHead(404).end();
    await expect(ask()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expectChildren(operation, [404]);
    expect(telemetry.named(operation)[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'NOT_FOUND' },
      attributes: { 'error.type': 'NOT_FOUND', 'lp.request_id': gateway.requests[0]?.headers['x-request-id'] },
    });
    const measured = await telemetry.measurements();
    expect(measured.find(({ name }) => name === 'lp.read.duration')).toMatchObject({
      count: 1,
      attributes: { 'lp.operation': operation, 'error.type': 'NOT_FOUND' },
    });
    expect(measured.find(({ name }) => name === 'http.client.request.duration')?.attributes).toMatchObject({
      'http.response.status_code': 404,
      'error.type': '404',
    });
  });

  test('input that is refused is measured, too, whatever it is', async () => {
    await expect(invoker.isImplemented(undefined as never)).rejects.toMatchObject({ name: 'ConfigurationError' });
    await expect(invoker.getLambdas({ eventId: 5 } as never)).rejects.toMatchObject({ name: 'ConfigurationError' });
    await expect(invoker.waitUntilProductive(null as never)).rejects.toMatchObject({ name: 'ConfigurationError' });
    expect(telemetry.spans().map(({ attributes }) => attributes['error.type'])).toEqual([
      'INVALID_OPTION',
      'INVALID_OPTION',
      'INVALID_OPTION',
    ]);
    expect(gateway.requests).toEqual([]);
  });

  test('by name: one span for the call, with the look-up and the invocation below it, and one invocation counted', async () => {
    await invoker.invokeByName('quote', 1);
    expectChildren('invokeByName', [200, 200]);
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['GET', 'POST', 'invokeByName']);
    expect(await telemetry.counts()).toEqual({
      'faas.invocations': 1,
      'faas.invoke_duration': 1,
      'http.client.request.duration': 2,
    });
    await telemetry.reset();
    await expect(invoker.invokeByName('nobody', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await telemetry.counts()).toMatchObject({ 'faas.invocations': 1, 'faas.errors': 1 });
  });
});

afterAll(async () => {
  await transport.close();
  await telemetry.shutdown();
});
