import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A proxy that knows CONNECT and nothing else, and brings every tunnel to the same port of this machine. */
export interface ConnectProxy {
  readonly url: string;
  /** `CONNECT` targets as they were asked for, with the credentials that came along. */
  readonly tunnels: readonly { readonly target: string; readonly authorization: string | undefined }[];
  readonly server: Server;
}

/** Starts a proxy that is closed with the test. `refuseWith` answers every CONNECT with that status. */
export async function startConnectProxy(
  port: number,
  { refuseWith }: { readonly refuseWith?: number | undefined } = {},
): Promise<ConnectProxy> {
  const tunnels: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request, downstream: Socket) => {
    tunnels.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    sockets.add(downstream);
    downstream.on('error', () => undefined);
    if (refuseWith !== undefined) {
      downstream.end(`HTTP/1.1 ${String(refuseWith)} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      downstream.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(downstream).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => downstream.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, tunnels, server };
}
