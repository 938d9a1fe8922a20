import type { RecordedRequest } from './recorded-request.ts';

/** Selects requests: every given field has to be equal; a function judges for itself. */
export type RequestFilter =
  | Partial<
      Pick<
        RecordedRequest,
        'service' | 'operation' | 'method' | 'path' | 'accountId' | 'uuid' | 'eventId' | 'status' | 'outcome'
      >
    >
  | ((request: RecordedRequest) => boolean);

/** Turns a filter into a judgement. */
export function predicateOf(filter: RequestFilter | undefined): (request: RecordedRequest) => boolean {
  if (filter === undefined) return () => true;
  if (typeof filter === 'function') return filter;
  const wanted = Object.entries(filter) as [keyof typeof filter, unknown][];
  return (request) => wanted.every(([field, value]) => value === undefined || request[field] === value);
}

/** The lossless count, where the filter asks for nothing but service and operation. */
export function totalOf(totals: ReadonlyMap<string, number>, filter: RequestFilter | undefined): number | undefined {
  if (typeof filter === 'function') return undefined;
  const { service, operation, ...rest } = filter ?? {};
  if (Object.values(rest).some((value) => value !== undefined)) return undefined;
  let total = 0;
  for (const [key, count] of totals) {
    const [keyService, keyOperation] = key.split(' ');
    if ((service === undefined || service === keyService) && (operation === undefined || operation === keyOperation))
      total += count;
  }
  return total;
}
