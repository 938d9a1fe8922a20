import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy that knows CONNECT and nothing else. */
export interface ConnectProxy {
  readonly url: string;
  /** Targets that were asked for, in order. */
  readonly targets: string[];
  close(): Promise<void>;
}

/**
 * Starts one on a free port of loopback.
 *
 * @param port - of this machine, to which every tunnel leads; none refuses every CONNECT.
 */
export async function startConnectProxy(port?: number): Promise<ConnectProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request, downstream: Socket) => {
    targets.push(request.url ?? '');
    sockets.add(downstream);
    downstream.on('error', () => {});
    if (port === undefined) {
      downstream.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      downstream.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(downstream).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => downstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    targets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
