import { isFaaSError } from '@lp-functions/errors';
import { emitEvent, type HttpClient, judgeHost, type Loaded, type OutageBrake, safeCause } from '@lp-functions/http';
import { accountNotFound } from './discovery-failure.ts';
import { type DomainEntry, fetchDomains } from './domain-api-endpoint.ts';
import type { ServiceDomain } from './domain-discovery.ts';
import { type DomainStore, isStoredDomains, storeKey } from './domain-store.ts';

/** The services of an account, as they were known at one time. */
export interface DomainList {
  readonly domains: ReadonlyMap<string, ServiceDomain>;
  /** On the monotonic clock. */
  readonly fetchedAtMs: number;
  /** When the Domain API was last asked, whether it answered or not. */
  readonly askedAtMs: number;
}

/** Parts of {@link createDomainLoader}. */
export interface DomainLoaderParts {
  readonly accountId: string;
  readonly baseUrl: string;
  readonly ttlMs: number;
  readonly store: DomainStore | undefined;
  /** Keeps a Domain API that is out of order from being asked by every call. The store is looked at all the same. */
  readonly outage: OutageBrake;
  readonly http: HttpClient;
}

/** For how long "there is no such account" is believed, and a list that could not be refreshed. */
export const BRIEF_TTL_MS = 30_000;

/**
 * Makes the function that gets a list: the one that another process has left in the store, while it is fresh, else a new one.
 */
export function createDomainLoader(
  parts: DomainLoaderParts,
): (last: DomainList | undefined, forced: boolean) => Promise<Loaded<DomainList>> {
  const { accountId, baseUrl, ttlMs, store, outage, http } = parts;
  const { clock, hostPolicy } = http;
  const key = storeKey(baseUrl, accountId);

  async function fetchList(last: DomainList | undefined): Promise<Loaded<DomainList>> {
    try {
      const brief = isKnown(last);
      // Nobody's signal or deadline: the list is for all callers.
      const ask = (): ReturnType<typeof fetchDomains> =>
        fetchDomains({ accountId, baseUrl, http, limits: http.limits(), brief });
      const entries = brief ? await ask() : await outage.guard(ask);
      // An account that had services a moment ago is more likely missing by mistake than gone.
      if (entries.length === 0 && isKnown(last)) throw accountNotFound({ accountId, baseUrl });
      const value = listOf(entries, clock.monotonicNow());
      if (entries.length === 0) return { value, ttlMs: Math.min(ttlMs, BRIEF_TTL_MS) };
      await keep(entries);
      return { value };
    } catch (error) {
      if (!isKnown(last)) throw error;
      reportStale(last, error);
      return { value: { ...last, askedAtMs: clock.monotonicNow() }, ttlMs: Math.min(ttlMs, BRIEF_TTL_MS) };
    }
  }

  /** What another process has left, if it is newer than what is known, and fresh. */
  async function readStored(last: DomainList | undefined): Promise<Loaded<DomainList> | undefined> {
    if (store === undefined) return undefined;
    let stored: unknown;
    try {
      stored = await store.get(key);
    } catch (error) {
      warn('the store of hosts cannot be read', error);
    }
    if (!isStoredDomains(stored) || stored.domains.length === 0) return undefined;
    const ageMs = clock.now() - stored.fetchedAtMs;
    // One from the future is from a clock that was wrong.
    if (!(ageMs >= 0 && ageMs < ttlMs)) return undefined;
    const fetchedAtMs = clock.monotonicNow() - ageMs;
    if (last !== undefined && fetchedAtMs <= last.fetchedAtMs) return undefined;
    const entries = stored.domains.map(({ domain, ...entry }) => ({ ...entry, baseUri: domain }));
    return { value: listOf(entries, fetchedAtMs), ttlMs: ttlMs - ageMs };
  }

  async function keep(entries: readonly DomainEntry[]): Promise<void> {
    const domains = entries.map(({ service, account, baseUri }) => ({ service, account, domain: baseUri }));
    try {
      await store?.set(key, { fetchedAtMs: clock.now(), domains });
    } catch (error) {
      warn('hosts could not be kept in the store', error);
    }
  }

  function listOf(entries: readonly DomainEntry[], atMs: number): DomainList {
    return { domains: new Map(entries.map(judgeEntry)), fetchedAtMs: atMs, askedAtMs: atMs };
  }

  function judgeEntry({ service, account, baseUri }: DomainEntry): [string, ServiceDomain] {
    const judgement = judgeHost(baseUri, hostPolicy, baseUrl);
    const judged = judgement.trusted ? { origin: judgement.origin } : { refusal: judgement.reason };
    return [service, { service, account, domain: baseUri, ...judged }];
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

  function warn(message: string, error: unknown): void {
    http.logger?.warn(message, { accountId, error: safeCause(error).message });
  }

  return async (last, forced) => (forced ? undefined : await readStored(last)) ?? fetchList(last);
}

/** A list with something in it; an empty one only says that the account is unknown. */
export function isKnown(list: DomainList | undefined): list is DomainList {
  return list !== undefined && list.domains.size > 0;
}

/** A list that came with the last answer. One that had to be served again, since none came, has its own, shorter cadence. */
export function isCurrent(list: DomainList): boolean {
  return isKnown(list) && list.askedAtMs === list.fetchedAtMs;
}
