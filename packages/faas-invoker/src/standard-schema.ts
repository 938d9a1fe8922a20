/**
 * A validator of any library that speaks Standard Schema: zod, valibot, arktype and others. The interface is copied, as its
 * authors advise, so that no dependency is needed for it.
 *
 * @see https://standardschema.dev
 */
export interface Schema<Input = unknown, Output = Input> {
  /** What the library offers to others. */
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaAnswer<Output> | Promise<SchemaAnswer<Output>>;
    /** For the compiler only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validator says of a value. */
export type SchemaAnswer<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a validator takes. */
export type SchemaInput<S extends Schema> = NonNullable<S['~standard']['types']>['input'];

/** What a validator gives. */
export type SchemaOutput<S extends Schema> = NonNullable<S['~standard']['types']>['output'];

/** Worded to follow the option's name; some libraries' validators are functions. */
export function schemaRule(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const standard =
    (typeof value === 'object' && value !== null) || typeof value === 'function'
      ? (value as Partial<Schema>)['~standard']
      : undefined;
  return typeof standard?.validate === 'function'
    ? undefined
    : 'must be a Standard Schema validator, for example of zod or valibot';
}
