import type { OptionRule } from '@lp-functions/http';
import { callable, checkOptions, withMethods } from '@lp-functions/http';
import type { Response } from './response.ts';

/** One request, as a `fetch` of yours is given it. */
export interface FetchOptions {
  readonly url: string;
  /** Not yet written as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: 'post' | 'get';
}

/** Sends one request. Repeating is then yours, too. */
export type Fetch = (options: FetchOptions, attempt?: number) => Promise<Response>;

/** Gives the host of a service. */
export type GetCsdsEntry = (account: string, csdsType: string) => Promise<string>;

/** Gives request ids. */
export type GenerateId = () => string;

/** What is known of whether an event is implemented. */
export interface ImplementedEvent {
  name: string;
  exp: number;
  isImplemented: boolean;
  skillId?: string;
}

/** Where answers of `isImplemented` are kept. */
export interface IsImplementedCache {
  get(eventName: string, skillId?: string): ImplementedEvent | undefined;
  add(eventName: string, isImplemented: boolean, skillId?: string): void;
}

/** What a {@link MetricCollector} is told of a call. */
export interface InvocationMetricData {
  accountId: string;
  requestDurationInMillis: number;
  /** Host that the call went to, or `unresolved`. */
  domain?: string;
  externalSystem?: string | undefined;
  lpEventSource?: string | undefined;
  userId?: string | undefined;
  event?: string;
  UUID?: string;
  /** Absent if nothing answered. */
  statusCode?: number;
  /** Set for every call that failed, also for one that resolved to a response whose `ok` is false. */
  error?: Error;
  fromCache?: boolean;
  skillId?: string | undefined;
}

/** Told of every call, once. What it throws changes nothing. */
export interface MetricCollector {
  onInvoke(invocationData: InvocationMetricData): void;
  /** Also told of `getFunctions`. */
  onGetLambdas(invocationData: InvocationMetricData): void;
  onIsImplemented(invocationData: InvocationMetricData): void;
}

/** Parts of a client that may be replaced; the official client's types want all of them at once. */
export interface Tooling {
  readonly getCsdsEntry?: GetCsdsEntry | undefined;
  readonly fetch?: Fetch | undefined;
  readonly generateId?: GenerateId | undefined;
  readonly metricCollector?: MetricCollector | undefined;
  readonly isImplementedCache?: IsImplementedCache | undefined;
}

const rules: Readonly<Record<keyof Tooling, OptionRule>> = {
  getCsdsEntry: callable,
  fetch: callable,
  generateId: callable,
  metricCollector: withMethods('onInvoke', 'onGetLambdas', 'onIsImplemented'),
  isImplementedCache: withMethods('get', 'add'),
};

/** @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. */
export function checkTooling(tooling: Tooling): void {
  checkOptions(tooling, rules, 'tooling');
}
