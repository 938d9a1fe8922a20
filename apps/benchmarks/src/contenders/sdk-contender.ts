import * as api from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { MakeContender } from './contender.ts';
import { contenderOf, makeClient } from './lp-functions-contender.ts';

const EXPORT_EVERY_MS = 1_000;

/** Exporters that take everything and send nothing: what an SDK costs, without a network. */
const spanExporter: SpanExporter = {
  export(_spans, done) {
    done({ code: ExportResultCode.SUCCESS });
  },
  shutdown: () => Promise.resolve(),
};
const metricExporter: PushMetricExporter = {
  export(_metrics, done) {
    done({ code: ExportResultCode.SUCCESS });
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** Ours with OpenTelemetry's SDK as it is set up for production: every call sampled, spans exported in batches. */
export const makeContender: MakeContender = (port) => {
  // Nothing waits in the queue for longer than a batch: what is dropped would be cheaper than what is exported.
  const processor = new BatchSpanProcessor(spanExporter, { maxQueueSize: 65_536, scheduledDelayMillis: 100 });
  const tracing = new BasicTracerProvider({ spanProcessors: [processor] });
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_EVERY_MS,
  });
  const metering = new MeterProvider({ readers: [reader] });
  api.trace.setGlobalTracerProvider(tracing);
  api.metrics.setGlobalMeterProvider(metering);
  const contender = contenderOf(makeClient(port, undefined, api));
  return {
    invoke: contender.invoke,
    async close() {
      await contender.close();
      await Promise.all([tracing.shutdown(), metering.shutdown()]);
    },
  };
};
