import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmulatorError } from './emulator-error.ts';

/** A listening HTTP server. */
export interface EmulatorServer {
  readonly port: number;
  /** Stops listening and ends every connection at once. */
  close(): Promise<void>;
}

/** Longer than clients keep idle connections, so that it is never the emulator that closes one just as it is used again. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 80_000;

/**
 * Starts listening.
 *
 * @throws {@link EmulatorError} PORT_IN_USE
 */
export async function listen(options: { readonly host: string; readonly port: number; readonly handler: (request: IncomingMessage, response: ServerResponse) => void }): Promise<EmulatorServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS, requestTimeout: 0 }, options.handler);
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return;
    const body = '{"message":"The request is not readable."}';
    socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n${body}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      reject(inUse ? new EmulatorError('PORT_IN_USE', `Port ${String(options.port)} on ${options.host} is in use.`, { cause: error }) : error);
    });
    server.listen(options.port, options.host, resolve);
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
