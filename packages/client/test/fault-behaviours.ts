import type { ServerResponse } from 'node:http';
import type { FunctionsClientOptions } from '../src/index.ts';
import type { RawRequest } from './raw-platform.ts';

/** One way in which a call can go wrong. */
export interface Fault {
  /** As the page spells it. */
  readonly name: string;
  /** Whether the function has run when a request ends so. */
  readonly runs: boolean;
  /** Ends a request. */
  readonly act?: (response: ServerResponse, request: RawRequest, number: number) => void;
  /** Other options: where no request arrives at all, or no answer. */
  readonly options?: (port: number) => Partial<FunctionsClientOptions>;
}

const good = (response: ServerResponse, { url }: RawRequest): unknown =>
  response.end(url.includes('/events/') ? '[]' : '1');

function status(code: number, runs: boolean, headers: Record<string, string> = {}, note = ''): Fault {
  return {
    name: `HTTP ${String(code)}${note}`,
    runs,
    act: (response) => response.writeHead(code, headers).end(),
  };
}

function platformCode(httpStatus: number, code: string): Fault {
  const name = `HTTP ${String(httpStatus)} \`${code}\``;
  const act: Fault['act'] = (response) => response.writeHead(httpStatus).end(JSON.stringify({ code, message: 'm' }));
  return { name, runs: true, act };
}

function text(name: string, code: number, type: string, body: string): Fault {
  return { name, runs: true, act: (response) => response.writeHead(code, { 'content-type': type }).end(body) };
}

/** Waits as long as a busy machine may need to write a request, and no longer. */
const impatient = (): Partial<FunctionsClientOptions> => ({ timeoutMs: 400 });

const HTML = '<html>Bad gateway</html>';
const OURS = 'com.customer.faas.function';

/** Every fault of the matrix. `runs` is the worst case: what a function may have done by then. */
export const FAULTS: readonly Fault[] = [
  { name: 'name cannot be looked up', runs: false, options: () => ({ domains: { faasGW: 'gateway.invalid' }, allowedHostSuffixes: ['invalid', 'localhost'] }) }, // prettier-ignore
  { name: 'connection refused', runs: false, options: () => ({ domains: { faasGW: 'http://127.0.0.1:1' } }) },
  { name: 'TLS failure', runs: false, options: (port) => ({ domains: { faasGW: `https://127.0.0.1:${String(port)}` } }) }, // prettier-ignore
  { name: 'reset before it ran', runs: false, act: (_response, { socket }) => socket.resetAndDestroy() },
  { name: 'reset after it ran', runs: true, act: (_response, { socket }) => socket.resetAndDestroy() },
  { name: 'half a body', runs: true, act: (response) => { response.writeHead(200, { 'content-length': '100' }); response.write('{"n":', () => response.destroy()); } }, // prettier-ignore
  { name: 'slow headers, then none (attempt timeout)', runs: true, options: impatient, act: () => {} },
  { name: 'slow body, then none (attempt timeout)', runs: true, options: impatient, act: (response) => { response.writeHead(200, { 'content-length': '9' }); response.write('['); } }, // prettier-ignore
  text('truncated JSON', 200, 'application/json', '{"n":'),
  text('HTML with 502', 502, 'text/html', HTML),
  text('HTML with 200', 200, 'text/html', HTML),
  text('empty 200', 200, 'application/json', ''),
  text('text with 200', 200, 'text/plain', 'done'),
  status(400, false),
  { name: 'HTTP 401 once', runs: false, act: (response, request, number) => number === 1 ? response.writeHead(401).end() : good(response, request) }, // prettier-ignore
  status(401, false, {}, ' for ever'),
  ...[403, 404, 405].map((code) => status(code, false)),
  status(408, true),
  status(413, false),
  status(429, false, { 'retry-after': '2' }, ' with Retry-After in seconds'),
  status(429, false, { 'retry-after': new Date(Date.UTC(2026, 0, 15, 12, 0, 5)).toUTCString() }, ' with Retry-After as a date'), // prettier-ignore
  status(429, false, {}, ' without Retry-After'),
  status(429, false, { 'retry-after': '3600' }, ' with Retry-After of an hour'),
  status(499, true),
  ...[500, 502].map((code) => status(code, true)),
  status(503, true, { 'retry-after': '2' }, ' with Retry-After'),
  status(503, true, {}, ' without Retry-After'),
  status(504, true),
  status(901, true),
  ...['threw-error', 'js-runtime-error', 'execution-exceeded'].map((code) => platformCode(901, `${OURS}.${code}`)),
  ...['custom-failure', 'runtime-exception', 'executiontime-exceeded', 'log-limit-reached'].map((code) => platformCode(901, `com.liveperson.faas.handler.${code}`)), // prettier-ignore
  platformCode(500, 'com.liveperson.faas.nobody.knows'),
  ...[301, 302, 303, 307, 308].map((code) => status(code, true, { location: 'https://evil.example/' })),
];
