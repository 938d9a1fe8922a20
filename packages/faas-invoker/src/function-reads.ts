import type { CheckImplemented } from './implemented-check.ts';
import type { ListLambdas } from './lambda-listing.ts';
import type { WaitUntilProductive } from './wait-until-productive.ts';

/** Everything that asks about functions and runs none. */
export interface FunctionReads {
  readonly isImplemented: CheckImplemented;
  readonly list: ListLambdas;
  readonly waitUntilProductive: WaitUntilProductive;
}
