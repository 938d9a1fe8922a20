import type { RequestSummary } from '../src/console/feed-messages.ts';

/** The requests that the page knows, oldest first, and which it lacks. Its size follows the journal's, and is bounded whatever that is. */
export interface RequestList {
  readonly items: readonly RequestSummary[];
  /** Ids from which on the journal has requests. */
  readonly firstId: number;
  readonly lastId: number;
}

/** More than this the page does not keep. */
export const MOST_ITEMS = 20_000;

export const EMPTY_LIST: RequestList = { items: [], firstId: 1, lastId: 0 };

/** Merges new and changed requests in, and drops what the journal has dropped. */
export function merged(
  list: RequestList,
  requests: readonly RequestSummary[],
  { firstId, lastId }: { readonly firstId: number; readonly lastId: number },
): RequestList {
  let { items } = list;
  const newestKnown = items.at(-1)?.id ?? 0;
  const added: RequestSummary[] = [];
  const changed = new Map<number, RequestSummary>();
  for (const request of requests) {
    if (request.id > newestKnown) added.push(request);
    else changed.set(request.id, request);
  }
  if (changed.size > 0) {
    items = items.map((item) => {
      const newer = changed.get(item.id);
      if (newer === undefined) return item;
      changed.delete(item.id);
      return isOlder(newer, item) ? item : newer;
    });
    // What was left out before comes between.
    if (changed.size > 0) items = [...items, ...changed.values()].sort(byId);
  }
  if (added.length > 0) items = [...items, ...added.sort(byId)];
  const outdated = items.findIndex(({ id }) => id >= firstId);
  if (outdated !== 0) items = outdated < 0 ? [] : items.slice(outdated);
  if (items.length > MOST_ITEMS) items = items.slice(-MOST_ITEMS);
  return { items, firstId, lastId };
}

/** The newest stretch of ids that the journal has and the page does not, both ends left out; undefined if there is none. */
export function gapIn({ items, firstId, lastId }: RequestList): { after: number; before: number } | undefined {
  const oldestOfInterest = Math.max(firstId, lastId - MOST_ITEMS + 1);
  let before = lastId + 1;
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const id = items[index]?.id ?? 0;
    if (id < oldestOfInterest) break;
    if (id !== before - 1) return { after: id, before };
    before = id;
  }
  return before > oldestOfInterest ? { after: oldestOfInterest - 1, before } : undefined;
}

/** An answer that was fetched may be older than what the feed has told meanwhile. */
function isOlder(candidate: RequestSummary, known: RequestSummary): boolean {
  return candidate.outcome === 'pending' && known.outcome !== 'pending';
}

function byId(first: RequestSummary, second: RequestSummary): number {
  return first.id - second.id;
}
