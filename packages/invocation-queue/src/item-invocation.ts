import { InvocationQueueError } from '@lp-functions/errors';
import type {
  EventInvocationResult,
  FunctionDefinitions,
  InvocationOptions,
  InvocationResult,
} from '@lp-functions/faas-invoker';
import type { ItemCall } from './item-envelope.ts';
import type { DoneAnswer } from './queue-item.ts';

/** What invokes: a `FaasInvoker`, a `FunctionsClient`, or something of yours that does the same. */
export interface QueueInvoker {
  invokeByUuid(uuid: string, payload: unknown, options?: InvocationOptions): Promise<InvocationResult>;
  invokeByName(name: string, payload: unknown, options?: InvocationOptions): Promise<InvocationResult>;
  invokeByEvent(eventId: string, payload: unknown, options?: InvocationOptions): Promise<EventInvocationResult>;
}

/** Name of the entry by which a function can tell a repeat of the same work. */
const IDEMPOTENCY_KEY = 'Idempotency-Key';

/**
 * Invokes what an item says.
 *
 * @param id - of the item: if it may run twice, the function can tell by it.
 * @param functions - definitions with the schemas of results.
 * @throws {@link InvocationQueueError} DEFINITION_MISSING, and what the invoker throws.
 */
export async function invokeItem(
  invoker: QueueInvoker,
  id: string,
  { target, payload, options, definition }: ItemCall,
  functions: FunctionDefinitions,
  signal: AbortSignal,
): Promise<DoneAnswer> {
  const result = definition === undefined ? undefined : functions[definition]?.result;
  if (definition !== undefined && result === undefined) throw definitionMissing(id, definition);
  const call: InvocationOptions = {
    ...options,
    signal,
    ...(result === undefined ? {} : { result }),
    ...(options.idempotent === true ? { headers: withIdempotencyKey(options.headers, id) } : {}),
  };
  if (target.uuid !== undefined) return invoker.invokeByUuid(target.uuid, payload, call);
  if (target.name !== undefined) return invoker.invokeByName(target.name, payload, call);
  return invoker.invokeByEvent(target.eventId, payload, call);
}

/** The same for all attempts, by whichever worker. The caller's own wins. */
function withIdempotencyKey(headers: InvocationOptions['headers'], id: string): InvocationOptions['headers'] {
  const list = Array.isArray(headers)
    ? (headers as readonly { readonly key: string; readonly value: string }[])
    : Object.entries((headers ?? {}) as Readonly<Record<string, string>>).map(([key, value]) => ({ key, value }));
  if (list.some(({ key }) => key.toLowerCase() === IDEMPOTENCY_KEY.toLowerCase())) return headers;
  return [...list, { key: IDEMPOTENCY_KEY, value: id }];
}

function definitionMissing(id: string, definition: string): InvocationQueueError {
  return new InvocationQueueError(`item ${id}: this worker has no definition ${definition} with a result`, {
    code: 'DEFINITION_MISSING',
    target: id,
    hint: 'Give the worker the same functions as the queue, then retry the dead letter. Nothing was sent.',
  });
}
