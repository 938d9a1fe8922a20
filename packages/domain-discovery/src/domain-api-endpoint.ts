import { type CallLimits, type HttpClient, isRecord, parseJsonObject } from '@lp-functions/http';
import { type DiscoverySubject, refused, unreadable } from './discovery-failure.ts';

/** One service of an account, as the Domain API names it. */
export interface DomainEntry {
  readonly service: string;
  readonly account: string;
  /** A bare host name, if the answer is an honest one. */
  readonly baseUri: string;
}

/** What a request to the Domain API is made with. */
export interface DomainApiRequest extends DiscoverySubject {
  readonly http: HttpClient;
  readonly limits: CallLimits;
  /** A last known list exists, so a failure hurts nobody: one short attempt, no repeats. */
  readonly brief: boolean;
}

const BRIEF_TIMEOUT_MS = 3_000;
const MAX_RESPONSE_BYTES = 2 * 1024 * 1024;

/**
 * Asks the Domain API (CSDS) for all services of an account. An account that it does not know gives an empty list.
 *
 * @throws {@link DomainDiscoveryError} DISCOVERY_REFUSED, DISCOVERY_UNAVAILABLE, DISCOVERY_UNREADABLE.
 * @throws {@link TransportError} if no answer came.
 * @see LivePerson's page "Domain API": `version=1.0`, no authentication, 400 for a malformed request, 401 for an unknown site.
 */
export async function fetchDomains(request: DomainApiRequest): Promise<readonly DomainEntry[]> {
  const { accountId, baseUrl, http, limits, brief } = request;
  const answer = await http.request({
    context: { operation: 'discover', accountId },
    method: 'GET',
    url: `${baseUrl}/api/account/${encodeURIComponent(accountId)}/service/baseURI.json?version=1.0`,
    headers: { accept: 'application/json' },
    rule: 'read',
    limits,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    ...(brief ? { timeoutMs: BRIEF_TIMEOUT_MS, retry: { maxRetries: 0 } } : {}),
  });
  // The Domain API says "invalid site" with 401; a 404 on this path can mean nothing else.
  if (answer.status === 401 || answer.status === 404) return [];
  if (answer.status >= 400) throw refused(answer, request);
  const entries = readDomains(answer.text, request.accountId);
  if (entries === undefined) throw unreadable(answer, request);
  return entries;
}

/**
 * Reads both shapes that LivePerson documents: a list under `baseURIs`, and one bare entry. Unknown fields and entries of
 * other shapes are ignored.
 *
 * @param text - the body of an answer.
 * @param accountId - for entries that do not name their account.
 * @returns the entries, none if the list is empty; `undefined` if the text is neither shape.
 */
export function readDomains(text: string, accountId: string): readonly DomainEntry[] | undefined {
  const body = parseJsonObject(text);
  if (body === undefined) return undefined;
  const { baseURIs } = body;
  if (Array.isArray(baseURIs)) {
    const entries = baseURIs.flatMap((entry) => readEntry(entry, accountId));
    // An empty list says that there is no such account. One of which nothing can be read says nothing.
    if (entries.length > 0 || baseURIs.length === 0) return entries;
  }
  const single = readEntry(body, accountId);
  return single.length > 0 ? single : undefined;
}

function readEntry(entry: unknown, accountId: string): readonly DomainEntry[] {
  if (!isRecord(entry)) return [];
  const { service, account, baseURI } = entry;
  if (typeof service !== 'string' || typeof baseURI !== 'string') return [];
  return [{ service, account: typeof account === 'string' ? account : accountId, baseUri: baseURI }];
}
