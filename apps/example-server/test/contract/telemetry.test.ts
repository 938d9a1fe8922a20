import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Example, startExample } from '../example-under-test.ts';
import { createHttpVisitor, logVisitorIn, readCallForm } from '../http-visitor.ts';
import { leaksIn, secretsOf } from '../leak-scan.ts';
import { endServerProcesses, startServerProcess } from '../server-process.ts';

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

interface Export {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: Span['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

const [SERVER, CLIENT] = [2, 3];

let example: Example;
beforeAll(async () => {
  example = await startExample({ inProcess: false });
});
afterAll(async () => {
  endServerProcesses();
  await example.close();
});

test('switched on: a request, the call made for it, and the gateway are one trace', async () => {
  const received: { readonly path: string; readonly body: string }[] = [];
  const collector = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ path: request.url ?? '', body });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  try {
    const server = await startServerProcess({
      ...example.environment,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}`,
      OTEL_SERVICE_NAME: 'named-by-the-environment',
    });
    example.front.ports = [server.port];
    const visitor = createHttpVisitor(example.url);
    await logVisitorIn(visitor, example);
    const { action, fields } = await readCallForm(visitor, example.uuidOf('throws'));
    await visitor.post(action, { ...fields, payload: '{}' });
    server.child.kill('SIGTERM');
    expect(await server.ended).toEqual([0, null]);
  } finally {
    collector.close();
    collector.closeAllConnections();
  }

  const exports = received.map(({ body }) => JSON.parse(body) as Export);
  const spans = exports.flatMap(({ resourceSpans = [] }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  const attribute = ({ attributes }: Pick<Span, 'attributes'>, key: string): unknown =>
    Object.values(attributes.find((entry) => entry.key === key)?.value ?? {})[0];
  const posted = spans.find(({ name }) => name === 'POST /functions/:uuid/calls')!;
  expect(posted.kind).toBe(SERVER);
  expect(attribute(posted, 'http.response.status_code')).toBe(303);
  const invoked = spans.find((span) => span.parentSpanId === posted.spanId)!;
  expect(invoked.kind).toBe(CLIENT);
  expect(invoked.traceId).toBe(posted.traceId);
  expect(attribute(invoked, 'faas.invoked_name')).toBe(example.uuidOf('throws'));
  const { headers } = example.emulator.requests.last({ operation: 'invokeByUuid' })!;
  expect(headers['traceparent']).toContain(posted.traceId);

  const [resource] = exports.flatMap(({ resourceSpans = [] }) => resourceSpans.map((entry) => entry.resource));
  expect(attribute(resource!, 'service.name')).toBe('named-by-the-environment');
  const metrics = exports.flatMap(({ resourceMetrics = [] }) =>
    resourceMetrics.flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((scope) => scope.metrics.map(({ name }) => name)),
    ),
  );
  expect(metrics).toContain('faas.invoke_duration');

  const secrets = secretsOf(example.emulator, example.environment['EXAMPLE_DATA_DIRECTORY']!);
  expect(
    leaksIn(
      received.map(({ body }) => body),
      secrets,
    ),
  ).toEqual([]);
});

test('switched off: nothing of OpenTelemetry is loaded with the server', async () => {
  const main = await readFile(join(import.meta.dirname, '..', '..', 'dist', 'main.js'), 'utf8');
  expect(main).toContain('from "express"');
  expect(main).not.toMatch(/from "@opentelemetry/);
});
