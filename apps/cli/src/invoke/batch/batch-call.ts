import { createHash } from 'node:crypto';
import type { InvocationOptions } from '@lp-functions/client';
import type { AccountSettings } from '../../settings/settings.ts';
import type { InvokeFlags, Wanted } from '../invoke-flags.ts';

const IDEMPOTENCY_KEY = 'Idempotency-Key';

/**
 * What a batch sends besides its lines, and where to, under the names of the flags, wherever it was set. It is kept in the journal, so that values
 * which may be secret are kept as digests.
 */
export function callFacts(
  { accountId, discoveryUrl, eventSource, userId }: AccountSettings,
  wanted: Wanted,
  { skill, idempotent, header, query }: InvokeFlags,
): Readonly<Record<string, unknown>> {
  const target = 'eventId' in wanted ? { '--event': wanted.eventId } : { 'the function': wanted.uuid ?? wanted.name };
  const facts = {
    ...target,
    '--account': accountId,
    '--discovery-url': discoveryUrl,
    '--skill': skill,
    '--user-id': userId,
    '--event-source': eventSource,
    '--idempotent': idempotent,
    '--header': header === undefined ? undefined : createHash('sha256').update(JSON.stringify(header)).digest('hex'),
    '--query': query,
  };
  return JSON.parse(JSON.stringify(facts)) as Readonly<Record<string, unknown>>;
}

/**
 * Headers of one line's call. An idempotent one has a key that is the same over all runs of the batch, so that a function can tell a line that
 * is sent again.
 */
export function lineHeaders(call: InvocationOptions, batchId: string, line: number): InvocationOptions['headers'] {
  const own = (call.headers ?? []) as readonly { readonly key: string; readonly value: string }[];
  if (call.idempotent !== true || own.some(({ key }) => key.toLowerCase() === IDEMPOTENCY_KEY.toLowerCase()))
    return own;
  return [...own, { key: IDEMPOTENCY_KEY, value: `${batchId}-${String(line)}` }];
}
