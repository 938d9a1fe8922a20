import { randomUUID } from 'node:crypto';
import {
  type Authorizer,
  type CallPace,
  type CallTrace,
  headerValue,
  type HttpAnswer,
  type HttpClient,
} from '@lp-functions/http';
import { invocationHeaders, type InvocationRequest, type InvocationTarget, invocationUrl } from './gateway-endpoint.ts';
import type { RefusedCall } from './gateway-refusal.ts';
import { checkInvocationOptions, functionHeaders, type InvocationOptions } from './invocation-options.ts';
import { serializeInput } from './invocation-payload.ts';
import type { UndefinedProperties } from './payload-losses.ts';
import { checkPayload } from './schema-check.ts';
import type { Platform } from './platform-generation.ts';
import { type GatewayLocation, type LocateGateway, sendToService } from './service-location.ts';

/** What every invocation of one account and identity has in common. */
export interface InvocationSenderOptions {
  readonly accountId: string;
  readonly locateGateway: LocateGateway;
  readonly authorizer: Authorizer;
  /** For calls that name none. */
  readonly eventSource: string;
  /** For calls that name none. */
  readonly userId: string | undefined;
  readonly timeoutMs: number;
  readonly deadlineMs: number | undefined;
  readonly maxResponseBytes: number | undefined;
  /** For calls that do not say. */
  readonly undefinedProperties: UndefinedProperties | undefined;
  readonly http: HttpClient;
}

/** What bulks and tracing add to a call. */
export interface CallExtras {
  /** Shared with the other calls of a bulk. */
  readonly pace?: CallPace | undefined;
  /** Told of every attempt. */
  readonly trace?: CallTrace | undefined;
}

/** An invocation that was answered, whatever the answer is. */
export interface SentInvocation {
  readonly answer: HttpAnswer;
  /** `Content-Type` of the answer. */
  readonly contentType: string | undefined;
  /** The call as an error describes it; made only if there is one. */
  readonly refused: () => RefusedCall;
  readonly durationMs: number;
  readonly requestId: string;
}

/**
 * Checks, addresses, authorizes and sends one invocation.
 *
 * @param operation - name of the public method.
 * @param extras - what bulks and tracing add.
 * @throws {@link ConfigurationError} before anything is sent.
 * @throws {@link TransportError} and what discovery and authorization throw.
 */
export type SendInvocation = (
  operation: string,
  target: InvocationTarget,
  payload: unknown,
  call: InvocationOptions,
  extras?: CallExtras,
) => Promise<SentInvocation>;

/** Name of the entry by which a function can tell a repeat of the same call. */
const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** Makes the function that sends one invocation. */
export function createInvocationSender(options: InvocationSenderOptions, userAgent: string): SendInvocation {
  const { accountId, authorizer, locateGateway, timeoutMs, deadlineMs, maxResponseBytes, http } = options;
  const { clock } = http;

  return async (operation, target, payload, call, extras) => {
    checkInvocationOptions(call);
    const startedAtMs = clock.monotonicNow();
    const requestId = call.requestId ?? randomUUID();
    const idempotent = call.idempotent ?? false;
    const byEvent = 'eventId' in target;
    const valid = call.payload === undefined ? payload : await checkPayload(payload, call.payload);
    const input = { timestamp: clock.now(), headers: headersOf(call), payload: valid };
    const body = serializeInput(input, call.undefinedProperties ?? options.undefinedProperties);
    const limits = http.limits({ signal: call.signal, deadlineMs: call.deadlineMs ?? deadlineMs });
    const context = { operation, accountId, target: byEvent ? target.eventId : target.uuid, requestId };
    // A call that is over before it begins starts no look-up: this rejects.
    if (call.signal?.aborted === true) await http.within(Promise.resolve(), limits, context);
    const sendTo = async ({
      origin,
      platform,
    }: GatewayLocation): Promise<{ answer: HttpAnswer; platform: Platform }> => {
      const request: InvocationRequest = {
        gatewayOrigin: origin,
        accountId,
        platform,
        target,
        eventSource: call.eventSource ?? options.eventSource,
        skillId: call.skillId,
        userId: call.userId ?? options.userId,
      };
      const answer = await http.request({
        context,
        method: 'POST',
        url: invocationUrl(request),
        headers: invocationHeaders(request, requestId, userAgent),
        body,
        rule: byEvent ? 'event-invocation' : 'invocation',
        idempotent,
        retry: call.retry,
        authorizer,
        limits,
        pace: extras?.pace,
        trace: extras?.trace,
        timeoutMs: call.timeoutMs ?? timeoutMs,
        maxResponseBytes: call.maxResponseBytes ?? maxResponseBytes,
      });
      return { answer, platform };
    };
    const { answer, platform } = await sendToService(
      operation,
      (unreachable) => locateGateway(limits, context, unreachable),
      sendTo,
    );
    return {
      answer,
      contentType: headerValue(answer.headers, 'content-type'),
      refused: () => ({ context, platform, byEvent, idempotent, sentBytes: Buffer.byteLength(body) }),
      durationMs: clock.monotonicNow() - startedAtMs,
      requestId,
    };
  };
}

function headersOf({ headers, idempotent }: InvocationOptions): ReturnType<typeof functionHeaders> {
  const own = functionHeaders(headers);
  if (idempotent !== true || own.some(({ key }) => key.toLowerCase() === IDEMPOTENCY_KEY.toLowerCase())) return own;
  return [...own, { key: IDEMPOTENCY_KEY, value: randomUUID() }];
}
