/** A list of hosts, as it is kept between processes. No secret is in it. */
export interface StoredDomains {
  /** When the Domain API answered it: epoch milliseconds. */
  readonly fetchedAtMs: number;
  /** As the Domain API spells them; they are judged again whenever they are read. */
  readonly domains: readonly { readonly service: string; readonly account: string; readonly domain: string }[];
}

/** Keeps lists of hosts. One that fails, or forgets, costs a request and a warning, never a call. */
export interface DomainStore {
  /** The list under a key, or `undefined`. */
  get(key: string): Promise<StoredDomains | undefined>;
  /** Replaces the list under a key. */
  set(key: string, domains: StoredDomains): Promise<void>;
}

/** The name under which a list is kept: one account on one server. */
export function storeKey(baseUrl: string, accountId: string): string {
  return JSON.stringify([baseUrl, accountId]);
}

/** True for a list that can be used; a store may hold anything, after an upgrade or an accident. */
export function isStoredDomains(value: unknown): value is StoredDomains {
  if (!isRecord(value) || !Number.isFinite(value['fetchedAtMs']) || !Array.isArray(value['domains'])) return false;
  return value['domains'].every(
    (entry) => isRecord(entry) && ['service', 'account', 'domain'].every((field) => typeof entry[field] === 'string'),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
