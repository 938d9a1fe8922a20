import type { EventId } from '@lp-functions/faas-invoker';
import type { AuthStrategy } from './auth-strategy.ts';

/** A name and a value for the function, as it finds them in `input.headers`. */
export interface KeyValueDomain {
  key: string;
  value: string;
}

/** The body of an invocation. */
export interface InvocationDomain {
  /** Epoch milliseconds. Default: now. */
  timestamp?: number;
  /** For the function; they are not HTTP headers. */
  headers?: KeyValueDomain[];
  /** What the function is called with. */
  payload: unknown;
}

/** The body of a refusal by V1, and by V2 with `v1CompError`. */
export interface ErrorDomain {
  errorCode: string;
  errorMsg: string;
}

/** What every call takes. */
export interface BaseInvocation {
  /** Another account than the client's: its hosts, and tokens of its own, are used throughout. */
  readonly accountId?: string | undefined;
  /** Another identity than the client's. */
  readonly authStrategy?: AuthStrategy | undefined;
  /** Taken and not used: an operation has one method. */
  readonly method?: 'post' | 'get' | undefined;
  /** Name of the calling system, as the platform is told. */
  readonly lpEventSource?: string | undefined;
  /** The same; `lpEventSource` wins. */
  readonly externalSystem?: string | undefined;
  /** Sent as `v` to V1. Default: the client's. */
  readonly apiVersion?: string | undefined;
  /** LivePerson user in whose name the call is made. */
  readonly userId?: string | undefined;
  /** By which the platform picks among an event's listeners. */
  readonly skillId?: string | undefined;
  /** `X-Request-ID` of every attempt. Default: one that is made. */
  readonly requestId?: string | undefined;
  /** Ends the call at whatever stage it is. The official client has none. */
  readonly signal?: AbortSignal | undefined;
}

interface PostInvocation extends BaseInvocation {
  readonly body: InvocationDomain;
  /** Rewrites V2's error codes in a refusal to those of V1. */
  readonly v1CompError?: boolean | undefined;
  /** Running twice does no harm: 5xx, timeouts and lost connections are repeated. The official client takes that for granted. */
  readonly idempotent?: boolean | undefined;
}

/** An invocation of everything that listens to an event. */
export interface EventInvocation extends PostInvocation {
  readonly eventId: EventId;
  readonly lambdaUuid?: undefined;
}

/** An invocation of one function. */
export interface UuidInvocation extends PostInvocation {
  readonly lambdaUuid: string;
  readonly eventId?: undefined;
}

/** What {@link Client.invoke} takes: one target, not both. */
export type Invocation = EventInvocation | UuidInvocation;

/** What {@link Client.isImplemented} takes. */
export interface IsImplemented extends BaseInvocation {
  readonly eventId: EventId;
}

/** What {@link Client.getLambdas} takes. */
export interface LambdaRequest extends BaseInvocation {
  readonly state?: string | string[] | undefined;
  readonly eventId?: EventId | undefined;
  /** Part of the name. */
  readonly name?: string | undefined;
}

/** What {@link Client.getFunctions} takes. */
export interface FunctionRequest extends BaseInvocation {
  readonly state?: string[] | undefined;
  readonly eventId?: EventId | undefined;
  /** Part of the name. */
  readonly functionName?: string | undefined;
}
