import { ConfigurationError } from '@lp-functions/errors';

/** A name and a value for the function, as it finds them in `input.headers`. They are not HTTP headers. */
export interface FunctionHeader {
  readonly key: string;
  readonly value: string;
}

/** Everything that goes into the body of an invocation. */
export interface InvocationInput {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly headers: readonly FunctionHeader[];
  readonly payload: unknown;
}

/**
 * Writes the body of an invocation.
 *
 * @throws {@link ConfigurationError} PAYLOAD_NOT_SERIALIZABLE, naming the path of the value that JSON cannot hold.
 * @see LivePerson's page "External invocation": `timestamp`, `headers` and `payload`.
 */
export function serializeInput(input: InvocationInput): string {
  const { payload } = input;
  if (typeof payload === 'function' || typeof payload === 'symbol') throw notSerializable(['payload'], typeof payload);
  try {
    return JSON.stringify(input);
  } catch (error) {
    const found = findCulprit(payload, ['payload'], new Set());
    throw notSerializable(found?.path ?? ['payload'], found?.reason ?? 'a value whose toJSON() throws', error);
  }
}

interface Culprit {
  readonly path: readonly string[];
  readonly reason: string;
}

function findCulprit(value: unknown, path: readonly string[], above: Set<object>): Culprit | undefined {
  if (typeof value === 'bigint') return { path, reason: 'a BigInt' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.has(value)) return { path, reason: 'a reference to something that contains it' };
  above.add(value);
  for (const [key, inner] of Object.entries(value)) {
    const found = findCulprit(inner, [...path, key], above);
    if (found !== undefined) return found;
  }
  above.delete(value);
  return undefined;
}

function notSerializable(path: readonly string[], reason: string, cause?: unknown): ConfigurationError {
  const option = path.map((key, at) => (at === 0 ? key : /^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
  return new ConfigurationError(`${option} cannot be written as JSON: it is ${reason}`, {
    code: 'PAYLOAD_NOT_SERIALIZABLE',
    option,
    hint: 'Convert it to something that JSON has. Nothing was sent.',
    ...(cause instanceof Error ? { cause: new Error(cause.message) } : {}),
  });
}
