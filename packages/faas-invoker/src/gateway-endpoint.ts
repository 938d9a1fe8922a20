import { parseJsonObject } from '@lp-functions/http';
import type { Platform } from './platform-generation.ts';

/** What an invocation is aimed at. */
export type InvocationTarget =
  { readonly uuid: string; readonly eventId?: never } | { readonly eventId: string; readonly uuid?: never };

/** What stands in URL and headers of an invocation. */
export interface InvocationRequest {
  readonly gatewayOrigin: string;
  readonly accountId: string;
  readonly platform: Platform;
  readonly target: InvocationTarget;
  readonly eventSource: string;
  readonly skillId?: string | undefined;
  readonly userId?: string | undefined;
}

/**
 * URL of an invocation.
 *
 * @see LivePerson's own JavaScript client: V1 sends `v=1` and `externalSystem`, V2 neither; the paths are the same.
 */
export function invocationUrl(request: InvocationRequest): string {
  return gatewayUrl(request, 'invoke');
}

/** URL of the question whether an event is implemented. */
export function implementedUrl(request: InvocationRequest): string {
  return gatewayUrl(request, 'isImplemented');
}

/** Reads `{ "implemented": true }`, or `undefined` if the answer is something else. */
export function readImplemented(text: string): boolean | undefined {
  const implemented = parseJsonObject(text)?.['implemented'];
  return typeof implemented === 'boolean' ? implemented : undefined;
}

function gatewayUrl(request: InvocationRequest, action: 'invoke' | 'isImplemented'): string {
  const { gatewayOrigin, accountId, platform, target, eventSource, skillId, userId } = request;
  const path = target.uuid !== undefined ? `lambdas/${target.uuid}` : `events/${target.eventId}`;
  const query =
    (platform === 'v1' ? `&v=1&externalSystem=${encodeURIComponent(eventSource)}` : '') +
    (skillId === undefined ? '' : `&skillId=${encodeURIComponent(skillId)}`) +
    (userId === undefined ? '' : `&userId=${encodeURIComponent(userId)}`);
  const url = `${gatewayOrigin}/api/account/${accountId}/${path}/${action}`;
  return query === '' ? url : `${url}?${query.slice(1)}`;
}

/** Who asks, and of which generation. */
export interface Asking {
  readonly platform: Platform;
  readonly eventSource: string;
}

/**
 * HTTP headers of a question, without authorization.
 *
 * LivePerson's own client names its system on V2 invocations only; a gateway ignores headers that it does not know.
 */
export function questionHeaders(
  { platform, eventSource }: Asking,
  requestId: string,
  userAgent: string,
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': userAgent,
    'x-request-id': requestId,
  };
  if (platform === 'v2') headers['lp-eventsource'] = eventSource;
  return headers;
}

/** HTTP headers of an invocation, without authorization. */
export function invocationHeaders(asking: Asking, requestId: string, userAgent: string): Record<string, string> {
  const headers = questionHeaders(asking, requestId, userAgent);
  headers['content-type'] = 'application/json';
  return headers;
}

/** What a refusal says of itself. */
export interface RefusalBody {
  readonly platformCode?: string | undefined;
  readonly platformMessage?: string | undefined;
  readonly logs?: readonly unknown[] | undefined;
}

/** No refusal of the platform is longer, and whatever is has to be scrubbed character by character. */
const MAX_REFUSAL_CHARACTERS = 256 * 1024;

/**
 * Reads the body of a refusal: V1's `errorCode` and `errorMsg` or V2's `code` and `message`, on either generation; a body
 * that is neither, or not JSON at all, says nothing.
 */
export function readRefusal(text: string): RefusalBody {
  const body = text.length > MAX_REFUSAL_CHARACTERS ? undefined : parseJsonObject(text);
  if (body === undefined) return {};
  return {
    platformCode: firstText(body['code'], body['errorCode'])?.trim(),
    platformMessage: firstText(body['message'], body['errorMsg']),
    logs: Array.isArray(body['errorLogs']) ? body['errorLogs'] : undefined,
  };
}

/** What one listener of an event answered. */
export interface EventResult<T = unknown> {
  /** UUID of the function. */
  readonly uuid: string;
  /** When it ran, as the platform writes it (ISO 8601). */
  readonly timestamp?: string | undefined;
  /** What it returned. */
  readonly result: T;
}

/** Reads the list that an event's invocation answers, or `undefined` if it is none. */
export function readEventResults(value: unknown): readonly EventResult[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const results = value.map(readEventResult);
  return results.includes(undefined) ? undefined : (results as EventResult[]);
}

function readEventResult(entry: unknown): EventResult | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { uuid, timestamp, result } = entry as Record<string, unknown>;
  if (typeof uuid !== 'string') return undefined;
  return { uuid, timestamp: typeof timestamp === 'string' ? timestamp : undefined, result };
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}
