/** A span of OpenTelemetry, as far as it is used here. */
export interface TelemetrySpan {
  setAttributes(attributes: Record<string, string | number | boolean>): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

/**
 * The module `@opentelemetry/api`, as far as it is used here: give it as it is, `import * as api from
 * '@opentelemetry/api'`. Taken as a value and not imported, so that it costs nothing where it is not wanted, and that it is
 * your copy, to which your SDK is registered.
 */
export interface TelemetryApi {
  readonly trace: {
    getTracer(
      name: string,
      version?: string,
    ): { startSpan(name: string, options?: { kind?: number; attributes?: Record<string, string | number | boolean> }, context?: never): TelemetrySpan }; // prettier-ignore
    setSpan(context: never, span: never): unknown;
  };
  readonly metrics: {
    getMeter(
      name: string,
      version?: string,
    ): {
      createHistogram(name: string, options?: object): { record(value: number, attributes?: Record<string, string | number | boolean>): void }; // prettier-ignore
      createCounter(name: string, options?: object): { add(value: number, attributes?: Record<string, string | number | boolean>): void }; // prettier-ignore
    };
  };
  readonly context: { active(): unknown };
  readonly propagation: { inject(context: never, carrier: Record<string, string>): void };
}
