import type { Platform } from './platform-generation.ts';

/** States of a function. V2's own list is not public: other texts pass through. */
export type LambdaState =
  | 'Draft'
  | 'Productive'
  | 'Modified'
  | 'Marked Undeployed'
  | 'Build Error'
  | 'Deploy Error'
  | (string & Record<never, never>);

/** A function as the listing shows it, in one shape for both generations. Further fields are kept as they came. */
export interface Lambda {
  /** UUID by which it is invoked. */
  readonly uuid: string;
  /** Name, unique within the account. */
  readonly name: string;
  /** What it is good for; empty if the platform says nothing. */
  readonly description: string;
  /** State, as the platform spells it. */
  readonly state: LambdaState;
  /** Generation of the platform that answered. */
  readonly platform: Platform;
  /** True if a version of it is deployed, so that it can be invoked: `Productive`, or `Modified` since. */
  readonly invocable: boolean;
  /** Event to which it listens. */
  readonly eventId?: string | undefined;
  /** Skills to which it is bound; V2 only. */
  readonly skills?: readonly string[] | undefined;
  /** Compute size; V2 only. */
  readonly size?: string | undefined;
  /** True for a V1 function that runs on V2. */
  readonly isCompV1?: boolean | undefined;
  /** Version; V1 only. */
  readonly version?: number | undefined;
  /** ISO 8601. */
  readonly createdAt?: string | undefined;
  /** User id. */
  readonly createdBy?: string | undefined;
  /** ISO 8601. */
  readonly updatedAt?: string | undefined;
  /** User id. */
  readonly updatedBy?: string | undefined;
  /** Fields that this interface does not name, such as V1's `lastDeployment` and `implementation`. */
  readonly [field: string]: unknown;
}

/** Which functions to list. All of them by default. */
export interface LambdaFilter {
  /** Part of the name. */
  readonly name?: string | undefined;
  /** Part of the event id. */
  readonly eventId?: string | undefined;
  /** One state or several; the platform refuses states that it does not know. */
  readonly state?: LambdaState | readonly LambdaState[] | undefined;
  /** LivePerson user in whose name to ask; default: that of the client. */
  readonly userId?: string | undefined;
}

const INVOCABLE: ReadonlySet<string> = new Set(['Productive', 'Modified']);

/** True if a function in this state can be invoked. */
export function isInvocableState(state: LambdaState): boolean {
  return INVOCABLE.has(state);
}
