import {
  checkEventId,
  checkInvocationOptions,
  checkName,
  checkUuid,
  functionHeaders,
  type InvocationOptions,
} from './invocation-options.ts';
import { serializeInput } from './invocation-payload.ts';
import { checkPayload } from './schema-check.ts';

/**
 * Checks everything that an invocation checks before it sends, for whoever takes the call now and sends it later: a queue.
 *
 * @param target - `{ uuid }`, `{ name }` or `{ eventId }`.
 * @param payload - what is to be sent.
 * @param call - its options.
 * @returns what is to be sent: the payload, as its schema has made it.
 * @throws {@link ConfigurationError} as the invocation would.
 */
export async function checkInvocation(
  target: { readonly uuid: string } | { readonly eventId: string } | { readonly name: string },
  payload: unknown,
  call: InvocationOptions = {},
): Promise<unknown> {
  if ('uuid' in target) checkUuid(target.uuid);
  else if ('name' in target) checkName(target.name);
  else checkEventId(target.eventId);
  checkInvocationOptions(call);
  const valid = call.payload === undefined ? payload : await checkPayload(payload, call.payload);
  serializeInput({ timestamp: 0, headers: functionHeaders(call.headers), payload: valid });
  return valid;
}
