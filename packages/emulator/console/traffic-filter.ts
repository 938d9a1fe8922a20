import type { RequestSummary } from '../src/console/feed-messages.ts';

/** What the list of requests is narrowed to. */
export interface TrafficFilter {
  readonly text: string;
  /** Empty: all. */
  readonly service: string;
  readonly outcome: 'all' | 'failed' | 'succeeded';
  /** Empty: all. */
  readonly accountId: string;
}

export const NO_FILTER: TrafficFilter = { text: '', service: '', outcome: 'all', accountId: '' };

/** Status 400 and above, or no answer. Neither is known while it is under way. */
export function isFailed({ outcome, status = 0 }: Pick<RequestSummary, 'outcome' | 'status'>): boolean {
  return outcome === 'cut' || outcome === 'aborted' || (outcome === 'answered' && status >= 400);
}

/**
 * Makes the judgement of a filter. Every word of its text has to be found: in path, operation, method, status, event, or the name of the function.
 *
 * @param nameOf - finds a function's name by its UUID
 */
export function matcherOf(
  { text, service, outcome, accountId }: TrafficFilter,
  nameOf: (uuid: string) => string | undefined,
): (request: RequestSummary) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (request) => {
    if (service !== '' && request.service !== service) return false;
    if (accountId !== '' && request.accountId !== undefined && request.accountId !== accountId) return false;
    if (outcome === 'failed' && !isFailed(request)) return false;
    if (outcome === 'succeeded' && (request.outcome !== 'answered' || isFailed(request))) return false;
    if (words.length === 0) return true;
    const name = request.uuid === undefined ? '' : (nameOf(request.uuid) ?? '');
    const { id, path, operation, method, status = '' } = request;
    const haystack =
      `${path} ${operation} ${method} ${String(status)} ${request.outcome} ${name} #${String(id)}`.toLowerCase();
    return words.every((word) => haystack.includes(word));
  };
}
