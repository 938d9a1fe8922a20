import { ConfigurationError } from '@lp-functions/errors';
import {
  baseUrlOf,
  type CallLimits,
  createHttpClient,
  createLoadingCache,
  createOutageBrake,
  originOf,
} from '@lp-functions/http';
import { accountNotFound, hostRefused, serviceNotFound } from './discovery-failure.ts';
import {
  checkCallOptions,
  checkDiscoveryOptions,
  type DiscoveryCallOptions,
  type DomainDiscoveryOptions,
  type ResolveOptions,
} from './domain-discovery-options.ts';
import { BRIEF_TTL_MS, createDomainLoader, type DomainList, isCurrent, isKnown } from './domain-list.ts';

/** One service of the account. */
export interface ServiceDomain {
  /** Case-sensitive name, for example `faasGW`. */
  readonly service: string;
  /** The account, as the Domain API spells it. */
  readonly account: string;
  /** The host as the Domain API names it. Show it; do not send to it. */
  readonly domain: string;
  /** Where to send, for example `https://va.sentinel.liveperson.net`; absent if the host is not trusted. */
  readonly origin?: string | undefined;
  /** Why the host is not trusted; absent if it is. */
  readonly refusal?: string | undefined;
}

/** Finds where the services of one account are. */
export interface DomainDiscovery {
  /**
   * The origin of one service, for example `https://va.faasgw.liveperson.net`. The list behind it is asked for once per
   * time to live, by one request for all callers. In the last fifth of that time nobody waits for it; if it fails, the last
   * list goes on being used.
   *
   * @param service - case-sensitive name: `faasGW`, `faasUI`, `sentinel`.
   * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION, before anything is sent.
   * @throws {@link DomainDiscoveryError} ACCOUNT_NOT_FOUND, SERVICE_NOT_FOUND, HOST_REFUSED, DISCOVERY_REFUSED,
   *   DISCOVERY_UNAVAILABLE, DISCOVERY_UNREADABLE.
   * @throws {@link TransportError} if the Domain API cannot be reached, or the call was ended. While it gives no
   *   answer and there is nothing to fall back on, the last failure again after five in a row, at once, for 1 s, doubling to 30 s.
   */
  resolve(service: string, call?: ResolveOptions): Promise<string>;
  /** All services of the account. @throws as {@link DomainDiscovery.resolve} */
  list(call?: DiscoveryCallOptions): Promise<readonly ServiceDomain[]>;
  /** Drops what is known, so that the next call asks again. */
  forget(): void;
}

/** Where LivePerson's Domain API is for every region. @see LivePerson's page "Domain API" */
export const DEFAULT_DISCOVERY_URL = 'https://api.liveperson.net';
/** LivePerson's own clients keep a list for 600 s. */
const DEFAULT_TTL_MS = 600_000;

interface Waiting {
  readonly limits: CallLimits;
  readonly context: { readonly operation: string; readonly accountId: string; readonly target?: string | undefined };
}

/**
 * Makes a client of the Domain API (CSDS) for one account.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION, INSECURE_HTTP.
 * @example
 * ```ts
 * import { createDomainDiscovery } from '@lp-functions/domain-discovery';
 *
 * const discovery = createDomainDiscovery({
 *   accountId: process.env['LPFN_ACCOUNT_ID'] ?? '',
 *   baseUrl: process.env['LPFN_DISCOVERY_URL'],
 * });
 * console.log(await discovery.resolve('faasGW'));
 * ```
 */
export function createDomainDiscovery(options: DomainDiscoveryOptions): DomainDiscovery {
  checkDiscoveryOptions(options);
  const { accountId, ttlMs = DEFAULT_TTL_MS, http = createHttpClient() } = options;
  const { clock, hostPolicy } = http;
  const baseUrl = baseUrlOf(options.baseUrl ?? DEFAULT_DISCOVERY_URL, hostPolicy, 'baseUrl');
  const subject = { accountId, baseUrl };
  const fixed = new Map(
    Object.entries(options.domains ?? {}).map(([service, address]) => [
      service,
      originOf(address, hostPolicy, `domains.${service}`),
    ]),
  );
  const outage = createOutageBrake(clock, (leftAloneMs) => {
    http.logger?.warn('the Domain API is out of order, and left alone for a while', { accountId, leftAloneMs });
  });
  const load = createDomainLoader({ ...subject, outage, ttlMs, store: options.store, http });
  const cache = createLoadingCache<DomainList>({ ttlMs, max: 1, clock });

  /** What one call may take, and how an error names it. */
  function limitsOf(call: ResolveOptions | undefined, service?: string): Waiting {
    if (call !== undefined) checkCallOptions(call, service === undefined ? 'list' : 'resolve');
    return { limits: http.limits(call), context: { operation: 'discover', accountId, target: service } };
  }

  async function currentList({ limits, context }: Waiting, force = false): Promise<DomainList> {
    const known = force ? undefined : cache.fresh(accountId);
    if (known !== undefined) {
      if (cache.ending(accountId) && isCurrent(known)) renewAhead();
      return known;
    }
    // A call that has ended already begins nothing.
    await http.within(Promise.resolve(), limits, context);
    return http.within(
      cache.load(accountId, (last) => load(last, force), force),
      limits,
      context,
    );
  }

  /** Nobody waits for it, and a failure is told by the load: the list goes on being used. */
  function renewAhead(): void {
    cache.load(accountId, (last) => load(last, false), true).catch(() => undefined);
  }

  function found(list: DomainList, service: string): string | undefined {
    const entry = list.domains.get(service);
    if (entry?.refusal !== undefined) throw hostRefused(subject, service, entry.domain, entry.refusal);
    return entry?.origin;
  }

  function notFound(list: DomainList, service: string): Error {
    return isKnown(list)
      ? serviceNotFound(subject, service, [...list.domains.keys()])
      : accountNotFound(subject, service);
  }

  return {
    async resolve(service, call) {
      const given = fixed.get(service);
      if (given !== undefined) return given;
      if (typeof service !== 'string' || service === '') {
        throw new ConfigurationError('service must be a name', { code: 'INVALID_OPTION', option: 'service' });
      }
      const waiting = limitsOf(call, service);
      const list = await currentList(waiting);
      const origin = found(list, service);
      if (origin !== undefined && origin !== call?.unreachable) return origin;
      if (clock.monotonicNow() - list.askedAtMs <= BRIEF_TTL_MS) {
        if (origin !== undefined) return origin;
        throw notFound(list, service);
      }
      // The service may have been enabled, or moved, since.
      const newer = await currentList(waiting, true);
      const late = found(newer, service);
      if (late !== undefined) return late;
      throw notFound(newer, service);
    },
    async list(call) {
      const list = await currentList(limitsOf(call));
      if (!isKnown(list)) throw accountNotFound(subject);
      return [...list.domains.values()].map((entry) => {
        const { service, account } = entry;
        const origin = fixed.get(service);
        return origin === undefined ? entry : { service, account, domain: new URL(origin).host, origin };
      });
    },
    forget() {
      cache.forget(accountId);
      outage.reset();
    },
  };
}
