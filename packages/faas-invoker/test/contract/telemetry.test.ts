import * as api from '@opentelemetry/api';
import { createHttpClient, createUndiciTransport } from '@lp-functions/http';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFaasInvoker, type FaasInvoker } from '../../src/index.ts';
import { registerTelemetry } from '../measured-telemetry.ts';
import { type RecordingGateway, startRecordingGateway } from '../recording-gateway.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const authorizer = { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) };
const telemetry = registerTelemetry();
const transport = createUndiciTransport();
let gateway: RecordingGateway;
let invoker: FaasInvoker;

beforeAll(async () => {
  gateway = await startRecordingGateway('euwe1.fninvocations.localhost');
});
beforeEach(() => {
  const http = createHttpClient({ transport, clock: createTestClock() });
  invoker = createFaasInvoker({
    accountId: '1',
    gatewayDomain: () => gateway.origin,
    listingDomain: () => gateway.origin,
    authorizer,
    http,
    telemetry: api,
  });
});
afterEach(async () => {
  gateway.clear();
  await telemetry.reset();
});
afterAll(async () => {
  await transport.close();
  await gateway.close();
  await telemetry.shutdown();
});

test('a span for the call, one for each attempt below it, and its context on the wire', async () => {
  let number = 0;
  gateway.answer = (response) => response.writeHead(++number === 1 ? 429 : 200).end('1');
  await invoker.invokeByUuid(UUID, { n: 1 }, { userId: '9', requestId: 'mine' });
  const finished = telemetry.spans();
  const call = finished.find(({ name }) => name === 'invokeByUuid')!;
  expect(call).toMatchObject({
    kind: api.SpanKind.CLIENT,
    attributes: {
      'faas.invoked_name': UUID,
      'faas.invoked_provider': 'liveperson',
      'lp.request_id': 'mine',
      'lp.attempts': 2,
    },
    status: { code: api.SpanStatusCode.UNSET },
  });
  const attempts = finished.filter(({ name }) => name === 'POST');
  expect(attempts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(attempts.map(() => call.spanContext().spanId)); // prettier-ignore
  expect(attempts.map(({ attributes }) => attributes)).toMatchObject([
    { 'http.request.method': 'POST', 'http.response.status_code': 429, 'error.type': '429', 'server.address': 'euwe1.fninvocations.localhost' },
    { 'http.response.status_code': 200, 'http.request.resend_count': 1, 'server.port': Number(new URL(gateway.origin).port) },
  ]); // prettier-ignore
  expect(gateway.requests.map(({ headers }) => headers['traceparent'])).toEqual(
    attempts.map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`),
  );
  expect(JSON.stringify(finished.map(({ attributes, events }) => [attributes, events]))).not.toMatch(
    /some-token|userId/,
  );
  expect(await telemetry.counts()).toEqual({
    'faas.invoke_duration': 1,
    'faas.invocations': 1,
    'http.client.request.duration': 2,
  });
});

test.each<[string, number, string, string]>([
  ['a function that fails', 901, 'FUNCTION_FAILED', 'yes'],
  ['a refusal', 404, 'NOT_FOUND', 'no'],
  ['a server error', 500, 'PLATFORM_FAILURE', 'maybe'],
])('J43, K14: %s is measured once, with status and duration', async (_name, status, code, executed) => {
  gateway.answer = (response) => response.writeHead(status).end();
  await expect(invoker.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code });
  expect(telemetry.spans().find(({ name }) => name === 'invokeByUuid')).toMatchObject({
    status: { code: api.SpanStatusCode.ERROR, message: code },
    attributes: { 'error.type': code, 'lp.executed': executed },
  });
  expect(await telemetry.counts()).toEqual({ 'faas.invoke_duration': 1, 'faas.invocations': 1, 'faas.errors': 1, 'http.client.request.duration': 1 }); // prettier-ignore
});

test('J43: an abort and an unreadable answer are measured, too', async () => {
  gateway.answer = (response) => response.end('{"n":');
  await expect(invoker.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'RESPONSE_UNREADABLE' });
  await expect(invoker.invokeByUuid(UUID, 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  expect(await telemetry.counts()).toMatchObject({
    'faas.invocations': 2,
    'faas.errors': 2,
    'faas.invoke_duration': 2,
  });
});

test('K15: an event named like a path is measured as an event', async () => {
  gateway.answer = (response) => response.end('[]');
  await invoker.invokeByEvent('my_lambdas_event', 1);
  expect(telemetry.spans().find(({ name }) => name === 'invokeByEvent')?.attributes).toMatchObject({ 'lp.event_id': 'my_lambdas_event' }); // prettier-ignore
});

test('J44: an SDK that throws changes nothing', async () => {
  gateway.answer = (response) => response.end('5');
  const broken = new Proxy(api.trace, { get: (target, name) => name === 'setSpan' ? () => { throw new Error('sdk'); } : (Reflect.get(target, name) as () => unknown).bind(target) }); // prettier-ignore
  const throwing = { trace: broken, metrics: api.metrics, context: api.context, propagation: api.propagation };
  const http = createHttpClient({ transport });
  const other = createFaasInvoker({
    accountId: '1',
    gatewayDomain: () => gateway.origin,
    authorizer,
    http,
    telemetry: throwing,
  });
  expect((await other.invokeByUuid(UUID, 1)).result).toBe(5);
});

test('without telemetry nothing is traced, and no header is added', async () => {
  gateway.answer = (response) => response.end('5');
  const plain = createFaasInvoker({ accountId: '1', gatewayDomain: () => gateway.origin, authorizer, http: createHttpClient({ transport }) }); // prettier-ignore
  await plain.invokeByUuid(UUID, 1);
  expect(gateway.requests[0]?.headers).not.toHaveProperty('traceparent');
  expect(telemetry.spans()).toEqual([]);
});
