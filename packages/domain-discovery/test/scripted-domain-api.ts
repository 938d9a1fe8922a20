import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the scripted server does with one request. */
export type Script =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly delayMs?: number;
    }
  /** Cut the connection before an answer; promise a body and send half of it; never answer. */
  | 'reset'
  | 'half'
  | 'silence';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A Domain API over a real socket that says what it is told to, however wrong. */
export interface ScriptedDomainApi {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** What it does from now on. A function decides for each request, counted from 1. */
  script: Script | ((request: ReceivedRequest, count: number) => Script);
  close(): Promise<void>;
}

export async function startScriptedDomainApi(script: ScriptedDomainApi['script']): Promise<ScriptedDomainApi> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    requests.push(request);
    const reply = typeof api.script === 'function' ? api.script(request, requests.length) : api.script;
    if (reply === 'silence') return;
    if (reply === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (reply === 'half') {
      outgoing.writeHead(200, { 'content-length': '100' });
      outgoing.write('{"baseURIs":[', () => outgoing.destroy());
      return;
    }
    const { status = 200, headers = {}, body = '', delayMs = 0 } = reply;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    setTimeout(() => {
      outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
      outgoing.end(status === 204 ? undefined : text);
    }, delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api: ScriptedDomainApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return api;
}

/** A list as the Domain API answers it. */
export function domainList(domains: Readonly<Record<string, string>>, account = '12345678'): { baseURIs: object[] } {
  return { baseURIs: Object.entries(domains).map(([service, baseURI]) => ({ service, account, baseURI })) };
}
