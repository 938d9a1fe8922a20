import { isFaaSDetailedError } from '@lp-functions/errors';
import type { HttpClient } from '@lp-functions/http';
import type { FunctionNames } from './function-names.ts';
import { checkInvocationOptions, checkName } from './invocation-options.ts';
import type { DirectInvocations, Invocations } from './invocations.ts';

/** What invocations by name need besides. */
export interface NamedInvocationOptions {
  readonly names: FunctionNames;
  readonly accountId: string;
  /** For calls that set none. */
  readonly deadlineMs: number | undefined;
  readonly http: HttpClient;
}

/**
 * Adds invocations by name: looked up first, and both within one deadline.
 *
 * @param direct - invokes what was found.
 */
export function withNames(
  direct: DirectInvocations,
  { names, accountId, deadlineMs, http }: NamedInvocationOptions,
): Invocations {
  return {
    ...direct,
    async byName(operation, name, payload, call, extras) {
      checkName(name);
      checkInvocationOptions(call);
      const limits = http.limits({ signal: call.signal, deadlineMs: call.deadlineMs ?? deadlineMs });
      const context = { operation, accountId, target: name, requestId: call.requestId };
      // A call that is over before it begins starts no look-up: this rejects.
      if (call.signal?.aborted === true) await http.within(Promise.resolve(), limits, context);
      const uuid = await http.within(names.resolve(name, extras?.trace), limits, context, 'listing');
      const remainingMs = Math.max(1, limits.deadlineAtMs - http.clock.monotonicNow());
      try {
        return await direct.byUuid(operation, uuid, payload, { ...call, deadlineMs: remainingMs }, extras);
      } catch (error) {
        // It may have been made anew, under another UUID.
        if (isFaaSDetailedError(error) && error.code === 'NOT_FOUND') names.forget(name);
        throw error;
      }
    },
  };
}
