import { ConfigurationError, FaaSDetailedError } from '@lp-functions/errors';
import { abortSignal, type CallTrace, checkOptions, duration, type HttpClient, required } from '@lp-functions/http';
import { checkUuid, identifier } from './invocation-options.ts';
import type { Lambda } from './lambda.ts';
import type { ListLambdas } from './lambda-listing.ts';

/** A function, by UUID or by name. */
export type FunctionReference =
  { readonly uuid: string; readonly name?: undefined } | { readonly name: string; readonly uuid?: undefined };

/** Options of {@link FaasInvoker.waitUntilProductive}. */
export interface WaitOptions {
  /** Pause between two looks in milliseconds. Default 2,000. */
  readonly pollMs?: number | undefined;
  /** Limit of the whole wait in milliseconds. Default 300,000: a deployment takes a minute or two. */
  readonly deadlineMs?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_POLL_MS = 2_000;
const DEFAULT_DEADLINE_MS = 300_000;
const OPERATION = 'waitUntilProductive';

/** States out of which no function comes by itself. */
const FAILED: ReadonlySet<string> = new Set(['Build Error', 'Deploy Error']);

/**
 * Waits for a function.
 *
 * @param trace - told of every attempt.
 */
export type WaitUntilProductive = (
  which: FunctionReference,
  options: WaitOptions,
  trace?: CallTrace,
) => Promise<Lambda>;

/** Makes the wait: looks at the listing from time to time. */
export function createProductiveWait(
  listLambdas: ListLambdas,
  http: HttpClient,
  accountId: string,
): WaitUntilProductive {
  return async (which, options, trace) => {
    checkOptions(which, { uuid: () => undefined, name: identifier }, OPERATION);
    checkOptions(options, { pollMs: duration, deadlineMs: duration, signal: abortSignal }, OPERATION);
    const { uuid, name }: { readonly uuid?: string | undefined; readonly name?: string | undefined } = which;
    if (uuid === undefined && required(identifier)(name) !== undefined) throw noReference();
    if (uuid !== undefined && name !== undefined) throw noReference();
    if (uuid !== undefined) checkUuid(uuid);
    const { signal, pollMs = DEFAULT_POLL_MS, deadlineMs = DEFAULT_DEADLINE_MS } = options;
    const limits = http.limits({ signal, deadlineMs });
    const context = { operation: OPERATION, accountId, target: uuid ?? name };
    const is = (lambda: Lambda): boolean =>
      uuid === undefined ? lambda.name === name : lambda.uuid.toLowerCase() === uuid.toLowerCase();
    const ending = new AbortController();
    try {
      for (;;) {
        const remainingMs = Math.max(1, limits.deadlineAtMs - http.clock.monotonicNow());
        const call = { signal, deadlineMs: remainingMs };
        const { lambdas, platform, status, requestId } = await listLambdas(
          name === undefined ? {} : { name },
          call,
          OPERATION,
          trace,
        );
        const found = lambdas.find(is);
        if (found?.invocable === true) return found;
        if (found !== undefined && FAILED.has(found.state)) {
          throw new FaaSDetailedError(`${OPERATION} ${found.name}: its deployment failed (state ${found.state})`, {
            ...context,
            requestId,
            code: 'REQUEST_REFUSED',
            fault: 'caller',
            status,
            platform,
            executed: 'no',
            hint: 'The function’s page in LivePerson Functions shows why.',
          });
        }
        await http.within(http.clock.sleep(pollMs, ending.signal), limits, context, 'deployment');
      }
    } finally {
      ending.abort();
    }
  };
}

function noReference(): ConfigurationError {
  return new ConfigurationError(`${OPERATION} takes either uuid or name`, { code: 'INVALID_OPTION', option: 'uuid' });
}
