import { ConfigurationError, type FaaSError, isFaaSError } from '@lp-functions/errors';
import { type CallPace, safeCause } from '@lp-functions/http';
import type { BulkPlan, PerItem } from './bulk-options.ts';
import type { EventInvocationResult, InvocationResult } from './invocation-result.ts';
import type { Invocations } from './invocations.ts';

/** Invokes for one item. */
export type InvokeItem<I, A> = (item: I, index: number, pace: CallPace) => Promise<A>;

/**
 * Makes the function that invokes for one item of a plan.
 *
 * @param plan - where the items go, and how.
 * @param invocations - the two ways to invoke.
 */
export function invokeItem<I>(
  { target, call, toPayload, toOptions }: BulkPlan<I>,
  { byUuid, byEvent }: Invocations,
): InvokeItem<I, InvocationResult | EventInvocationResult> {
  const of = (given: PerItem<I>, item: I, index: number): string =>
    typeof given === 'function' ? given(item, index) : given;
  return async (item, index, pace) => {
    const own = toOptions === undefined ? call : { ...call, ...(await toOptions(item, index)) };
    return target.uuid === undefined
      ? byEvent('invokeEach', of(target.eventId, item, index), toPayload(item, index), own, { pace })
      : byUuid('invokeEach', of(target.uuid, item, index), toPayload(item, index), own, { pace });
  };
}

/** What failed for one item, as its outcome tells it. */
export function itemError(error: unknown): FaaSError {
  if (isFaaSError(error)) return error;
  return new ConfigurationError('invokeEach: making the call for this item failed', {
    code: 'INVALID_OPTION',
    option: 'toPayload',
    cause: safeCause(error),
  });
}
