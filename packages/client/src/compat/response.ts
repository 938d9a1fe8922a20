import { type FaaSError, findPlatformCode, TransportError } from '@lp-functions/errors';
import { describeRefusal, describeUnreadable, readResult, type RefusedCall } from '@lp-functions/faas-invoker';
import { headerValue, type HttpAnswer, parseJsonObject } from '@lp-functions/http';
import type { ErrorDomain } from './invocation-data.ts';

/** What came of a call, in the shape that the official client gives it. */
export interface Response {
  /** What the function returned, or what the platform said: parsed if it is JSON, else a text; `''` for nothing. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- callers of the official client read fields of it as they are
  body: any;
  /** Names in lower case. Undefined if nothing answered. */
  headers: Record<string, string>;
  /** Of the request. */
  url: string;
  ok: boolean;
  /** Undefined if nothing answered, whatever its type says: that is the official client's. */
  status: number;
  /** What the server calls the status. */
  statusText: string;
  /** Of a call that failed: how often it was repeated. */
  retryCount?: number;
  /**
   * Of a call that failed: what failed, whether the function may have run, and what to do. Not enumerable, so that copies and logs of
   * a response stay what they were.
   */
  readonly failure?: FaaSError;
}

/** A response as it really is: one that nothing answered has hardly any field. */
export type PossibleResponse = { readonly [K in keyof Response]?: K extends 'body' ? unknown : Response[K] };

/** Makes the response of a call that was answered. Of a refusal, what the server said is scrubbed of the call's secrets. */
export function answeredResponse(url: string, answer: HttpAnswer, call: RefusedCall): Response {
  const { status, statusText = '', headers, text, scrub } = answer;
  const shared = { url, status, statusText };
  if (status >= 200 && status < 300) {
    const read = readResult(text, headerValue(headers, 'content-type'));
    // The official client gives an empty body as an empty text.
    if (read.readable)
      return {
        ...shared,
        headers: headers as Response['headers'],
        body: read.value === undefined ? '' : read.value,
        ok: true,
      };
    return failed({ ...shared, ...scrubbed(answer), body: scrub(text) }, describeUnreadable(answer, call));
  }
  return failed({ ...shared, ...scrubbed(answer), body: bodyOf(scrub(text)) }, describeRefusal(answer, call));
}

/** Makes the response of a call that nothing answered. */
export function unansweredResponse(url: string | undefined, failure: FaaSError): Response {
  const nothing = { headers: undefined, body: undefined, status: undefined, statusText: undefined };
  return failed({ url, ...nothing } as unknown as Response, failure);
}

/** What a `fetch` of the caller's gave, judged like an answer. */
export function fetchedResponse(response: Response, call: RefusedCall, scrub: (text: string) => string): Response {
  if (response.ok || response.failure !== undefined) return response;
  const { status, headers = {}, body } = response as PossibleResponse;
  const text = typeof body === 'string' ? body : jsonText(body);
  if (status === undefined) return withFailure(response, notAnswered(call));
  const answer = { status, headers, text, attempts: 1, earlierMayHaveRun: false, retryAfterMs: undefined, scrub };
  return withFailure(response, describeRefusal(answer, call));
}

/** Rewrites V2's code in the body of a refusal to that of V1. */
export function withV1Error(response: Response): Response {
  const { code, message } = (response.body ?? {}) as Readonly<Record<string, unknown>>;
  if (response.ok || typeof code !== 'string' || typeof message !== 'string') return response;
  const body: ErrorDomain = { errorCode: findPlatformCode(code)?.v1Code ?? code, errorMsg: message };
  response.body = body;
  return response;
}

function failed(response: Omit<Response, 'ok' | 'failure'>, failure: FaaSError): Response {
  const { attempts = 0 } = failure as Partial<TransportError>;
  const retryCount = Math.max(attempts - 1, 0);
  return withFailure({ ...response, ok: false, retryCount }, failure);
}

function withFailure(response: Response, failure: FaaSError): Response {
  return Object.defineProperty(response, 'failure', { value: failure, configurable: true });
}

function notAnswered({ context, reads }: RefusedCall): TransportError {
  return new TransportError(`${context.operation} ${context.target}: the fetch of tooling gave no answer`, {
    ...context,
    code: 'TRANSPORT_FAILED',
    phase: 'send',
    requestSent: 'maybe',
    executed: reads === undefined ? 'maybe' : 'no',
    attempts: 1,
  });
}

/** What a mock gives is not always JSON. */
function jsonText(value: unknown): string {
  try {
    return value === undefined ? '' : JSON.stringify(value);
  } catch {
    return '';
  }
}

function scrubbed({ headers, scrub }: HttpAnswer): { readonly headers: Response['headers'] } {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? scrub(value) : value?.map(scrub),
  ]);
  return { headers: Object.fromEntries(entries) as Response['headers'] };
}

function bodyOf(text: string): unknown {
  return parseJsonObject(text) ?? jsonOf(text);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
