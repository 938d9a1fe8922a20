import type { RecordedRequest } from '../recorded-request.ts';
import type { RequestSummary } from './feed-messages.ts';

/** Says of a request what the console lists. */
export function summaryOf(request: RecordedRequest, mask: (text: string) => string): RequestSummary {
  const { id, service, operation, method, path, accountId, uuid, eventId } = request;
  const { startedAtMs, status, durationMs, outcome } = request;
  return {
    id,
    service,
    operation,
    method,
    path: mask(path),
    accountId: accountId === undefined ? undefined : mask(accountId),
    uuid: uuid === undefined ? undefined : mask(uuid),
    eventId: eventId === undefined ? undefined : mask(eventId),
    startedAtMs,
    status,
    durationMs: durationMs === undefined ? undefined : Math.round(durationMs * 100) / 100,
    outcome,
  };
}
