import type { IncomingMessage, ServerResponse } from 'node:http';
import { createConsoleFiles } from '../console-files.ts';
import { foreignnessOf, originOf } from '../scripting/foreign-request.ts';
import type { ConsoleFeed } from './console-feed.ts';

/** The console over HTTP: its page, and what the page alone needs. All else it does through the scripting interface. */
export interface ConsoleHandler {
  /** Whether a request is for it, and not for the platform. */
  isMeant(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

const FOLDER = '/_console/';
/** Browsers, and whoever takes anything. To programs that ask for JSON `/` is what it is on the platform: nothing. */
const TAKES_PAGES = /text\/html|\*\/\*/;

/**
 * Nothing but the console's own files runs, is shown or is asked. No style or script stands in the page, no text becomes markup, and no other page can
 * frame it or hold on to its window.
 */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Creates the console of an emulator. */
export function createConsoleHandler(feed: ConsoleFeed): ConsoleHandler {
  const files = createConsoleFiles();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const foreign = foreignToConsole(request);
    if (foreign !== undefined) {
      plain(response, 403, foreign);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      plain(response, 405, 'GET only.', { allow: 'GET, HEAD' });
      return;
    }
    const { path, query } = targetOf(request);
    const name = path === '/' ? 'index.html' : path.slice(FOLDER.length);
    if (name === 'events') {
      tellFrom(feed, request, response);
      return;
    }
    if (name === 'requests') {
      json(response, feed.between(idIn(query, 'after', 0), idIn(query, 'before', Number.MAX_SAFE_INTEGER)));
      return;
    }
    const file = files(name);
    if (file === undefined) {
      plain(response, 404, name === 'index.html' ? 'The console has not been built.' : 'There is nothing here.');
      return;
    }
    const headers = { ...PAGE_HEADERS, etag: file.etag, 'cache-control': 'no-cache' };
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const length = String(file.bytes.length);
    response.writeHead(200, { ...headers, 'content-type': file.contentType, 'content-length': length });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  };
  return {
    isMeant: (request) => {
      const { path } = targetOf(request);
      if (path.startsWith(FOLDER)) return true;
      const reads = request.method === 'GET' || request.method === 'HEAD';
      return path === '/' && reads && TAKES_PAGES.test(request.headers.accept ?? '*/*');
    },
    handle: (request, response) => {
      // A body is of no use here, and must not hold up the next request on this connection.
      request.resume();
      answer(request, response);
    },
  };
}

/**
 * The page itself holds nothing, so a link from anywhere may lead to it; but not under a foreign name, from another machine, or into a frame.
 * Everything else is for the page alone.
 */
function foreignToConsole(request: IncomingMessage): string | undefined {
  const origin = originOf(request);
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  const isVisit = targetOf(request).path === '/' && mode === 'navigate' && destination === 'document';
  return foreignnessOf(isVisit ? { ...origin, fetchSite: undefined } : origin);
}

function tellFrom(feed: ConsoleFeed, request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'HEAD') {
    plain(response, 405, 'GET only.', { allow: 'GET' });
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  request.socket.setNoDelay(true);
  response.write('retry: 1000\n\n');
  if (!feed.attach(response)) response.end('event: full\ndata: {}\n\n');
}

function targetOf({ url = '/' }: IncomingMessage): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

function idIn(query: string, name: string, otherwise: number): number {
  const value = new URLSearchParams(query).get(name) ?? '';
  return /^\d{1,15}$/.test(value) ? Number(value) : otherwise;
}

function json(response: ServerResponse, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(bytes);
}

function plain(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(`${text}\n`);
  response.writeHead(status, {
    ...headers,
    ...PAGE_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(bytes.length),
    'cache-control': 'no-store',
  });
  response.end(bytes);
}
