import { visit } from 'jsonc-parser';
import type { RequestView } from './emulator-views.ts';
import { MASK } from './shell-text.ts';

/** A place in a recorded request where something was masked, and the environment variable that a copy takes it from. */
export interface MaskedPlace {
  readonly variable: string;
  /** Where it stood, `body.payload.password`, in letters that neither a shell nor a comment reads. Undefined for the variables that have one meaning. */
  readonly field?: string;
  /** How what the variable holds is written there. */
  readonly writtenAs: 'text' | 'json' | 'form';
}

/** A text cut at what was masked in it. */
export type Pieces = readonly (string | MaskedPlace)[];

/** A recorded request cut at what was masked in it; the same place has the same variable in every copy. */
export interface MaskedPlaces {
  readonly url: Pieces;
  readonly headers: Readonly<Record<string, Pieces>>;
  readonly body: Pieces;
  /**
   * Cuts one value of the request.
   *
   * @param path - where it stands: `['query', 'userId']`, `['headers', 'x-a']`, `['body', 'payload', 'list', 0]`
   */
  of(path: Path, text: string): Pieces;
}

/** Where a value stands in a recorded request. */
export type Path = readonly (string | number)[];
/** Says of an offset in a text where that is. */
type Locate = (offset: number) => { readonly path: Path; readonly writtenAs: MaskedPlace['writtenAs'] };

/** The token that the caller sent with the request. */
const TOKEN: MaskedPlace = { variable: 'LPFN_TOKEN', writtenAs: 'text' };
/** The secret that an app identifies itself to Sentinel with, and nothing else that happens to have the name. */
export const CLIENT_SECRET: MaskedPlace = { variable: 'LPFN_CLIENT_SECRET', writtenAs: 'form' };
const LONGEST_FIELD = 80;

/** Finds what was masked in a recorded request. */
export function maskedPlacesIn(request: Pick<RequestView, 'service' | 'url' | 'headers' | 'body'>): MaskedPlaces {
  const { url, headers, body } = request;
  const known = new Map<string, MaskedPlace[]>();
  let unnamed = 0;
  const placeAt = ({ path, writtenAs }: ReturnType<Locate>, common: MaskedPlace | undefined): MaskedPlace => {
    const place = common ?? {
      variable: `LPFN_MASKED_${String((unnamed += 1))}`,
      field: path
        .join('.')
        .replaceAll(/[^\w.-]/g, '_')
        .slice(0, LONGEST_FIELD),
      writtenAs,
    };
    const key = JSON.stringify(path);
    known.set(key, [...(known.get(key) ?? []), place]);
    return place;
  };
  const cut = (
    text: string,
    locate: Locate,
    common: (before: string, after: string) => MaskedPlace | undefined,
  ): Pieces => {
    const texts = text.split(MASK);
    let offset = 0;
    return texts.flatMap((piece, index) => {
      const after = texts[index + 1];
      offset += piece.length;
      const place = after === undefined ? [] : [placeAt(locate(offset), common(piece, after))];
      offset += MASK.length;
      return [...(piece === '' ? [] : [piece]), ...place];
    });
  };
  const isSentinelForm = request.service === 'sentinel' && !/json/i.test(headers['content-type'] ?? '');
  return {
    url: cut(url, inQuery(url), () => undefined),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        cut(
          value,
          () => ({ path: ['headers', name], writtenAs: 'text' }),
          (before) => (name === 'authorization' && /^bearer $/i.test(before) ? TOKEN : undefined),
        ),
      ]),
    ),
    body: cut(body, inBody(body, headers['content-type']), (before, after) =>
      isSentinelForm && /(?:^|&)client_secret=$/.test(before) && /^(?:$|&)/.test(after) ? CLIENT_SECRET : undefined,
    ),
    of: (path, text) => {
      const places = known.get(JSON.stringify(path)) ?? [];
      const texts = text.split(MASK);
      return texts.flatMap((piece, index) => [
        ...(piece === '' ? [] : [piece]),
        ...(index === texts.length - 1 ? [] : [places[index] ?? MASK]),
      ]);
    },
  };
}

/** Says what a variable stands for. */
export function meaningOf({ field = '', writtenAs }: MaskedPlace, isRaw = true): string {
  if (!isRaw || writtenAs === 'text') return field;
  return `${field}, ${writtenAs === 'json' ? 'escaped as in JSON' : 'percent-encoded'}`;
}

function inQuery(url: string): Locate {
  const start = url.indexOf('?') + 1;
  return (offset) =>
    start === 0 || offset < start
      ? { path: ['path'], writtenAs: 'form' }
      : { path: ['query', parameterAt(url.slice(start), offset - start)], writtenAs: 'form' };
}

function inBody(body: string, contentType: string | undefined): Locate {
  if (/form-urlencoded/i.test(contentType ?? ''))
    return (offset) => ({ path: ['body', parameterAt(body, offset)], writtenAs: 'form' });
  const strings = stringsOf(body);
  return (offset) => {
    const found = strings.findLast((string) => string.offset < offset);
    const isInside = found !== undefined && offset < found.offset + found.length;
    return isInside ? { path: ['body', ...found.path], writtenAs: 'json' } : { path: ['body'], writtenAs: 'text' };
  };
}

/** Name of the parameter that is at an offset of a form or query. */
function parameterAt(text: string, offset: number): string {
  const [name = ''] = text.slice(text.lastIndexOf('&', offset - 1) + 1, offset).split('=', 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Every string of a JSON text that is no name of a field, in order, with its path. */
function stringsOf(json: string): readonly { readonly offset: number; readonly length: number; readonly path: Path }[] {
  const strings: { offset: number; length: number; path: Path }[] = [];
  if (!json.includes(MASK)) return strings;
  visit(
    json,
    {
      onLiteralValue: (value: unknown, offset, length, _line, _column, pathOf) => {
        if (typeof value === 'string' && value.includes(MASK)) strings.push({ offset, length, path: pathOf() });
      },
    },
    { disallowComments: true },
  );
  return strings;
}
