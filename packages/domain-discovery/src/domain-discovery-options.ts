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
  /** Sends the requests, judges hosts, tells time. Default: a client of its own. */
  readonly http?: HttpClient | undefined;
}

/** Limits of one call. */
export interface DiscoveryCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For the whole call, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number | undefined;
}

const domainsRule: OptionRule = (value) =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((address) => typeof address === 'string' && address !== ''))
    ? undefined
    : 'must be an object of host names by service, such as { faasGW: "va.faasgw.liveperson.net" }';

const callRules: Readonly<Record<keyof DiscoveryCallOptions, OptionRule>> = {
  signal: abortSignal,
  deadlineMs: duration,
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
      http: withMethods('request', 'limits', 'within'),
    },
    'createDomainDiscovery',
  );
}

/**
 * @param method - of the discovery, for errors.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkCallOptions(call: DiscoveryCallOptions, method: string): void {
  checkOptions(call, callRules, method);
}
