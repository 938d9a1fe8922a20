import type { FunctionsClient, Lambda } from '@lp-functions/client';
import type { CallBudget } from '../call-budget.ts';
import type { FunctionReference } from './function-reference.ts';
import { askListing } from './listing-refusal.ts';

/** The account has no such function. */
class FunctionNotFoundError extends Error {
  readonly code = 'NOT_FOUND';
  readonly hint: string;

  constructor(which: string, similar: readonly string[]) {
    super(`the account has no function ${which}`);
    this.name = 'FunctionNotFoundError';
    this.hint =
      similar.length === 0
        ? 'Names are case-sensitive. "lpfn functions list" shows all that there are.'
        : `Names are case-sensitive. There are: ${similar.join(', ')}.`;
  }
}

const MAX_SIMILAR = 5;

/**
 * Looks a function up in the listing.
 *
 * @param budget - of all requests that this takes, and of what follows.
 * @param instead - what to do if the listing may not be asked.
 * @throws FunctionNotFoundError, and what the listing throws.
 */
export async function findFunction(
  functions: FunctionsClient,
  { uuid, name }: FunctionReference,
  budget: CallBudget,
  instead?: string,
): Promise<Lambda> {
  // The platform filters by part of the name, and not by UUID.
  const list = async (): Promise<readonly Lambda[]> => functions.getLambdas({ name }, budget.remaining());
  const lambdas = await askListing(list, instead);
  const found = lambdas.find((lambda) =>
    uuid === undefined ? lambda.name === name : lambda.uuid.toLowerCase() === uuid.toLowerCase(),
  );
  if (found !== undefined) return found;
  if (uuid !== undefined) throw new FunctionNotFoundError(uuid, []);
  const others =
    lambdas.length > 0 ? lambdas : await askListing(() => functions.getLambdas({}, budget.remaining()), instead);
  throw new FunctionNotFoundError(`named ${JSON.stringify(name)}`, similarNames(name, others));
}

/** The UUID that stands there, or of the function that the listing has under the name. */
export async function findUuid(
  functions: FunctionsClient,
  reference: FunctionReference,
  budget: CallBudget,
): Promise<string> {
  if (reference.uuid !== undefined) return reference.uuid;
  const instead = 'Call the function by its UUID, which its page in LivePerson Functions shows.';
  return (await findFunction(functions, reference, budget, instead)).uuid;
}

/** Those that contain the name, or are its part, whatever the case. */
function similarNames(name: string, lambdas: readonly Lambda[]): readonly string[] {
  const wanted = name.toLowerCase();
  return lambdas
    .map((lambda) => lambda.name)
    .filter((other) => other.toLowerCase().includes(wanted) || wanted.includes(other.toLowerCase()))
    .slice(0, MAX_SIMILAR);
}
