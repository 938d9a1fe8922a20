import * as api from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** One measurement as it was exported. */
export interface Measured {
  readonly name: string;
  readonly count: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** OpenTelemetry's own SDK, exporting to memory. */
export interface MeasuredTelemetry {
  readonly api: typeof api;
  spans(): readonly ReadableSpan[];
  /** The spans of calls, and those of their attempts. */
  named(name: string): readonly ReadableSpan[];
  measurements(): Promise<readonly Measured[]>;
  /** How often each metric was recorded. */
  counts(): Promise<Readonly<Record<string, number>>>;
  reset(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Registers an SDK for this process; a test file has one of its own. */
export function registerTelemetry(): MeasuredTelemetry {
  const spans = new InMemorySpanExporter();
  const measured = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  api.metrics.setGlobalMeterProvider(meterProvider);

  async function measurements(): Promise<readonly Measured[]> {
    await reader.forceFlush();
    const metrics = measured.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return metrics.flatMap(({ descriptor, dataPoints }) =>
      (dataPoints as readonly DataPoint<number | Histogram>[]).map(({ value, attributes }) => ({
        name: descriptor.name,
        count: typeof value === 'number' ? value : value.count,
        attributes,
      })),
    );
  }

  return {
    api,
    spans: () => spans.getFinishedSpans(),
    named: (name) => spans.getFinishedSpans().filter((span) => span.name === name),
    measurements,
    async counts() {
      const sums: Record<string, number> = {};
      for (const { name, count } of await measurements()) sums[name] = (sums[name] ?? 0) + count;
      return sums;
    },
    async reset() {
      spans.reset();
      await reader.forceFlush();
      measured.reset();
    },
    shutdown: () => meterProvider.shutdown(),
  };
}
