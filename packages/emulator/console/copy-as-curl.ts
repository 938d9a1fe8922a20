import type { RequestView } from './emulator-views.ts';
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
 * Writes a recorded request as a curl command to the emulator. What is masked becomes a shell variable: `LPFN_TOKEN`, `LPFN_CLIENT_SECRET`, or `SECRET`
 * for everything else.
 *
 * @param origin - where the emulator listens
 */
export function curlOf(request: Pick<RequestView, 'method' | 'url' | 'headers' | 'body'>, origin: string): string {
  const { method, url, headers, body } = request;
  const lines = [`curl -i ${/[[\]{}]/.test(url) ? '-g ' : ''}${shellQuoted(`${origin}${url}`, 'SECRET')}`];
  if (method === 'HEAD') lines.push('-I');
  else if (method !== (body === '' ? 'GET' : 'POST')) lines.push(`-X ${shellQuoted(method, 'SECRET')}`);
  for (const [name, value] of Object.entries(headers)) {
    if (LEFT_OUT.has(name)) continue;
    // An empty value needs a semicolon, or curl leaves the header out.
    const text = value === '' ? `${name};` : `${name}: ${value}`;
    lines.push(
      `-H ${shellQuoted(text, name === 'authorization' && /^bearer /i.test(value) ? 'LPFN_TOKEN' : 'SECRET')}`,
    );
  }
  if (body !== '') {
    // Without one curl would declare a form.
    if (headers['content-type'] === undefined) lines.push("-H 'content-type:'");
    lines.push(`--data-raw ${shellQuoted(body, body.includes('client_secret') ? 'LPFN_CLIENT_SECRET' : 'SECRET')}`);
  }
  return lines.join(' \\\n  ');
}
