import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { SELF_SIGNED } from '../self-signed.ts';

/** A server on a free port of loopback, gone with the test that started it. */
export interface LoopbackServer {
  readonly port: number;
  readonly url: string;
  /** TCP connections accepted so far. */
  readonly connections: () => number;
  /** Sockets that are open now. */
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

async function listen(server: Server, scheme: 'http' | 'https'): Promise<LoopbackServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted++;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  onTestFinished(close);
  return { port, url: `${scheme}://127.0.0.1:${String(port)}`, connections: () => accepted, open, close };
}

/** Speaks HTTP. */
export async function startHttp(
  handler: RequestListener,
): Promise<LoopbackServer & { readonly requests: () => number }> {
  let requests = 0;
  const server = createHttpServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    requests++;
    handler(request, response);
  });
  return { ...(await listen(server, 'http')), requests: () => requests };
}

/** Speaks HTTP over TLS, with a certificate that nobody trusts unless told to. */
export async function startHttps(
  handler: RequestListener,
  settings: ServerOptions = {},
): Promise<LoopbackServer & { readonly requests: () => number }> {
  let requests = 0;
  const server = createHttpsServer({ ...SELF_SIGNED, ...settings }, (request, response) => {
    requests++;
    handler(request, response);
  });
  server.on('tlsClientError', () => undefined);
  return { ...(await listen(server, 'https')), requests: () => requests };
}

/** Does with each connection as it is told. `requests` counts request heads that arrived whole. */
export async function startRaw(
  onConnection: (socket: Socket) => void,
  scheme: 'http' | 'https' = 'http',
): Promise<LoopbackServer & { readonly requests: () => number; readonly bytes: () => number }> {
  let requests = 0;
  let bytes = 0;
  const server = createTcpServer((socket) => {
    let head = '';
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      head += chunk.toString('latin1');
      const ends = head.split('\r\n\r\n');
      requests += ends.length - 1;
      head = ends.at(-1) ?? '';
    });
    onConnection(socket);
  });
  return { ...(await listen(server, scheme)), requests: () => requests, bytes: () => bytes };
}

/** Calls back once the head of a request has been read. */
export function onRequestHead(socket: Socket, react: (head: string) => void): void {
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const whole = head.slice(0, end);
    head = '';
    react(whole);
  });
}
