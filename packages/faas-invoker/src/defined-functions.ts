import { ConfigurationError } from '@lp-functions/errors';
import {
  checkEventId,
  checkInvocationOptions,
  checkName,
  checkUuid,
  type InvocationOptions,
} from './invocation-options.ts';
import type { EventInvocationResult, InvocationResult } from './invocation-result.ts';
import type { Invocations } from './invocations.ts';
import type { Schema, SchemaInput, SchemaOutput } from './standard-schema.ts';

/**
 * Where a function is (by `uuid`, or by `name`, which is looked up in the listing), or which `eventId` is raised; its
 * validators; options for all its calls.
 */
export type FunctionDefinition = Omit<InvocationOptions, 'payload' | 'result' | 'requestId' | 'signal'> & {
  /** Validates what is sent, and says what the method takes. */
  readonly payload?: Schema | undefined;
  /** Validates what comes back, and says what the method gives. */
  readonly result?: Schema | undefined;
} & (
    | { readonly uuid: string; readonly name?: undefined; readonly eventId?: undefined }
    | { readonly name: string; readonly uuid?: undefined; readonly eventId?: undefined }
    | { readonly eventId: string; readonly uuid?: undefined; readonly name?: undefined }
  );

/** Definitions by the names of the methods. */
export type FunctionDefinitions = Readonly<Record<string, FunctionDefinition>>;

type PayloadOf<D> = D extends { readonly payload: infer S extends Schema } ? SchemaInput<S> : unknown;
type ResultOf<D> = D extends { readonly result: infer S extends Schema } ? SchemaOutput<S> : unknown;
type AnswerOf<D> = D extends { readonly eventId: string }
  ? EventInvocationResult<ResultOf<D>>
  : InvocationResult<ResultOf<D>>;

/** One method for each definition. Options of a call stand above those of the definition. */
export type DefinedFunctions<D extends FunctionDefinitions> = {
  readonly [Name in keyof D]: (
    payload: PayloadOf<D[Name]>,
    options?: Omit<InvocationOptions, 'payload' | 'result'>,
  ) => Promise<AnswerOf<D[Name]>>;
};

/**
 * Makes the methods.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function defineFunctions<D extends FunctionDefinitions>(
  definitions: D,
  invocations: Invocations,
): DefinedFunctions<D> {
  if (typeof definitions !== 'object' || (definitions as unknown) === null) throw wrong('definitions');
  const methods = Object.entries(definitions).map(([name, definition]) => [
    name,
    methodOf(name, definition, invocations),
  ]);
  return Object.freeze(Object.fromEntries(methods)) as DefinedFunctions<D>;
}

function methodOf(method: string, definition: FunctionDefinition, invocations: Invocations): unknown {
  if (typeof definition !== 'object' || (definition as unknown) === null) throw wrong(method);
  const { uuid, name, eventId, ...defaults } = definition;
  if ([uuid, name, eventId].filter((given) => given !== undefined).length !== 1) throw wrong(method);
  checkInvocationOptions(defaults);
  if (uuid !== undefined) {
    checkUuid(uuid, `${method}.uuid`);
    return (payload: unknown, call?: InvocationOptions) =>
      invocations.byUuid(method, uuid, payload, { ...defaults, ...call });
  }
  if (name !== undefined) {
    checkName(name, `${method}.name`);
    return (payload: unknown, call?: InvocationOptions) =>
      invocations.byName(method, name, payload, { ...defaults, ...call });
  }
  checkEventId(eventId, `${method}.eventId`);
  return (payload: unknown, call?: InvocationOptions) =>
    invocations.byEvent(method, eventId, payload, { ...defaults, ...call });
}

function wrong(name: string): ConfigurationError {
  return new ConfigurationError(`defineFunctions: ${name} must be an object with one of uuid, name and eventId`, {
    code: 'INVALID_OPTION',
    option: name,
  });
}
