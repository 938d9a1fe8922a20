import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ACCOUNT, ANSWER } from './account.ts';

/** How many requests of each kind have arrived. */
export interface RequestCounts {
  readonly discovery: number;
  readonly token: number;
  readonly invocation: number;
}

/** A platform that does as little as possible per request. */
export interface PlatformServer {
  readonly server: Server;
  /** Counts since the last reset. */
  counts(): RequestCounts;
  /** Sets the counts to zero, and by how many milliseconds every answer is held back from now on. */
  reset(delayMs: number): void;
}

type Kind = keyof RequestCounts;

const TOKEN_LIFETIME_SECONDS = 3_600;
/** Idle contenders keep their connections until their next turn. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Makes the server that all contenders call: Domain API, Sentinel and Invocation Gateway of platform V2 in one. It neither
 * parses bodies nor checks credentials, so that it is never the slower side.
 */
export function createPlatformServer(): PlatformServer {
  let counts = { discovery: 0, token: 0, invocation: 0 };
  let delayMs = 0;
  const result = JSON.stringify(ANSWER);

  function answerTo(kind: Kind, request: IncomingMessage): string {
    if (kind === 'invocation') return result;
    return kind === 'token' ? tokenAnswer() : domainsAnswer(request.headers.host ?? '');
  }

  const server = createServer((request, response) => {
    const kind = kindOf(request.url ?? '');
    if (kind === undefined) {
      response.writeHead(404).end();
      return;
    }
    counts[kind] += 1;
    request.resume();
    request.on('end', () => {
      const body = answerTo(kind, request);
      if (delayMs === 0) send(response, body);
      else setTimeout(send, delayMs, response, body);
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return {
    server,
    counts: () => counts,
    reset(nextDelayMs) {
      counts = { discovery: 0, token: 0, invocation: 0 };
      delayMs = nextDelayMs;
    },
  };
}

function kindOf(url: string): Kind | undefined {
  if (url.includes('/invoke')) return 'invocation';
  if (url.includes('/app/token')) return 'token';
  return url.includes('/service/baseURI.json') ? 'discovery' : undefined;
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

/** The official client cannot be told a port and asks a LivePerson host; it is answered names of the same kind. */
function domainsAnswer(host: string): string {
  const [name = '', port = ''] = host.split(':');
  const below = name.endsWith('.liveperson.net') ? 'liveperson.net' : `localhost:${port}`;
  const { accountId: account } = ACCOUNT;
  return JSON.stringify({
    baseURIs: [
      { service: 'faasGW', account, baseURI: `euwe1.fninvocations.${below}` },
      { service: 'sentinel', account, baseURI: `euwe1.sentinel.${below}` },
      { service: 'faasUI', account, baseURI: `euwe1.functions.${below}` },
    ],
  });
}

/** A JWT without a valid signature: nobody here verifies it, and the official client reads `exp`. */
function tokenAnswer(): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = { sub: ACCOUNT.clientId, iat: issuedAt, exp: issuedAt + TOKEN_LIFETIME_SECONDS };
  const token = [{ alg: 'RS256', typ: 'JWT' }, claims, 'x'.repeat(256)]
    .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'))
    .join('.');
  return JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_SECONDS });
}
