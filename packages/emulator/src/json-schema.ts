/**
 * The part of JSON Schema (2020-12) that the emulator describes its own JSON with: what it answers for, and checks, under `/_emulator/`, and what it
 * keeps in its data folder.
 */
export interface JsonSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly enum?: readonly (string | number | boolean)[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

/**
 * Says what is wrong with a value, or nothing.
 *
 * @param named - the schemas that `$ref` names as `#/components/schemas/NAME`
 * @param what - how the value is called in the sentence
 */
export function mismatchOf(
  schema: JsonSchema,
  value: unknown,
  named: Readonly<Record<string, JsonSchema>> = {},
  what = 'The value',
): string | undefined {
  if (schema.$ref !== undefined) {
    const target = named[schema.$ref.replace('#/components/schemas/', '')];
    return target === undefined ? `${what} has an unknown schema.` : mismatchOf(target, value, named, what);
  }
  if (schema.anyOf !== undefined) {
    const mismatches = schema.anyOf.map((option) => mismatchOf(option, value, named, what));
    return mismatches.includes(undefined) ? undefined : mismatches[0];
  }
  if (schema.type !== undefined && !isOfType(schema.type, value)) return `${what} must be ${TYPES[schema.type]}.`;
  if (schema.enum !== undefined && !(schema.enum as readonly unknown[]).includes(value)) {
    return `${what} must be one of ${schema.enum.join(', ')}.`;
  }
  return (
    mismatchOfScalar(schema, value, what) ??
    mismatchOfItems(schema, value, named, what) ??
    mismatchOfProperties(schema, value, named)
  );
}

const TYPES = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
} as const;

function isOfType(type: keyof typeof TYPES, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatchOfScalar(schema: JsonSchema, value: unknown, what: string): string | undefined {
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum)
      return `${what} must be at least ${String(schema.minimum)}.`;
    if (schema.maximum !== undefined && value > schema.maximum)
      return `${what} must be at most ${String(schema.maximum)}.`;
  }
  if (typeof value === 'string') {
    if (schema.minLength !== undefined && value.length < schema.minLength) return `${what} must not be empty.`;
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return `${what} has the wrong form.`;
  }
  return undefined;
}

function mismatchOfItems(
  { items }: JsonSchema,
  value: unknown,
  named: Readonly<Record<string, JsonSchema>>,
  what: string,
): string | undefined {
  if (items === undefined || !Array.isArray(value)) return undefined;
  for (const [index, entry] of value.entries()) {
    const mismatch = mismatchOf(items, entry, named, `${what}, entry ${String(index)},`);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

function mismatchOfProperties(
  { properties = {}, required = [], additionalProperties = true }: JsonSchema,
  value: unknown,
  named: Readonly<Record<string, JsonSchema>>,
): string | undefined {
  if (!isObject(value)) return undefined;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `"${missing}" is missing.`;
  for (const [name, entry] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own === undefined && additionalProperties === false) return `"${printable(name)}" is not known.`;
    const schema = own ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
    const mismatch = mismatchOf(schema, entry, named, `"${printable(name)}"`);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

function printable(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '?').slice(0, 50);
}
