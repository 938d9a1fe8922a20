import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the socket. */
export interface Arrived {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway that writes down what arrives, and answers what it is told to. */
export interface RecordingGateway {
  readonly origin: string;
  readonly requests: readonly Arrived[];
  /** What is answered from now on; default `200 {}`. */
  answer: (response: ServerResponse, request: Arrived) => void;
  clear(): void;
  close(): Promise<void>;
}

/**
 * Starts one on a free port of loopback.
 *
 * @param host - a name below `localhost`, by which clients tell the generations apart.
 */
export async function startRecordingGateway(host: string): Promise<RecordingGateway> {
  const requests: Arrived[] = [];
  const gateway: { answer: RecordingGateway['answer'] } = {
    answer: (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  };
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => {});
    incoming.on('end', () => {
      const request: Arrived = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(request);
      gateway.answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(gateway, {
    origin: `http://${host}:${String(port)}`,
    requests,
    clear: () => {
      requests.length = 0;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
