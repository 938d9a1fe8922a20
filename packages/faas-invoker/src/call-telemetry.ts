import { isFaaSError } from '@lp-functions/errors';
import type { AttemptTrace, CallTrace } from '@lp-functions/http';
import type { TelemetryApi, TelemetrySpan } from './telemetry-api.ts';

/** What a span or a measurement says. */
export type Attributes = Record<string, string | number | boolean>;

/** One call that is to be traced. */
export interface TracedCall<R> {
  /** Name of the public method, and of the span. */
  readonly operation: string;
  /** What is known before the call, on the span and on every measurement of the call. */
  readonly attributes: () => Attributes;
  /** Makes the call; hands the trace on to its requests. */
  readonly work: (trace: CallTrace) => Promise<R>;
  /** What the span says of an answer. */
  readonly answered: (answer: R) => Attributes;
  /** What the span says of a failure, besides its code. */
  readonly failed?: ((error: unknown) => Attributes) | undefined;
  /** Measures the call, once, however it ended. */
  readonly measure: (seconds: number, attributes: Attributes, errorCode: string | undefined) => void;
}

/** Numbers of OpenTelemetry's SpanKind and SpanStatusCode. */
const KIND_CLIENT = 2;
const STATUS_ERROR = 2;
/** Name under which spans and metrics are reported. */
export const TELEMETRY_SCOPE = '@lp-functions/faas-invoker';
/** Bounds in seconds that the HTTP semantic conventions advise, up to the longest attempt. */
export const SECONDS: object = {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] },
};

/** Traces one call. */
export type TraceCall = <R>(call: TracedCall<R>) => Promise<R>;

/**
 * Makes the function that traces calls: a client span for the call, below it one for each attempt with HTTP attributes,
 * whose context is sent on, and the duration of each attempt. What the SDK throws changes nothing.
 *
 * @param api - the module `@opentelemetry/api`.
 * @see OpenTelemetry's semantic conventions for HTTP clients.
 */
export function createCallTelemetry(api: TelemetryApi): TraceCall {
  const tracer = api.trace.getTracer(TELEMETRY_SCOPE);
  const requestDuration = api.metrics
    .getMeter(TELEMETRY_SCOPE)
    .createHistogram('http.client.request.duration', SECONDS);

  /** Calls of one function go to one URL, one after the other: it is taken apart once. */
  let lastUrl = '';
  let last: { readonly server: Attributes; readonly shown: string } = { server: {}, shown: '' };
  function partsOf(url: string): typeof last {
    if (url === lastUrl) return last;
    const { hostname, port, protocol, origin, pathname } = new URL(url);
    const standardPort = protocol === 'https:' ? 443 : 80;
    const server = { 'server.address': hostname, 'server.port': port === '' ? standardPort : Number(port) };
    // Without the query: it names users.
    last = { server, shown: `${origin}${pathname}` };
    lastUrl = url;
    return last;
  }

  function traceOf(parent: unknown): CallTrace {
    return {
      attempt(method, url, attempt): AttemptTrace {
        const startedAtMs = performance.now();
        const { server, shown } = partsOf(url);
        const shared: Attributes = { 'http.request.method': method, ...server };
        const attributes: Attributes = { ...shared, 'url.full': shown };
        if (attempt > 1) attributes['http.request.resend_count'] = attempt - 1;
        const span = quietly(() => tracer.startSpan(method, { kind: KIND_CLIENT, attributes }, parent as never));
        return {
          headers: quietly(() => contextHeaders(parent, span)) ?? {},
          end({ status, errorCode }) {
            const failed = errorCode ?? (status !== undefined && status >= 400 ? String(status) : undefined);
            const outcome: Attributes = {
              ...(status === undefined ? {} : { 'http.response.status_code': status }),
              ...(failed === undefined ? {} : { 'error.type': failed }),
            };
            quietly(() => {
              span?.setAttributes(outcome);
              if (failed !== undefined) span?.setStatus({ code: STATUS_ERROR });
              span?.end();
              requestDuration.record((performance.now() - startedAtMs) / 1_000, { ...shared, ...outcome });
            });
          },
        };
      },
    };
  }

  /** W3C trace context: by the propagator that is registered, or if there is none as the standard writes it. */
  function contextHeaders(parent: unknown, span: TelemetrySpan | undefined): Record<string, string> {
    const headers: Record<string, string> = {};
    if (span === undefined) return headers;
    api.propagation.inject(api.trace.setSpan(parent as never, span as never) as never, headers);
    const { traceId, spanId, traceFlags } = span.spanContext();
    if (Object.keys(headers).length > 0 || /^0*$/.test(traceId)) return headers;
    return { traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}` };
  }

  return async ({ operation, attributes: attributesOf, work, answered, failed, measure }) => {
    const startedAtMs = performance.now();
    // Of input that has not been checked yet.
    const known = quietly(attributesOf) ?? {};
    const attributes: Attributes = { ...known, 'faas.invoked_provider': 'liveperson', 'lp.operation': operation };
    const span = quietly(() => tracer.startSpan(operation, { kind: KIND_CLIENT, attributes }));
    const context = quietly(() => api.trace.setSpan(api.context.active() as never, span as never));
    function end(more: Attributes, errorCode: string | undefined): void {
      quietly(() => {
        span?.setAttributes(errorCode === undefined ? more : { ...more, 'error.type': errorCode });
        if (errorCode !== undefined) span?.setStatus({ code: STATUS_ERROR, message: errorCode });
        span?.end();
        measure((performance.now() - startedAtMs) / 1_000, attributes, errorCode);
      });
    }
    try {
      const answer = await work(traceOf(context));
      end(answered(answer), undefined);
      return answer;
    } catch (error) {
      const { code = 'unknown', requestId } = isFaaSError(error) ? error : {};
      end({ ...failed?.(error), ...(requestId === undefined ? {} : { 'lp.request_id': requestId }) }, code);
      throw error;
    }
  };
}

function quietly<R>(work: () => R): R | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
