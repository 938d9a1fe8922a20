import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CommandError } from '../terminal/command-error.ts';
import { CALLBACK_PAGE_HEADERS, type CallbackPage } from './callback-page.ts';
import type { CallbackAddress } from './redirect-uri.ts';

/** Listens for browsers that come back from a login. */
export interface CallbackServer {
  /** Stops listening, and lets answers under way reach the browser. */
  close(): Promise<void>;
}

/** How long a browser may take to fetch the page that it is about to be shown. */
const PARTING_MS = 2_000;

/**
 * Listens on this machine, and nowhere else. Only GET on the callback's own path, under its own host name, is an answer: a page of
 * another site whose name was rebound to this machine comes with another `Host`.
 *
 * @param address - where.
 * @param answer - judges what a browser came with, its path and query, and says which page it is shown.
 * @throws CommandError PORT_IN_USE, PORT_REFUSED.
 */
export async function listenForCallback(
  address: CallbackAddress,
  answer: (target: string) => Promise<CallbackPage>,
): Promise<CallbackServer> {
  const underWay = new Set<Promise<void>>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const refusal = refuse(request, address);
    if (refusal !== undefined) {
      response.writeHead(refusal, { connection: 'close' }).end();
      return;
    }
    const done = reply(response, answer(request.url ?? '/')).finally(() => underWay.delete(done));
    underWay.add(done);
  };
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    const stopped = servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          // Browsers open connections ahead of need.
          server.closeIdleConnections();
        }),
    );
    await withinLimit(Promise.all(underWay));
    for (const server of servers) server.closeAllConnections();
    await Promise.all(stopped);
  };
  try {
    for (const host of address.addresses) {
      const server = createServer(listener);
      if (await listens(server, host, address, servers.length > 0)) servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

/** The status for a request that is no callback. */
function refuse({ method, url, headers }: IncomingMessage, { path, host }: CallbackAddress): number | undefined {
  // 421: "not the server you meant" (RFC 9110 section 15.5.20).
  if (headers.host?.toLowerCase() !== host) return 421;
  const [asked] = (url ?? '').split('?', 1);
  if (asked !== path) return 404;
  return method === 'GET' ? undefined : 405;
}

async function reply(response: ServerResponse, page: Promise<CallbackPage>): Promise<void> {
  const { status, html } = await page;
  await new Promise<void>((resolve) => {
    response.on('close', resolve);
    response.writeHead(status, { ...CALLBACK_PAGE_HEADERS, connection: 'close' }).end(html);
  });
}

/**
 * @param optional - IPv6 is not there on every machine; that somebody else listens there is an error all the same, since browsers might
 *   go to them.
 */
async function listens(
  server: Server,
  host: string,
  { port, host: shown }: CallbackAddress,
  optional: boolean,
): Promise<boolean> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true, ipv6Only: true }, () => resolve(undefined));
  });
  if (failure === undefined) return true;
  const ways = 'or name another registered redirect URI with --redirect-uri, or use --paste, which needs no port';
  if (failure.code === 'EADDRINUSE') {
    throw new CommandError(
      'PORT_IN_USE',
      `port ${String(port)} of the redirect URI is in use by another program on ${host}`,
      `Another login may be waiting. End that program, ${ways}.`,
    );
  }
  if (optional && (failure.code === 'EADDRNOTAVAIL' || failure.code === 'EAFNOSUPPORT')) return false;
  throw new CommandError(
    'PORT_REFUSED',
    `this machine does not let lpfn listen on ${shown} (${failure.code ?? 'unknown reason'})`,
    `Ports below 1024 are often reserved. Allow it, ${ways}.`,
  );
}

async function withinLimit(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PARTING_MS);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
