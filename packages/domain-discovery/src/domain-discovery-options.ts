import {
  abortSignal,
  accountIdRule,
  checkOptions,
  duration,
  type HttpClient,
  type OptionRule,
  required,
  text,
  withMethods,
} from '@lp-functions/http';
import type { DomainStore } from './domain-store.ts';

/** Options of {@link createDomainDiscovery}. */
export interface DomainDiscoveryOptions {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /** Where the Domain API is. Default `https://api.liveperson.net`. Plain http only on loopback. */
  readonly baseUrl?: string | undefined;
  /** How long a list is fresh, in milliseconds. Default 600,000 (10 min). */
  readonly ttlMs?: number | undefined;
  /**
   * Services whose address is known: a bare host (https is meant) or an origin on loopback. They are never looked up.
   */
  readonly domains?: Readonly<Record<string, string>> | undefined;
  /** Where lists are kept for other processes, and for the next one. Default: nowhere but in this object. */
  readonly store?: DomainStore | undefined;
  /** Sends the requests, judges hosts, tells time. Default: a client of its own. */
  readonly http?: HttpClient | undefined;
}

/** Limits of one call. */
export interface DiscoveryCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
}

/** Options of {@link DomainDiscovery.resolve}. */
export interface ResolveOptions extends DiscoveryCallOptions {
  /**
   * Where the service was said to be, and could not be reached. If that is still what the list says, and the list is not of this very
   * moment, the Domain API is asked again.
   */
  readonly unreachable?: string | undefined;
}

const domainsRule: OptionRule = (value) =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((address) => typeof address === 'string' && address !== ''))
    ? undefined
    : 'must be an object of host names by service, such as { faasGW: "va.faasgw.liveperson.net" }';

const callRules: Readonly<Record<keyof ResolveOptions, OptionRule>> = {
  signal: abortSignal,
  deadlineMs: duration,
  unreachable: text,
};

/** @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION. */
export function checkDiscoveryOptions(options: DomainDiscoveryOptions): void {
  checkOptions(
    options,
    {
      accountId: required(accountIdRule),
      baseUrl: text,
      ttlMs: duration,
      domains: domainsRule,
      store: withMethods('get', 'set'),
      http: withMethods('request', 'limits', 'within'),
    },
    'createDomainDiscovery',
  );
}

/**
 * @param method - of the discovery, for errors.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkCallOptions(call: ResolveOptions, method: string): void {
  checkOptions(call, callRules, method);
}
