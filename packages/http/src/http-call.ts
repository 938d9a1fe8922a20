import type { ErrorContext } from '@lp-functions/errors';
import type { Authorizer } from './authorizer.ts';
import type { CallLimits } from './call-limits.ts';
import type { CallPace } from './call-pace.ts';
import type { CallTrace } from './call-trace.ts';
import type { HttpResponse } from './http-transport.ts';
import type { CallRetryOptions, RepeatRule } from './retry-policy.ts';

/** One call: one request, and those that repeat it. */
export interface HttpCall {
  /** For errors, events and logs. */
  readonly context: ErrorContext & { readonly operation: string };
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** What of it may be repeated. */
  readonly rule: RepeatRule;
  /** The caller says that running the function twice does no harm. */
  readonly idempotent?: boolean | undefined;
  /** Asked for headers with every attempt, and once more after a 401. */
  readonly authorizer?: Authorizer | undefined;
  /**
   * Takes a 403 for a sign of an old credential, too: renewed as after a 401, but only if an earlier call was sent with it.
   * One that may have been made for this call would not fare better when made again.
   */
  readonly renewOn403?: boolean | undefined;
  /** Secrets in URL, headers or body that no authorizer added; removed from every error. */
  readonly secrets?: readonly string[] | undefined;
  /** Deadline and signal, from {@link HttpClient.limits}. */
  readonly limits?: CallLimits | undefined;
  /** Numbers of the policy for this call, checked, instead of the client's. */
  readonly retry?: CallRetryOptions | undefined;
  /** Limit of one attempt in milliseconds, instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Shared with other calls: it slows repeats down, takes 429 in patience, and stands outside the client's retry budget. */
  readonly pace?: CallPace | undefined;
  /** Told of every attempt. */
  readonly trace?: CallTrace | undefined;
  /** Default 10 MiB. */
  readonly maxResponseBytes?: number | undefined;
}

/** The answer that stands after all repeats. Every status but a redirect is one. */
export interface HttpAnswer extends HttpResponse {
  /** How many requests were sent. */
  readonly attempts: number;
  /** True if an attempt before this answer may have been processed. */
  readonly earlierMayHaveRun: boolean;
  /** The `Retry-After` of the answer in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Removes the secrets of this call from a text that the server sent. */
  scrub(text: string): string;
}
