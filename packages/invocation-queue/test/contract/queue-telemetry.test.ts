import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { TransportError } from '@lp-functions/errors';
import { PATIENCE, type QueueRig, queueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');

describe.skipIf(program === undefined)('OpenTelemetry through a queue', () => {
  let rig: QueueRig;
  const spans = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  beforeAll(async () => {
    rig = await queueRig(program);
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    api.trace.setGlobalTracerProvider(provider);
  });
  afterEach(() => spans.reset());
  afterAll(() => rig.close());

  test('one trace from who enqueued to the call: send, process below it, and the invoker’s own span below that', async () => {
    const { queue, work, name } = rig.queue({ telemetry: api });
    const tracer = api.trace.getTracer('test');
    const request = tracer.startSpan('request');
    const { id } = await api.context.with(api.trace.setSpan(api.context.active(), request), () =>
      queue.enqueue({ uuid: UUID }),
    );
    request.end();
    work(
      scriptedInvoker(() => {
        tracer.startSpan('invokeByUuid').end();
        return 1;
      }),
      { telemetry: api },
    );
    await queue.outcome(id);
    await vi.waitFor(() => expect(spans.getFinishedSpans()).toHaveLength(4), PATIENCE);
    const found = new Map(spans.getFinishedSpans().map((span) => [span.name, span]));
    const [send, process, call] = [
      found.get(`send ${name}`)!,
      found.get(`process ${name}`)!,
      found.get('invokeByUuid')!,
    ];
    const traceId = request.spanContext().traceId;
    expect([send, process, call].map((span) => span.spanContext().traceId)).toEqual([traceId, traceId, traceId]);
    expect(send.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect(process.parentSpanContext?.spanId).toBe(send.spanContext().spanId);
    expect(call.parentSpanContext?.spanId).toBe(process.spanContext().spanId);
    expect([send.kind, process.kind]).toEqual([api.SpanKind.PRODUCER, api.SpanKind.CONSUMER]);
    expect(process.attributes).toEqual({
      'messaging.system': 'bullmq',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': name,
      'messaging.message.id': id,
      'faas.invoked_name': UUID,
      'lp.queue.attempts': 1,
    });
  });

  test('an attempt that failed is marked with its code; the next one belongs to the same trace', async () => {
    const { queue, work, name } = rig.queue({ telemetry: api });
    const { id } = await queue.enqueue({ uuid: UUID });
    let times = 0;
    const invoker = scriptedInvoker(() => {
      if ((times += 1) > 1) return 1;
      throw new TransportError('x', { code: 'UNREACHABLE', phase: 'connect', requestSent: 'no', retryable: true });
    });
    work(invoker, { telemetry: api, retry: { waitsMs: [10] } });
    await queue.outcome(id);
    await vi.waitFor(() => expect(spans.getFinishedSpans()).toHaveLength(3), PATIENCE);
    const attempts = spans.getFinishedSpans().filter((span) => span.name === `process ${name}`);
    expect(attempts.map(({ status }) => status.code)).toEqual([api.SpanStatusCode.ERROR, api.SpanStatusCode.UNSET]);
    expect(attempts[0]?.attributes['error.type']).toBe('UNREACHABLE');
    expect(new Set(spans.getFinishedSpans().map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  test('a worker without it works all the same, and so does one whose SDK throws', async () => {
    const { queue, work } = rig.queue({ telemetry: api });
    const startSpan = () => {
      throw new Error('sdk');
    };
    const { context, propagation } = api;
    const broken: unknown = { context, propagation, trace: { getTracer: () => ({ startSpan }) } };
    const worker = work(scriptedInvoker(), { telemetry: undefined });
    const one = await queue.enqueue({ uuid: UUID });
    expect(await queue.outcome(one.id)).toMatchObject({ state: 'done' });
    await worker.close();
    work(scriptedInvoker(), { telemetry: broken as never });
    const two = await queue.enqueue({ uuid: UUID });
    expect(await queue.outcome(two.id)).toMatchObject({ state: 'done' });
  });
});
