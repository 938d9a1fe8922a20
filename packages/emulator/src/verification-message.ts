import type { RecordedRequest } from './recorded-request.ts';

const LISTED_IN_MESSAGE = 10;

/** Says what was expected, and what came instead: without bodies and headers, which hold credentials. */
export function verificationMessage(
  found: number,
  atLeast: number,
  atMost: number,
  records: readonly RecordedRequest[],
): string {
  const range = atMost === Infinity ? `at least ${String(atLeast)}` : `${String(atLeast)} to ${String(atMost)}`;
  const newest = records
    .slice(-LISTED_IN_MESSAGE)
    .map(({ operation, method, path, status }) => `${operation} ${method} ${path} ${String(status ?? 'unanswered')}`);
  const wanted = atLeast === atMost ? String(atLeast) : range;
  return [`There were ${String(found)} such requests, ${wanted} expected. The newest of all:`, ...newest].join('\n  ');
}
