import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body's fields. */
  readonly form: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
}

/** What the server does with one request: answer, cut the connection, send half of what it promised, say nothing. */
export type Script = Reply | 'reset' | 'half' | 'silence';

/** A server over a real socket that says what it is told to, however wrong. */
export interface ScriptedServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** What it does from now on. A function decides for each request, counted from 1. */
  script: Script | ((request: ReceivedRequest, count: number) => Script);
  /** Resolves when so many requests have come. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startScriptedServer(script: ScriptedServer['script']): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body, form: Object.fromEntries(new URLSearchParams(body)) };
      requests.push(request);
      const reply = typeof scripted.script === 'function' ? scripted.script(request, requests.length) : scripted.script;
      if (reply === 'silence') return;
      if (reply === 'reset') {
        incoming.socket.resetAndDestroy();
        return;
      }
      if (reply === 'half') {
        outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
        outgoing.write('{"access_token":"tkn-half', () => outgoing.destroy());
        return;
      }
      const { status = 200, headers: more = {}, body: answer = '', delayMs = 0 } = reply;
      setTimeout(() => {
        outgoing.writeHead(status, { 'content-type': 'application/json', ...more });
        outgoing.end(status === 204 ? undefined : typeof answer === 'string' ? answer : JSON.stringify(answer));
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script,
    received: async (count) => {
      while (requests.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return scripted;
}

/** A token answer; every token has another text that begins with `tkn-`. */
export function granting(answer: object = { expires_in: 3_600 }, reply: Reply = {}): ScriptedServer['script'] {
  return (_request, count) => ({
    ...reply,
    body: { access_token: `tkn-${String(count)}-opaque`, token_type: 'Bearer', ...answer },
  });
}
