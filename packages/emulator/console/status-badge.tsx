import type { JSX } from 'preact';
import type { RequestSummary } from '../src/console/feed-messages.ts';
import { Badge } from './panel-parts.tsx';
import { isFailed } from './traffic-filter.ts';

/** How a request ended, in a word. */
export function StatusBadge({
  request,
}: {
  readonly request: Pick<RequestSummary, 'outcome' | 'status'>;
}): JSX.Element {
  const { outcome, status } = request;
  if (outcome === 'pending') return <Badge tone="accent">open</Badge>;
  if (outcome !== 'answered') return <Badge tone="bad">{outcome}</Badge>;
  return <Badge tone={isFailed(request) ? 'bad' : 'good'}>{status}</Badge>;
}
