import {
  CLIENT_SECRET,
  meaningOf,
  type MaskedPlace,
  type MaskedPlaces,
  type Path,
  type Pieces,
} from './masked-places.ts';

/** Writes values as TypeScript that is JavaScript, too. What was masked in them is taken from the environment. */
export interface TypeScriptWriter {
  /**
   * Writes a value that JSON can have, spread out as JSON is.
   *
   * @param path - where it stands in the recorded request
   */
  value(value: unknown, path: Path): string;
  /** Writes an object of values from different places, without those that are undefined; nothing if all are. */
  object(fields: Readonly<Record<string, Placed | undefined>>): string | undefined;
  /** Writes a text as it came over the wire. */
  raw(pieces: Pieces): string;
  /** What has to stand before that: the variables, each with the field that it stands for. */
  declarations(): readonly string[];
}

/** A value with the place it has in the recorded request. */
export interface Placed {
  readonly value: unknown;
  readonly path: Path;
}

/** Creates a writer for one copy. */
export function createTypeScriptWriter(places: MaskedPlaces): TypeScriptWriter {
  const used = new Map<string, string>();
  const expressionOf = (place: MaskedPlace, isRaw: boolean): string => {
    if (place.field === undefined) {
      const variable = `process.env['${place.variable}'] ?? ''`;
      return place === CLIENT_SECRET ? `encodeURIComponent(${variable})` : variable;
    }
    used.set(place.variable, meaningOf(place, isRaw));
    return nameOf(place.variable);
  };
  const text = (pieces: Pieces, isRaw: boolean): string => {
    const [first = ''] = pieces;
    if (pieces.every((piece) => typeof piece === 'string')) return quoted(pieces.join(''));
    if (pieces.length === 1 && typeof first !== 'string') return expressionOf(first, isRaw);
    const inside = pieces.map((piece) =>
      typeof piece === 'string' ? escaped(piece) : `\${${expressionOf(piece, isRaw)}}`,
    );
    return `\`${inside.join('')}\``;
  };
  const write = (value: unknown, path: Path, margin: string): string => {
    if (typeof value === 'string') {
      const pieces = places.of(path, value);
      return pieces.some((piece) => typeof piece !== 'string') ? text(pieces, false) : JSON.stringify(value);
    }
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const inner = `${margin}  `;
    return Array.isArray(value)
      ? enclosed(
          '[]',
          value.map((entry: unknown, index) => write(entry, [...path, index], inner)),
          margin,
        )
      : enclosed(
          '{}',
          Object.entries(value).map(([name, entry]) => field(name, write(entry, [...path, name], inner))),
          margin,
        );
  };
  return {
    value: (value, path) => write(value, path, ''),
    object: (fields) => {
      const entries = Object.entries(fields).flatMap(([name, placed]) =>
        placed === undefined ? [] : [field(name, write(placed.value, placed.path, '  '))],
      );
      return entries.length === 0 ? undefined : enclosed('{}', entries, '');
    },
    raw: (pieces) => text(pieces, true),
    declarations: () =>
      [...used].flatMap(([variable, meaning]) => [
        `const ${nameOf(variable)} = process.env['${variable}']; // stands for ${meaning}`,
        `if (${nameOf(variable)} === undefined) throw new Error('${variable} is not set: it stands for ${meaning}.');`,
      ]),
  };
}

/** Quotes a text. */
export function quoted(text: string): string {
  const plain = JSON.stringify(text);
  return text.includes("'") || plain.slice(1, -1) !== text ? plain : `'${text}'`;
}

/** JSON is TypeScript, but for `__proto__`, which would set the prototype. */
function field(name: string, value: string): string {
  return `${name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)}: ${value}`;
}

function enclosed(brackets: '[]' | '{}', entries: readonly string[], margin: string): string {
  if (entries.length === 0) return brackets;
  return `${brackets.charAt(0)}\n${entries.map((entry) => `${margin}  ${entry}`).join(',\n')}\n${margin}${brackets.charAt(1)}`;
}

function escaped(text: string): string {
  return text
    .replaceAll(/[`\\]|\$\{/g, '\\$&')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n');
}

function nameOf(variable: string): string {
  return variable.toLowerCase().replace(/^lpfn_masked_/, 'masked');
}
