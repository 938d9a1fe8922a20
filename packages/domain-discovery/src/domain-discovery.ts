import { ConfigurationError, DomainDiscoveryError, isFaaSError } from '@lp-functions/errors';
import {
  accountIdRule,
  anything,
  baseUrlOf,
  checkOptions,
  createHttpClient,
  duration,
  emitEvent,
  type HttpClient,
  judgeHost,
  originOf,
  required,
  text,
} from '@lp-functions/http';
import { type DomainEntry, fetchDomains } from './domain-api-endpoint.ts';
import { createDomainCache, type Loaded } from './domain-cache.ts';

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
}

/** Finds where the services of one account are. */
export interface DomainDiscovery {
  /**
   * The origin of one service, for example `https://va.faasgw.liveperson.net`. The list behind it is asked for once per
   * time to live, by one request for all callers; if a refresh fails, the last list goes on being used.
   *
   * @param service - case-sensitive name: `faasGW`, `faasUI`, `sentinel`.
   * @throws {@link DomainDiscoveryError} ACCOUNT_NOT_FOUND, SERVICE_NOT_FOUND, HOST_REFUSED, DISCOVERY_REFUSED,
   *   DISCOVERY_UNAVAILABLE, DISCOVERY_UNREADABLE.
   * @throws {@link TransportError} if the Domain API cannot be reached, or the call was ended.
   */
  resolve(service: string, call?: DiscoveryCallOptions): Promise<string>;
  /** All services of the account. @throws as {@link DomainDiscovery.resolve} */
  list(call?: DiscoveryCallOptions): Promise<readonly ServiceDomain[]>;
  /** Drops what is known, so that the next call asks again. */
  forget(): void;
}

/** Where LivePerson's Domain API is for every region. @see LivePerson's page "Domain API" */
export const DEFAULT_DISCOVERY_URL = 'https://api.liveperson.net';
/** LivePerson's own clients keep a list for 600 s. */
const DEFAULT_TTL_MS = 600_000;
/** For how long "there is no such account" is believed, and a list that could not be refreshed. */
const BRIEF_TTL_MS = 30_000;

interface DomainList {
  readonly domains: ReadonlyMap<string, ServiceDomain>;
  readonly fetchedAtMs: number;
  /** When the Domain API was last asked, whether it answered or not. */
  readonly askedAtMs: number;
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
  checkOptions(
    options,
    { accountId: required(accountIdRule), baseUrl: text, ttlMs: duration, domains: anything, http: anything },
    'createDomainDiscovery',
  );
  const { accountId, ttlMs = DEFAULT_TTL_MS, http = createHttpClient() } = options;
  const { clock, hostPolicy } = http;
  const baseUrl = baseUrlOf(options.baseUrl ?? DEFAULT_DISCOVERY_URL, hostPolicy, 'baseUrl');
  const fixed = new Map(
    Object.entries(options.domains ?? {}).map(([service, address]) => [
      service,
      originOf(address, hostPolicy, `domains.${service}`),
    ]),
  );
  const cache = createDomainCache<DomainList>(ttlMs, clock, fetchList);

  async function fetchList(last: DomainList | undefined): Promise<Loaded<DomainList>> {
    try {
      // Nobody's signal or deadline: the list is for all callers.
      const entries = await fetchDomains({
        accountId,
        baseUrl,
        http,
        limits: http.limits(),
        brief: last !== undefined,
      });
      const nowMs = clock.monotonicNow();
      const value = { domains: new Map(entries.map(judgeEntry)), fetchedAtMs: nowMs, askedAtMs: nowMs };
      return entries.length === 0 ? { value, ttlMs: Math.min(ttlMs, BRIEF_TTL_MS) } : { value };
    } catch (error) {
      if (last === undefined || last.domains.size === 0) throw error;
      reportStale(last, error);
      return { value: { ...last, askedAtMs: clock.monotonicNow() }, ttlMs: Math.min(ttlMs, BRIEF_TTL_MS) };
    }
  }

  function judgeEntry({ service, account, baseUri }: DomainEntry): [string, ServiceDomain] {
    const judgement = judgeHost(baseUri, hostPolicy, baseUrl);
    return [service, { service, account, domain: baseUri, origin: judgement.trusted ? judgement.origin : undefined }];
  }

  function reportStale({ fetchedAtMs }: DomainList, error: unknown): void {
    const ageMs = clock.monotonicNow() - fetchedAtMs;
    const errorCode = isFaaSError(error) ? error.code : 'UNKNOWN';
    http.logger?.warn('the Domain API could not be asked; the last list goes on being used', {
      accountId,
      ageMs,
      errorCode,
    });
    emitEvent(http.onEvent, { type: 'discovery-stale', accountId, ageMs, errorCode }, http.logger);
  }

  async function currentList(call: DiscoveryCallOptions | undefined, force = false): Promise<DomainList> {
    const known = force ? undefined : cache.fresh();
    return known ?? http.within(cache.load({ force }), http.limits(call));
  }

  function found(list: DomainList, service: string): string | undefined {
    const entry = list.domains.get(service);
    if (entry === undefined || entry.origin !== undefined) return entry?.origin;
    const judgement = judgeHost(entry.domain, hostPolicy, baseUrl);
    const reason = judgement.trusted ? '' : `: ${judgement.reason}`;
    throw new DomainDiscoveryError(
      `the Domain API names ${JSON.stringify(shorten(entry.domain))} for ${service}, which is not trusted${reason}`,
      {
        code: 'HOST_REFUSED',
        operation: 'discover',
        accountId,
        target: service,
        service,
        hint: 'No credential was sent there. If the host is right, add its suffix to allowedHostSuffixes.',
      },
    );
  }

  function notFound(list: DomainList, service: string): DomainDiscoveryError {
    const context = { fault: 'caller', operation: 'discover', accountId, target: service, service } as const;
    if (list.domains.size === 0) {
      return new DomainDiscoveryError(`the Domain API knows no account ${accountId}`, {
        ...context,
        code: 'ACCOUNT_NOT_FOUND',
        hint: 'Check the account id (also called site id or brand id).',
      });
    }
    return new DomainDiscoveryError(`account ${accountId} has no service ${JSON.stringify(service)}`, {
      ...context,
      code: 'SERVICE_NOT_FOUND',
      hint: service.startsWith('faas')
        ? 'Functions is not enabled for this account: ask LivePerson.'
        : 'Names are case sensitive.',
    });
  }

  return {
    async resolve(service, call) {
      const given = fixed.get(service);
      if (given !== undefined) return given;
      if (typeof service !== 'string' || service === '') {
        throw new ConfigurationError('service must be a name', { code: 'INVALID_OPTION', option: 'service' });
      }
      const list = await currentList(call);
      const origin = found(list, service);
      if (origin !== undefined) return origin;
      if (clock.monotonicNow() - list.askedAtMs <= BRIEF_TTL_MS) throw notFound(list, service);
      // The service may have been enabled since.
      const newer = await currentList(call, true);
      const late = found(newer, service);
      if (late !== undefined) return late;
      throw notFound(newer, service);
    },
    async list(call) {
      const list = await currentList(call);
      if (list.domains.size === 0) throw notFound(list, 'any');
      return [...list.domains.values()].map((entry) => {
        const origin = fixed.get(entry.service);
        return origin === undefined ? entry : { ...entry, domain: new URL(origin).host, origin };
      });
    },
    forget() {
      cache.forget();
    },
  };
}

const SHOWN_CHARACTERS = 100;

function shorten(value: string): string {
  return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
}
