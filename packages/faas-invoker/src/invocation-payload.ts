import { ConfigurationError } from '@lp-functions/errors';
import { safeCause } from '@lp-functions/http';
import { findLoss, type Loss, type UndefinedProperties } from './payload-losses.ts';
import { pathText } from './payload-path.ts';

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
 * @param undefinedProperties - what becomes of them. Default `'refuse'`.
 * @throws {@link ConfigurationError} PAYLOAD_NOT_SERIALIZABLE, naming the path of the value that JSON cannot hold, or
 *   would leave out or change without a word.
 * @see LivePerson's page "External invocation": `timestamp`, `headers` and `payload`.
 */
export function serializeInput(input: InvocationInput, undefinedProperties: UndefinedProperties = 'refuse'): string {
  const { payload } = input;
  let text: string;
  try {
    text = JSON.stringify(input);
  } catch (error) {
    throw notSerializable(
      findLossSafely(payload) ?? findCulprit(payload, ['payload'], new Set()) ?? { path: ['payload'] },
      error,
    );
  }
  const loss = findLoss(payload, undefinedProperties);
  if (loss !== undefined) throw notSerializable(loss);
  return text;
}

/** A stream is full of circles: that it is a stream says more. */
function findLossSafely(payload: unknown): Loss | undefined {
  try {
    const loss = findLoss(payload, 'omit');
    return loss?.reason.includes('read it first') === true ? loss : undefined;
  } catch {
    return undefined;
  }
}

/** A value that JSON refuses. */
interface Culprit {
  readonly path: readonly string[];
  readonly reason?: string | undefined;
  readonly remedy?: string | undefined;
}

/** No payload that anybody means is deeper; what JSON itself gives up on has to end somewhere here, too. */
const MAX_DEPTH = 500;

/** Walks a payload as JSON.stringify does, and stops where that stopped. */
function findCulprit(value: unknown, path: readonly string[], above: Set<object>): Culprit | undefined {
  const key = path.at(-1) ?? '';
  let plain: unknown;
  try {
    plain = ownForm(value, key);
  } catch {
    return { path, reason: 'its toJSON() throws' };
  }
  if (typeof plain === 'bigint' || plain instanceof BigInt) return { path, reason: 'it is a BigInt' };
  if (typeof plain !== 'object' || plain === null) return undefined;
  if (above.has(plain)) return { path, reason: 'it is a reference to something that contains it' };
  if (above.size >= MAX_DEPTH) return { path, reason: `it is nested more than ${String(MAX_DEPTH)} levels deep` };
  above.add(plain);
  let reading: string | undefined;
  try {
    for (const name of Object.keys(plain)) {
      reading = name;
      const inner = (plain as Readonly<Record<string, unknown>>)[name];
      const found = findCulprit(inner, [...path, name], above);
      if (found !== undefined) return found;
    }
  } catch {
    return { path: reading === undefined ? path : [...path, reading], reason: 'it cannot be read' };
  }
  above.delete(plain);
  return undefined;
}

function ownForm(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'bigint') || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, key) as unknown) : value;
}

function notSerializable(
  { path, reason, remedy = 'Convert it to something that JSON has.' }: Culprit,
  error?: unknown,
): ConfigurationError {
  const option = pathText(path);
  return new ConfigurationError(`${option} cannot be written as JSON${reason === undefined ? '' : `: ${reason}`}`, {
    code: 'PAYLOAD_NOT_SERIALIZABLE',
    option,
    hint: `${remedy} Nothing was sent.`,
    ...(error === undefined ? {} : { cause: safeCause(error) }),
  });
}
