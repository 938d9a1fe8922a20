/** What becomes of properties that are `undefined`: the payload is refused, or they are left out. */
export type UndefinedProperties = 'refuse' | 'omit';

/** A value that JSON would leave out or turn into something else, without a word. */
export interface Loss {
  readonly path: readonly string[];
  readonly reason: string;
  /** What to do about it, if more can be said than that JSON has no such value. */
  readonly remedy?: string | undefined;
}

/** What is deeper is left to JSON.stringify, which has its own limit, and finds circles. */
const MAX_DEPTH = 200;

/**
 * Finds what would be lost of a payload. Runs with every invocation, so the common case only looks: no path is built
 * until something is wrong.
 *
 * @param payload - JSON.stringify has accepted it. `undefined` itself is no payload, which is allowed.
 * @param undefinedProperties - `'omit'`: those of objects are no loss. An element of a list would become null, and is.
 */
export function findLoss(payload: unknown, undefinedProperties: UndefinedProperties): Loss | undefined {
  const omit = undefinedProperties === 'omit';
  return payload === undefined || isKept(payload, 0, omit) ? undefined : lossAt(payload, ['payload'], 0, omit);
}

function isKept(value: unknown, depth: number, omit: boolean): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (value === null || depth > MAX_DEPTH) return true;
  if (Array.isArray(value)) {
    for (const inner of value as readonly unknown[]) if (!isKept(inner, depth + 1, omit)) return false;
    return true;
  }
  // Anything that is no plain object may be a stream, or write itself: the slow way tells.
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || 'toJSON' in value) return false;
  for (const key in value) {
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    if (inner === undefined && omit) continue;
    if (!isKept(inner, depth + 1, omit)) return false;
  }
  return true;
}

function lossAt(value: unknown, path: readonly string[], depth: number, omit: boolean): Loss | undefined {
  const reason = reasonOf(value);
  if (reason !== undefined) return { path, reason };
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return undefined;
  const list = Array.isArray(value);
  // A list's own entries: those of Object would pass over its holes.
  for (const [at, inner] of list ? (value as readonly unknown[]).entries() : Object.entries(value)) {
    const key = String(at);
    if (inner === undefined) {
      if (omit && !list) continue;
      return { path: [...path, key], ...(list ? UNDEFINED_ELEMENT : UNDEFINED_PROPERTY) };
    }
    const found = lossAt(inner, [...path, key], depth + 1, omit);
    if (found !== undefined) return found;
  }
  return undefined;
}

const UNDEFINED_PROPERTY = {
  reason: 'it is undefined, which JSON leaves out without a word',
  remedy: "Leave the property out, send null, or set undefinedProperties: 'omit'.",
};
const UNDEFINED_ELEMENT = {
  reason: 'it is undefined, which JSON turns into null',
  remedy: 'Leave the element out, or send null.',
};

function reasonOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : `it is ${String(value)}, which JSON turns into null`;
    case 'function':
    case 'symbol':
      return `it is a ${typeof value}`;
    case 'object':
      return value === null ? undefined : kindOf(value);
    default:
      return undefined;
  }
}

/** By what they can do, not by class: streams come from many realms and packages. */
function kindOf(value: object): string | undefined {
  const { pipe, getReader, arrayBuffer } = value as Readonly<Record<string, unknown>>;
  if (typeof pipe === 'function' || typeof getReader === 'function') return 'it is a stream; read it first';
  if (typeof arrayBuffer === 'function') return 'it is a Blob, Request or Response; read it first';
  if (Symbol.asyncIterator in value) return 'it is an asynchronous iterable; read it first';
  if (value instanceof Promise) return 'it is a promise; await it first';
  if (value instanceof Date && Number.isNaN(value.getTime()))
    return 'it is an invalid date, which JSON turns into null';
  if (value instanceof Map || value instanceof Set) return 'it is a Map or Set, which JSON writes as {}';
  return undefined;
}
