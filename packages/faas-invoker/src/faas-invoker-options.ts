import {
  accountIdRule,
  type Authorizer,
  callable,
  checkOptions,
  duration,
  headerText,
  type HttpClient,
  required,
  withMethods,
} from '@lp-functions/http';
import { byteLimit, identifier, undefinedPropertiesRule } from './invocation-options.ts';
import type { UndefinedProperties } from './payload-losses.ts';
import type { Platform } from './platform-generation.ts';
import type { TelemetryApi } from './telemetry-api.ts';
import { userAgentRule } from './user-agent.ts';

/** Options of {@link createFaasInvoker}. */
export interface FaasInvokerOptions {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /**
   * Origin of the gateway, usually `(unreachable) => discovery.resolve('faasGW', { unreachable })`. Called again, with what it
   * answered, when the gateway could not be reached there: if it answers another origin, the call goes there.
   */
  readonly gatewayDomain: (unreachable?: string) => Promise<string> | string;
  /** The same for the listing, `faasUI`. Without it nothing that lists functions works. */
  readonly listingDomain?: ((unreachable?: string) => Promise<string> | string) | undefined;
  /** Authorizes invocations. */
  readonly authorizer: Authorizer;
  /** Authorizes listings. Default: `authorizer`. LivePerson may want a user for them where an app may invoke. */
  readonly listingAuthorizer?: Authorizer | undefined;
  /** Generation of the platform. Default `'auto'`: by the name of the gateway's host. */
  readonly platform?: Platform | 'auto' | undefined;
  /** Name of the calling system, for calls that name none. Default `lp-functions`. */
  readonly eventSource?: string | undefined;
  /** What `User-Agent` says after our own name and version: that of the application, such as `order-service/2.1`. */
  readonly userAgentSuffix?: string | undefined;
  /** LivePerson user, for calls that name none. */
  readonly userId?: string | undefined;
  /** Limit of one attempt in milliseconds. Default 40,000: a function may run 30 s and start cold. */
  readonly timeoutMs?: number | undefined;
  /** Limit of a whole call in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
  /** Limit of an answer in bytes, for calls that set none. Default 10 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** What becomes of properties of a payload that are `undefined`, for calls that do not say. Default `'refuse'`. */
  readonly undefinedProperties?: UndefinedProperties | undefined;
  /** The module `@opentelemetry/api`: spans and metrics for every call. Default: none, at no cost. */
  readonly telemetry?: TelemetryApi | undefined;
  /** Sends the requests. Default: a client of its own, on undici. */
  readonly http?: HttpClient | undefined;
}

/** Worded to follow the option's name. */
function telemetryRule(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const parts = typeof value === 'object' && value !== null ? (value as Partial<TelemetryApi>) : {};
  return parts.trace && parts.metrics && parts.context && parts.propagation
    ? undefined
    : 'must be the module @opentelemetry/api';
}

/** @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. */
export function checkInvokerOptions(options: FaasInvokerOptions): void {
  checkOptions(
    options,
    {
      accountId: required(accountIdRule),
      gatewayDomain: required(callable),
      listingDomain: callable,
      authorizer: required(withMethods('authorize')),
      listingAuthorizer: withMethods('authorize'),
      platform: (value) =>
        [undefined, 'auto', 'v1', 'v2'].includes(value as 'v1') ? undefined : 'must be auto, v1 or v2',
      eventSource: headerText,
      userAgentSuffix: userAgentRule,
      userId: identifier,
      timeoutMs: duration,
      deadlineMs: duration,
      maxResponseBytes: byteLimit,
      telemetry: telemetryRule,
      undefinedProperties: undefinedPropertiesRule,
      http: withMethods('request', 'limits', 'within', 'close'),
    },
    'createFaasInvoker',
  );
}
