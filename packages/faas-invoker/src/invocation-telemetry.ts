import { isFaaSError } from '@lp-functions/errors';
import type { AttemptTrace, CallTrace } from '@lp-functions/http';
import type { AnsweredInvocation } from './invocation-result.ts';
import type { CallExtras } from './invocation-sender.ts';
import type { Invocations } from './invocations.ts';
import type { TelemetryApi, TelemetrySpan } from './telemetry-api.ts';

type Attributes = Record<string, string | number | boolean>;

/** Numbers of OpenTelemetry's SpanKind and SpanStatusCode. */
const KIND_CLIENT = 2;
const STATUS_ERROR = 2;
const SCOPE = '@lp-functions/faas-invoker';
/** Bounds in seconds that the HTTP semantic conventions advise, up to the longest attempt. */
const SECONDS = { unit: 's', advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] } }; // prettier-ignore

/**
 * Adds spans and metrics to invocations: a client span for the call with FaaS attributes, below it one for each attempt
 * with HTTP attributes, whose context is sent on; one set of metrics for each call and attempt. What the SDK throws
 * changes nothing.
 *
 * @param inner - invokes.
 * @param api - the module `@opentelemetry/api`.
 * @see OpenTelemetry's semantic conventions for FaaS (outgoing invocations) and HTTP clients.
 */
export function withTelemetry(inner: Invocations, api: TelemetryApi): Invocations {
  const tracer = api.trace.getTracer(SCOPE);
  const meter = api.metrics.getMeter(SCOPE);
  const invokeDuration = meter.createHistogram('faas.invoke_duration', SECONDS);
  const requestDuration = meter.createHistogram('http.client.request.duration', SECONDS);
  const invocations = meter.createCounter('faas.invocations', { unit: '{invocation}' });
  const errors = meter.createCounter('faas.errors', { unit: '{error}' });
  const timeouts = meter.createCounter('faas.timeouts', { unit: '{timeout}' });

  async function traced<R extends AnsweredInvocation>(
    operation: string,
    target: Attributes,
    extras: CallExtras | undefined,
    invoke: (extras: CallExtras) => Promise<R>,
  ): Promise<R> {
    const startedAtMs = performance.now();
    const attributes: Attributes = { ...target, 'faas.invoked_provider': 'liveperson', 'lp.operation': operation };
    const span = quietly(() => tracer.startSpan(operation, { kind: KIND_CLIENT, attributes }));
    const context = quietly(() => api.trace.setSpan(api.context.active() as never, span as never));
    function end(more: Attributes, failed: string | undefined): void {
      const all = failed === undefined ? attributes : { ...attributes, 'error.type': failed };
      quietly(() => {
        span?.setAttributes(failed === undefined ? more : { ...more, 'error.type': failed });
        if (failed !== undefined) span?.setStatus({ code: STATUS_ERROR, message: failed });
        span?.end();
        invokeDuration.record((performance.now() - startedAtMs) / 1_000, all);
        invocations.add(1, attributes);
        if (failed !== undefined) errors.add(1, all);
        if (failed !== undefined && TIMEOUTS.has(failed)) timeouts.add(1, attributes);
      });
    }
    let answered: R;
    try {
      answered = await invoke({ ...extras, trace: traceOf(context) });
    } catch (error) {
      const { code = 'unknown', requestId, executed = 'maybe' } = isFaaSError(error) ? error : {};
      end({ 'lp.executed': executed, ...(requestId === undefined ? {} : { 'lp.request_id': requestId }) }, code);
      throw error;
    }
    end({ 'lp.request_id': answered.requestId, 'lp.attempts': answered.attempts, 'lp.executed': 'yes' }, undefined);
    return answered;
  }

  function traceOf(parent: unknown): CallTrace {
    return {
      attempt(method, url, attempt): AttemptTrace {
        const startedAtMs = performance.now();
        const { hostname, port, protocol, origin, pathname } = new URL(url);
        const shared: Attributes = {
          'http.request.method': method,
          'server.address': hostname,
          'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
        };
        // Without the query: it names users.
        const attributes = { ...shared, 'url.full': `${origin}${pathname}`, ...(attempt > 1 ? { 'http.request.resend_count': attempt - 1 } : {}) }; // prettier-ignore
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

  return {
    byUuid: (operation, uuid, payload, call, extras) =>
      traced(operation, { 'faas.invoked_name': uuid }, extras, (more) => inner.byUuid(operation, uuid, payload, call, more)), // prettier-ignore
    byEvent: (operation, eventId, payload, call, extras) =>
      traced(operation, { 'faas.invoked_name': eventId, 'lp.event_id': eventId }, extras, (more) => inner.byEvent(operation, eventId, payload, call, more)), // prettier-ignore
  };
}

const TIMEOUTS: ReadonlySet<string> = new Set(['ATTEMPT_TIMEOUT', 'DEADLINE_EXCEEDED', 'FUNCTION_TIMED_OUT']);

function quietly<R>(work: () => R): R | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
