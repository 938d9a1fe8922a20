import {
  accountIdRule,
  anything,
  type Authorizer,
  callable,
  checkOptions,
  createHttpClient,
  createUndiciTransport,
  duration,
  headerText,
  type HttpAnswer,
  type HttpClient,
  required,
  withMethods,
} from '@lp-functions/http';
import { type EventResult, readEventResults, readRefusal } from './gateway-endpoint.ts';
import { describeRefusal, describeUnreadable } from './gateway-refusal.ts';
import { checkEventId, checkUuid, identifier, type InvocationOptions } from './invocation-options.ts';
import { createInvocationSender } from './invocation-sender.ts';
import type { Platform } from './platform-generation.ts';
import { readResult } from './result-reading.ts';
import { USER_AGENT } from './user-agent.ts';

/** Options of {@link createFaasInvoker}. */
export interface FaasInvokerOptions {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /** Origin of the gateway, usually `() => discovery.resolve('faasGW')`. */
  readonly gatewayDomain: () => Promise<string> | string;
  /** Authorizes invocations. */
  readonly authorizer: Authorizer;
  /** Generation of the platform. Default `'auto'`: by the name of the gateway's host. */
  readonly platform?: Platform | 'auto' | undefined;
  /** Name of the calling system, for calls that name none. Default `lp-functions`. */
  readonly eventSource?: string | undefined;
  /** LivePerson user, for calls that name none. */
  readonly userId?: string | undefined;
  /** Limit of one attempt in milliseconds. Default 40,000: a function may run 30 s and start cold. */
  readonly timeoutMs?: number | undefined;
  /** Limit of a whole call in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
  /** Sends the requests. Default: a client of its own, on undici. */
  readonly http?: HttpClient | undefined;
}

/** What an invocation by UUID gives. */
export interface InvocationResult<T = unknown> {
  /** What the function returned; `undefined` if it returned nothing. */
  readonly result: T;
  /** The `X-Request-ID` of the call. */
  readonly requestId: string;
  /** HTTP status: 200, or another 2xx. */
  readonly status: number;
  /** The whole call, in milliseconds. */
  readonly durationMs: number;
  /** How many requests were sent. */
  readonly attempts: number;
}

/** What an invocation by event gives. */
export interface EventInvocationResult<T = unknown> {
  /** One entry for every function that listened, in order; none if nobody did. */
  readonly results: readonly EventResult<T>[];
  /** The `X-Request-ID` of the call. */
  readonly requestId: string;
  /** HTTP status. */
  readonly status: number;
  /** The whole call, in milliseconds. */
  readonly durationMs: number;
  /** How many requests were sent. */
  readonly attempts: number;
}

/** Calls the functions of one account through the Invocation Gateway. */
export interface FaasInvoker {
  /**
   * Runs one function.
   *
   * Repeated are failures before the request was sent, 429, and once a 401 with a renewed token; with `idempotent` also
   * 408, 500, 502, 503, 504, lost connections and attempt timeouts.
   *
   * @param uuid - of the function.
   * @param payload - anything JSON can hold.
   * @throws {@link FaaSLambdaError} if the function failed.
   * @throws {@link FaaSDetailedError} if the platform refused; `executed` says whether the function may have run.
   * @throws {@link TransportError} if no answer came, or the call was ended.
   * @throws {@link ConfigurationError} before anything is sent, for input that cannot work.
   * @throws {@link DomainDiscoveryError} or {@link SentinelOAuthError} if no host or no token could be had.
   * @see LivePerson's page "External invocation"
   */
  invokeByUuid<T = unknown>(uuid: string, payload: unknown, options?: InvocationOptions): Promise<InvocationResult<T>>;
  /**
   * Runs every productive function that listens to an event. Nobody listening is an empty list, on both generations.
   *
   * A 429 is not repeated, since an earlier listener may have run; else as {@link FaasInvoker.invokeByUuid}.
   *
   * @param eventId - for example `controllerbot_messaging_new_conversation`, or one of your own.
   */
  invokeByEvent<T = unknown>(
    eventId: string,
    payload: unknown,
    options?: InvocationOptions,
  ): Promise<EventInvocationResult<T>>;
  /** Ends connections, if this invoker made them. */
  close(): Promise<void>;
}

/** A function may run 30 s, and its instance may take 2 to 5 s to start; LivePerson advises the same. */
export const INVOCATION_TIMEOUT_MS = 40_000;
const DEFAULT_EVENT_SOURCE = 'lp-functions';

/**
 * Makes a client of the Invocation Gateway for one account and one identity.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createFaasInvoker(options: FaasInvokerOptions): FaasInvoker {
  checkOptions(
    options,
    {
      accountId: required(accountIdRule),
      gatewayDomain: required(callable),
      authorizer: required(withMethods('authorize')),
      platform: (value) =>
        [undefined, 'auto', 'v1', 'v2'].includes(value as 'v1') ? undefined : 'must be auto, v1 or v2',
      eventSource: headerText,
      userId: identifier,
      timeoutMs: duration,
      deadlineMs: duration,
      http: anything,
    },
    'createFaasInvoker',
  );
  const ownTransport = options.http === undefined ? createUndiciTransport() : undefined;
  const send = createInvocationSender(
    {
      accountId: options.accountId,
      gatewayDomain: options.gatewayDomain,
      authorizer: options.authorizer,
      platform: options.platform ?? 'auto',
      eventSource: options.eventSource ?? DEFAULT_EVENT_SOURCE,
      userId: options.userId,
      timeoutMs: options.timeoutMs ?? INVOCATION_TIMEOUT_MS,
      deadlineMs: options.deadlineMs,
      http: options.http ?? createHttpClient({ transport: ownTransport }),
    },
    USER_AGENT,
  );

  return {
    async invokeByUuid<T>(uuid: string, payload: unknown, call: InvocationOptions = {}): Promise<InvocationResult<T>> {
      checkUuid(uuid);
      const { answer, contentType, refused, durationMs, requestId } = await send(
        'invokeByUuid',
        { uuid },
        payload,
        call,
      );
      if (!isSuccess(answer)) throw describeRefusal(answer, refused());
      const read = readResult(answer.text, contentType);
      if (!read.readable) throw describeUnreadable(answer, refused());
      const { status, attempts } = answer;
      return { result: read.value as T, requestId, status, durationMs, attempts };
    },
    async invokeByEvent<T>(
      eventId: string,
      payload: unknown,
      call: InvocationOptions = {},
    ): Promise<EventInvocationResult<T>> {
      checkEventId(eventId);
      const { answer, contentType, refused, durationMs, requestId } = await send(
        'invokeByEvent',
        { eventId },
        payload,
        call,
      );
      const { status, attempts } = answer;
      const rest = { requestId, status, durationMs, attempts };
      if (isNobodyListening(answer)) return { results: [], ...rest };
      if (!isSuccess(answer)) throw describeRefusal(answer, refused());
      const read = readResult(answer.text, contentType);
      const results = read.readable ? readEventResults(read.value) : undefined;
      if (results === undefined) throw describeUnreadable(answer, refused());
      return { results: results as readonly EventResult<T>[], ...rest };
    },
    async close() {
      await ownTransport?.close();
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
