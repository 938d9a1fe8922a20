import type { CallTrace } from '@lp-functions/http';
import { type Attributes, SECONDS, TELEMETRY_SCOPE, type TraceCall } from './call-telemetry.ts';
import type { FunctionReads } from './function-reads.ts';
import type { TelemetryApi } from './telemetry-api.ts';

/**
 * Adds spans and a metric to what asks about functions. No `faas.*` metric: nothing is invoked.
 *
 * @param inner - asks.
 * @param trace - traces one call.
 * @param api - the module `@opentelemetry/api`.
 */
export function withReadTelemetry(inner: FunctionReads, trace: TraceCall, { metrics }: TelemetryApi): FunctionReads {
  const duration = metrics.getMeter(TELEMETRY_SCOPE).createHistogram('lp.read.duration', SECONDS);

  function measure(seconds: number, attributes: Attributes, errorCode: string | undefined): void {
    const { 'lp.operation': operation = '' } = attributes;
    duration.record(seconds, {
      'lp.operation': operation,
      ...(errorCode === undefined ? {} : { 'error.type': errorCode }),
    });
  }

  return {
    isImplemented(question, call) {
      let sent = false;
      return trace({
        operation: 'isImplemented',
        attributes: () => known({ 'lp.event_id': question.eventId, 'lp.skill_id': question.skillId, 'faas.invoked_name': question.lambdaUuid }), // prettier-ignore
        work: (callTrace) =>
          inner.isImplemented(
            question,
            call,
            noticing(callTrace, () => (sent = true)),
          ),
        // True also for an answer that somebody else's request brought.
        answered: (implemented) => ({ 'lp.implemented': implemented, 'lp.from_cache': !sent }),
        measure,
      });
    },
    list: (filter, call, operation) =>
      trace({
        operation,
        attributes: () => known({ 'lp.event_id': filter.eventId }),
        work: (callTrace) => inner.list(filter, call, operation, callTrace),
        answered: ({ lambdas, requestId }) => ({ 'lp.lambda_count': lambdas.length, 'lp.request_id': requestId }),
        measure,
      }),
    waitUntilProductive: (which, options) =>
      trace({
        operation: 'waitUntilProductive',
        attributes: () => known({ 'faas.invoked_name': which.uuid ?? which.name }),
        work: (callTrace) => inner.waitUntilProductive(which, options, callTrace),
        answered: ({ state }) => ({ 'lp.state': state }),
        measure,
      }),
  };
}

/** Those that are texts: input is checked within the call. */
function known(attributes: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function noticing(trace: CallTrace, notice: () => void): CallTrace {
  return {
    attempt(...asked) {
      notice();
      return trace.attempt(...asked);
    },
  };
}
