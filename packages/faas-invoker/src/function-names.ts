import { FaaSDetailedError } from '@lp-functions/errors';
import { type CallTrace, type Clock, createLoadingCache, type Loaded } from '@lp-functions/http';
import type { ListLambdas } from './lambda-listing.ts';

/** Finds the UUID of a function by its name. */
export interface FunctionNames {
  /**
   * @param trace - told of every attempt, if this name is the one that is asked for.
   * @throws {@link FaaSDetailedError} NOT_FOUND if the account has none of that name.
   */
  resolve(name: string, trace?: CallTrace): Promise<string>;
  /** Looks it up anew the next time. */
  forget(name: string): void;
}

/** A name hardly ever moves to another function; one that was deployed a minute ago should be found. */
const TTL_MS = 60_000;
const MAX_NAMES = 1_000;
const OPERATION = 'invokeByName';

/** Looks names up in the listing, and remembers them for a minute. */
export function createFunctionNames(
  listLambdas: ListLambdas,
  clock: Clock,
  accountId: string,
  deadlineMs: number | undefined,
): FunctionNames {
  const uuids = createLoadingCache<string>({ ttlMs: TTL_MS, max: MAX_NAMES, clock });
  async function look(name: string, trace: CallTrace | undefined): Promise<Loaded<string>> {
    const { lambdas, platform, status, requestId } = await listLambdas({ name }, { deadlineMs }, OPERATION, trace);
    // The platform filters by part of the name.
    const found = lambdas.find((lambda) => lambda.name === name);
    if (found !== undefined) return { value: found.uuid };
    const similar = lambdas.slice(0, 5).map((lambda) => lambda.name);
    throw new FaaSDetailedError(`${OPERATION} ${name}: the account has no function of this name`, {
      operation: OPERATION,
      accountId,
      target: name,
      requestId,
      code: 'NOT_FOUND',
      fault: 'caller',
      status,
      platform,
      executed: 'no',
      hint: similar.length === 0 ? 'Names are case-sensitive.' : `There are: ${similar.join(', ')}.`,
    });
  }
  return {
    resolve: (name, trace) => uuids.load(name, () => look(name, trace)),
    forget: (name) => {
      uuids.forget(name);
    },
  };
}
