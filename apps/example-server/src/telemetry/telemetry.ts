import * as api from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { QueueTelemetryApi } from '@lp-functions/invocation-queue';
import type { RequestHandler } from 'express';
import { requestSpans } from './request-spans.ts';

/** OpenTelemetry, switched on. */
export interface Telemetry {
  /** For the client of the platform, and for the queue: their spans are children of the request's. */
  readonly api: QueueTelemetryApi;
  /** Makes a span of every request. */
  readonly requestSpans: RequestHandler;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` go before it. */
const SERVICE_NAME = 'lp-functions-example-server';

/** Switches OpenTelemetry on, for the whole process. Where to send to, and how often, the SDK reads from `OTEL_*` variables. */
export function startTelemetry(): Telemetry {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': SERVICE_NAME }))
    .merge(detectResources({ detectors: [envDetector] }));
  const tracing = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // Registers the context manager, too: it carries the request's span to the calls that are made for it.
  tracing.register();
  const metrics = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })],
  });
  api.metrics.setGlobalMeterProvider(metrics);
  return {
    api,
    requestSpans: requestSpans(api.trace.getTracer(SERVICE_NAME)),
    async close() {
      await Promise.all([tracing.shutdown(), metrics.shutdown()]);
    },
  };
}
