import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

/** One address in front of server processes, as a load balancer is: it ends TLS, and picks a process for every request. */
export interface Front {
  readonly url: string;
  /** Ports of the processes. Requests are given to them in turn, unless `pick` says to whom. */
  ports: readonly number[];
  pick: ((request: IncomingMessage) => number) | undefined;
  close(): Promise<void>;
}

export async function startFront({ tls = true }: { readonly tls?: boolean } = {}): Promise<Front> {
  let turn = 0;
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const port = front.pick?.(incoming) ?? front.ports[turn++ % front.ports.length]!;
    const forwarded = { 'x-forwarded-proto': tls ? 'https' : 'http', 'x-forwarded-for': incoming.socket.remoteAddress };
    const onward = forward(
      {
        port,
        host: '127.0.0.1',
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, ...forwarded, connection: 'close' },
        agent: false,
      },
      (answer) => {
        const { connection: _connection, 'keep-alive': _keepAlive, ...headers } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 502, headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end('nobody there')));
    incoming.pipe(onward);
  };
  const server = tls ? createTlsServer(await certificate(), handle) : createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const front: Front = {
    url: `${tls ? 'https' : 'http'}://localhost:${String(port)}`,
    ports: [],
    pick: undefined,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return front;
}

async function certificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  return { key, cert };
}
