import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { RAW_TOKEN } from './credentials.ts';

export type RawService = 'discovery' | 'sentinel' | 'gateway';

/** A request as it came over the socket. */
export interface RawRequest {
  readonly service: RawService;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

/** Answers a request; `number` counts those of the service, from 1. */
export type Answer = (response: ServerResponse, request: RawRequest, number: number) => void;

/** A platform whose every byte a test decides: for what an emulator that honours the contract cannot be made to say. */
export interface RawPlatform {
  readonly discoveryUrl: string;
  readonly port: number;
  readonly requests: readonly RawRequest[];
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  answers: Record<RawService, Answer>;
  count(service: RawService): number;
  of(service: RawService): readonly RawRequest[];
  /** Forgets the requests, and answers as at the start. */
  reset(): void;
  close(): Promise<void>;
}

const GATEWAYS = { v1: 'va.faasgw', v2: 'euwe1.fninvocations' };

/** Answers JSON. */
export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** A list of services as the Domain API writes it. */
export function domainList(hosts: Readonly<Record<string, string>>): object {
  return {
    baseURIs: Object.entries(hosts).map(([service, baseURI]) => ({ service, account: '12345678', baseURI })),
  };
}

/** A JWT that nobody signed. */
export function unsignedJwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/**
 * Starts one on a free port of loopback.
 *
 * @param generation - by the name of its gateway.
 * @param answers - instead of those of a platform where everything works.
 */
export async function startRawPlatform(
  generation: 'v1' | 'v2' = 'v2',
  answers: Partial<Record<RawService, Answer>> = {},
): Promise<RawPlatform> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  const counts = { discovery: 0, sentinel: 0, gateway: 0 };
  const server = createServer((incoming, response) => {
    const url = incoming.url ?? '';
    const service = url.includes('baseURI.json') ? 'discovery' : url.startsWith('/sentinel') ? 'sentinel' : 'gateway';
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => {});
    incoming.on('end', () => {
      const request: RawRequest = {
        service,
        method: incoming.method ?? '',
        url,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        socket: incoming.socket,
      };
      requests.push(request);
      platform.answers[service](response, request, ++counts[service]);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const healthy: Record<RawService, Answer> = {
    discovery: (response) =>
      json(
        response,
        domainList({
          faasGW: `${GATEWAYS[generation]}.localhost:${String(port)}`,
          sentinel: `va.sentinel.localhost:${String(port)}`,
        }),
      ),
    sentinel: (response, _request, number) =>
      json(response, { access_token: `${RAW_TOKEN}${String(number)}`, token_type: 'Bearer', expires_in: 3600 }),
    gateway: (response, { url }) => json(response, url.includes('/events/') ? [] : { ok: true }),
    ...answers,
  };
  const platform: RawPlatform = {
    discoveryUrl: `http://127.0.0.1:${String(port)}`,
    port,
    requests,
    sockets,
    answers: { ...healthy },
    count: (service) => counts[service],
    of: (service) => requests.filter((request) => request.service === service),
    reset() {
      requests.length = 0;
      Object.assign(counts, { discovery: 0, sentinel: 0, gateway: 0 });
      platform.answers = { ...healthy };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return platform;
}
