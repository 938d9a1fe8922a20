import { ConfigurationError } from '@lp-functions/errors';
import type {
  EventInvocationResult,
  FunctionDefinition,
  FunctionDefinitions,
  InvocationResult,
  Schema,
  SchemaInput,
  SchemaOutput,
} from '@lp-functions/faas-invoker';
import type { Enqueuing, EnqueuedItem } from './enqueuing.ts';
import type { Outcomes, WaitOptions } from './outcome-stream.ts';
import type { EnqueueOptions, NewItem, QueueOutcome } from './queue-item.ts';

type PayloadOf<D> = D extends { readonly payload: infer S extends Schema } ? SchemaInput<S> : unknown;
type ResultOf<D> = D extends { readonly result: infer S extends Schema } ? SchemaOutput<S> : unknown;
type AnswerOf<D> = D extends { readonly eventId: string }
  ? EventInvocationResult<ResultOf<D>>
  : InvocationResult<ResultOf<D>>;

/** An item that was enqueued by a definition. */
export interface TypedItem<A> extends EnqueuedItem {
  /** Waits for its end: as {@link InvocationQueue.outcome}. */
  outcome(options?: WaitOptions): Promise<QueueOutcome<A>>;
}

/** One method for each definition. Options of a call stand above those of the definition. */
export type DefinedInvocations<D extends FunctionDefinitions> = {
  readonly [Name in keyof D]: (
    payload: PayloadOf<D[Name]>,
    options?: EnqueueOptions,
  ) => Promise<TypedItem<AnswerOf<D[Name]>>>;
};

/** @throws {@link ConfigurationError} INVALID_OPTION */
export function defineInvocations<D extends FunctionDefinitions>(
  definitions: D,
  enqueuing: Enqueuing,
  outcomes: Outcomes,
): DefinedInvocations<D> {
  if (typeof definitions !== 'object' || (definitions as unknown) === null) throw wrong('definitions');
  const methods = Object.entries(definitions).map(([name, definition]) => [
    name,
    methodOf(name, definition, enqueuing, outcomes),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as DefinedInvocations<D>;
}

function methodOf(name: string, definition: FunctionDefinition, enqueuing: Enqueuing, outcomes: Outcomes): unknown {
  if (typeof definition !== 'object' || (definition as unknown) === null) throw wrong(name);
  // How long an answer may be is for the worker's invoker to say.
  const { payload: schema, result, maxResponseBytes: _, ...defaults } = definition;
  if (targetsOf(defaults) !== 1) throw wrong(name);
  return async (payload: unknown, options: EnqueueOptions = {}) => {
    const item = { ...defaults, ...options, payload } as unknown as NewItem;
    const known = { payload: schema, name: result === undefined ? undefined : name };
    const { id, added } = await enqueuing.add(name, item, known);
    return { id, added, outcome: (wait: WaitOptions = {}) => outcomes.of(id, wait) };
  };
}

/** How many of the three ways to name a target are used. */
function targetsOf({
  uuid,
  name,
  eventId,
}: {
  readonly uuid?: unknown;
  readonly name?: unknown;
  readonly eventId?: unknown;
}): number {
  return [uuid, name, eventId].filter((target) => target !== undefined).length;
}

function wrong(name: string): ConfigurationError {
  return new ConfigurationError(`defineFunctions: ${name} must be an object with one of uuid, name and eventId`, {
    code: 'INVALID_OPTION',
    option: name,
  });
}
