import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { EmulatorError } from './emulator-error.ts';
import type { TlsIdentity } from './tls-certificate.ts';

/** A listening HTTP server. */
export interface EmulatorServer {
  readonly port: number;
  /** Stops listening and ends every connection at once. */
  close(): Promise<void>;
}

/** Longer than clients keep idle connections, so that it is never the emulator that closes one just as it is used again. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 80_000;
/** A thousand callers may connect in one moment; the system's own limit may be lower. */
const BACKLOG = 4_096;

/**
 * Starts listening.
 *
 * @throws {@link EmulatorError} PORT_IN_USE
 */
export async function listen(options: {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsIdentity | undefined;
  readonly handler: RequestListener;
}): Promise<EmulatorServer> {
  const times = { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS, requestTimeout: 0 };
  const server: Server =
    options.tls === undefined
      ? createServer(times, options.handler)
      : createTlsServer({ ...times, key: options.tls.keyPem, cert: options.tls.certificatePem }, options.handler);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return;
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    const body = '{"message":"The request is not readable."}';
    const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\nConnection: close`;
    socket.end(`${head}\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      reject(
        inUse
          ? new EmulatorError('PORT_IN_USE', `Port ${String(options.port)} on ${options.host} is in use.`, {
              cause: error,
            })
          : error,
      );
    });
    server.listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
