import type { EventResult } from './gateway-endpoint.ts';

/** What every answered invocation tells. */
export interface AnsweredInvocation {
  /** The `X-Request-ID` of the call. */
  readonly requestId: string;
  /** HTTP status: 200, or another 2xx; 404 where V2 says that nobody listens. */
  readonly status: number;
  /** The whole call, in milliseconds. */
  readonly durationMs: number;
  /** How many requests were sent. */
  readonly attempts: number;
}

/** What an invocation by UUID gives. */
export interface InvocationResult<T = unknown> extends AnsweredInvocation {
  /** What the function returned; `undefined` if it returned nothing. */
  readonly result: T;
}

/** What an invocation by event gives. */
export interface EventInvocationResult<T = unknown> extends AnsweredInvocation {
  /** One entry for every function that listened, in order; none if nobody did. */
  readonly results: readonly EventResult<T>[];
}
