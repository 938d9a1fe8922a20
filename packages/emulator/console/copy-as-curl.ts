import type { RequestView } from './emulator-views.ts';
import { CLIENT_SECRET, maskedPlacesIn, meaningOf, type MaskedPlace, type Pieces } from './masked-places.ts';
import { shellQuoted } from './shell-text.ts';

/** Headers that curl makes by itself, or that would be wrong for another connection. */
const LEFT_OUT = new Set([
  'host',
  'content-length',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'accept-encoding',
  'expect',
  'user-agent',
]);

/**
 * Writes a recorded request as a curl command to the emulator. What is masked becomes a shell variable: `LPFN_TOKEN` for the caller's bearer token,
 * `LPFN_CLIENT_SECRET` in Sentinel's form, and `LPFN_MASKED_1` and so on for everything else. Without the latter the shell refuses, and says which field
 * it stands for.
 *
 * @param origin - where the emulator listens
 */
export function curlOf(
  request: Pick<RequestView, 'service' | 'method' | 'url' | 'headers' | 'body'>,
  origin: string,
): string {
  const { method, url, headers, body } = request;
  const places = maskedPlacesIn(request);
  const lines = [`curl -i ${/[[\]{}]/.test(url) ? '-g ' : ''}${quoted([origin, ...places.url])}`];
  if (method === 'HEAD') lines.push('-I');
  else if (method !== (body === '' ? 'GET' : 'POST')) lines.push(`-X ${shellQuoted(method)}`);
  for (const [name, value] of Object.entries(places.headers)) {
    if (LEFT_OUT.has(name)) continue;
    // An empty value needs a semicolon, or curl leaves the header out.
    lines.push(`-H ${quoted(value.length === 0 ? [`${name};`] : [`${name}: `, ...value])}`);
  }
  if (body !== '') {
    // Without one curl would declare a form.
    if (headers['content-type'] === undefined) lines.push("-H 'content-type:'");
    lines.push(...dataOf(places.body));
  }
  return lines.join(' \\\n  ');
}

/** The body; of a form with the client secret each parameter by itself, for curl to encode that one and to join them again. */
function dataOf(body: Pieces): readonly string[] {
  if (!body.includes(CLIENT_SECRET)) return [`--data-raw ${quoted(body)}`];
  const parameters: Pieces[] = [];
  let parameter: Pieces = [];
  for (const piece of body) {
    const [first = '', ...others] = typeof piece === 'string' ? piece.split('&') : [piece];
    parameter = [...parameter, first];
    for (const other of others) {
      parameters.push(parameter);
      parameter = [other];
    }
  }
  return [...parameters, parameter].map(
    (pieces) => `--data-${pieces.includes(CLIENT_SECRET) ? 'urlencode' : 'raw'} ${quoted(pieces)}`,
  );
}

/** Texts in quotes, variables between them. */
function quoted(pieces: Pieces): string {
  const texts: string[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else {
      if (text !== '') texts.push(shellQuoted(text));
      texts.push(variable(piece));
      text = '';
    }
  }
  return [...texts, ...(text === '' && texts.length > 0 ? [] : [shellQuoted(text)])].join('');
}

function variable(place: MaskedPlace): string {
  return place.field === undefined ? `"$${place.variable}"` : `"\${${place.variable}?stands for ${meaningOf(place)}}"`;
}
