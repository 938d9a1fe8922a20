import type { IncomingHttpHeaders } from 'node:http';
import { type LoopbackServer, startHttp } from './loopback-server.ts';

/** What the server does with one request. */
export type Step =
  | number
  | 'reset'
  | 'hang'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** One request as the server read it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers each request with the next step, and from then on with the last one. */
export async function startScripted(
  ...steps: readonly [Step, ...Step[]]
): Promise<LoopbackServer & { readonly received: readonly ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const server = await startHttp((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const step = steps[Math.min(received.length, steps.length - 1)] ?? 200;
      received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      if (step === 'reset') request.socket.resetAndDestroy();
      else if (step !== 'hang') {
        const answer = typeof step === 'number' ? { status: step } : step;
        response.writeHead(answer.status, answer.headers).end(answer.body ?? '{"n":1}');
      }
    });
  });
  return { ...server, received };
}
