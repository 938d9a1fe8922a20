import { isFaaSError } from '@lp-functions/errors';
import { type Attributes, SECONDS, TELEMETRY_SCOPE, type TraceCall } from './call-telemetry.ts';
import type { AnsweredInvocation } from './invocation-result.ts';
import type { CallExtras } from './invocation-sender.ts';
import type { Invocations } from './invocations.ts';
import type { TelemetryApi } from './telemetry-api.ts';

const TIMEOUTS: ReadonlySet<string> = new Set(['ATTEMPT_TIMEOUT', 'DEADLINE_EXCEEDED', 'FUNCTION_TIMED_OUT']);

/**
 * Adds spans and metrics to invocations, with FaaS attributes: one set of metrics for each call.
 *
 * @param inner - invokes.
 * @param trace - traces one call.
 * @param api - the module `@opentelemetry/api`.
 * @see OpenTelemetry's semantic conventions for FaaS (outgoing invocations).
 */
export function withTelemetry(inner: Invocations, trace: TraceCall, { metrics }: TelemetryApi): Invocations {
  const meter = metrics.getMeter(TELEMETRY_SCOPE);
  const invokeDuration = meter.createHistogram('faas.invoke_duration', SECONDS);
  const invocations = meter.createCounter('faas.invocations', { unit: '{invocation}' });
  const errors = meter.createCounter('faas.errors', { unit: '{error}' });
  const timeouts = meter.createCounter('faas.timeouts', { unit: '{timeout}' });

  function measure(seconds: number, attributes: Attributes, errorCode: string | undefined): void {
    const all = errorCode === undefined ? attributes : { ...attributes, 'error.type': errorCode };
    invokeDuration.record(seconds, all);
    invocations.add(1, attributes);
    if (errorCode !== undefined) errors.add(1, all);
    if (errorCode !== undefined && TIMEOUTS.has(errorCode)) timeouts.add(1, attributes);
  }

  function traced<R extends AnsweredInvocation>(
    operation: string,
    attributes: Attributes,
    extras: CallExtras | undefined,
    invoke: (extras: CallExtras) => Promise<R>,
  ): Promise<R> {
    return trace({
      operation,
      attributes: () => attributes,
      work: (callTrace) => invoke({ ...extras, trace: callTrace }),
      answered: ({ requestId, attempts }) => ({
        'lp.request_id': requestId,
        'lp.attempts': attempts,
        'lp.executed': 'yes',
      }),
      failed: (error) => ({ 'lp.executed': isFaaSError(error) ? error.executed : 'maybe' }),
      measure,
    });
  }

  return {
    byUuid: (operation, uuid, payload, call, extras) =>
      traced(operation, { 'faas.invoked_name': uuid }, extras, (more) =>
        inner.byUuid(operation, uuid, payload, call, more),
      ),
    byName: (operation, name, payload, call, extras) =>
      traced(operation, { 'faas.invoked_name': name }, extras, (more) =>
        inner.byName(operation, name, payload, call, more),
      ),
    byEvent: (operation, eventId, payload, call, extras) =>
      traced(operation, { 'faas.invoked_name': eventId, 'lp.event_id': eventId }, extras, (more) =>
        inner.byEvent(operation, eventId, payload, call, more),
      ),
  };
}
