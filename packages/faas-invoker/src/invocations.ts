import type { HttpAnswer } from '@lp-functions/http';
import { readEventResults, readRefusal } from './gateway-endpoint.ts';
import { describeRefusal, describeUnreadable } from './gateway-refusal.ts';
import { checkEventId, checkUuid, type InvocationOptions } from './invocation-options.ts';
import type { EventInvocationResult, InvocationResult } from './invocation-result.ts';
import type { CallExtras, SendInvocation } from './invocation-sender.ts';
import { readResult } from './result-reading.ts';
import { checkResult } from './schema-check.ts';

/** The ways to invoke that one request answers. */
export interface DirectInvocations {
  byUuid(
    operation: string,
    uuid: string,
    payload: unknown,
    call: InvocationOptions,
    extras?: CallExtras,
  ): Promise<InvocationResult>;
  byEvent(
    operation: string,
    eventId: string,
    payload: unknown,
    call: InvocationOptions,
    extras?: CallExtras,
  ): Promise<EventInvocationResult>;
}

/** All ways to invoke. */
export interface Invocations extends DirectInvocations {
  byName(
    operation: string,
    name: string,
    payload: unknown,
    call: InvocationOptions,
    extras?: CallExtras,
  ): Promise<InvocationResult>;
}

/**
 * Reads what comes back of invocations.
 *
 * @param send - sends one.
 */
export function createInvocations(send: SendInvocation): DirectInvocations {
  return {
    async byUuid(operation, uuid, payload, call, extras) {
      checkUuid(uuid);
      const { answer, contentType, refused, durationMs, requestId } = await send(
        operation,
        { uuid },
        payload,
        call,
        extras,
      );
      if (!isSuccess(answer)) throw describeRefusal(answer, refused());
      const read = readResult(answer.text, contentType);
      if (!read.readable) throw describeUnreadable(answer, refused());
      const { status, attempts } = answer;
      const result =
        call.result === undefined ? read.value : await checkResult(read.value, call.result, answer, refused);
      return { result, requestId, status, durationMs, attempts };
    },
    async byEvent(operation, eventId, payload, call, extras) {
      checkEventId(eventId);
      const { answer, contentType, refused, durationMs, requestId } = await send(
        operation,
        { eventId },
        payload,
        call,
        extras,
      );
      const { status, attempts } = answer;
      const rest = { requestId, status, durationMs, attempts };
      if (isNobodyListening(answer)) return { results: [], ...rest };
      if (!isSuccess(answer)) throw describeRefusal(answer, refused());
      const read = readResult(answer.text, contentType);
      const results = read.readable ? readEventResults(read.value) : undefined;
      if (results === undefined) throw describeUnreadable(answer, refused());
      const schema = call.result;
      if (schema === undefined) return { results, ...rest };
      const checked = results.map(async (entry) => ({
        ...entry,
        result: await checkResult(entry.result, schema, answer, refused),
      }));
      return { results: await Promise.all(checked), ...rest };
    },
  };
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/** V2 says it with 404; V1 answers an empty list. */
function isNobodyListening({ status, text: body }: HttpAnswer): boolean {
  return status === 404 && readRefusal(body).platformCode === 'com.liveperson.faas.function.not-found';
}
