import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AppCredentials, Emulator } from '../src/index.ts';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Sends a request over a real socket; node:http, because fetch's Response is not made for status 901. */
export function send(
  emulator: Pick<Emulator, 'discoveryUrl'>,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length: Record<string, string> =
      body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = httpRequest(
      `${emulator.discoveryUrl}${path}`,
      { method, agent, headers: { ...length, ...headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parsed(text) });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Caller {
  token(credentials?: AppCredentials): Promise<string>;
  invoke(
    uuid: string,
    payload?: unknown,
    options?: { readonly query?: string; readonly token?: string; readonly body?: string },
  ): Promise<Answer>;
  event(
    eventId: string,
    payload?: unknown,
    options?: { readonly query?: string; readonly token?: string },
  ): Promise<Answer>;
  get(path: string, token?: string): Promise<Answer>;
}

/** Speaks to the first account of an emulator, or to another. */
export function callerOf(emulator: Emulator, accountId: string = emulator.accountId): Caller {
  let own: Promise<string> | undefined;
  const obtain = async ({ clientId, clientSecret }: AppCredentials): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: '',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await send(emulator, `/sentinel/api/account/${accountId}/app/token?v=2.0`, {
      method: 'POST',
      body: form.toString(),
      headers: FORM,
    });
    return (answer.json as { access_token: string }).access_token;
  };
  const authorization = async (token: string | undefined): Promise<Record<string, string>> => {
    const text = token ?? (await (own ??= obtain(emulator.accounts.get(accountId).apps.default)));
    return { authorization: `Bearer ${text}`, 'content-type': 'application/json' };
  };
  const post = async (
    path: string,
    payload: unknown,
    options: { readonly query?: string; readonly token?: string; readonly body?: string } = {},
  ): Promise<Answer> =>
    send(emulator, `/api/account/${accountId}/${path}/invoke${options.query ?? ''}`, {
      method: 'POST',
      headers: await authorization(options.token),
      body: options.body ?? JSON.stringify({ timestamp: 0, headers: [], payload }),
    });
  return {
    token: (credentials) => obtain(credentials ?? emulator.accounts.get(accountId).apps.default),
    invoke: (uuid, payload = {}, options) => post(`lambdas/${uuid}`, payload, options),
    event: (eventId, payload = {}, options) => post(`events/${eventId}`, payload, options),
    get: async (path, token) => send(emulator, path, { headers: await authorization(token) }),
  };
}

export const FORM: Readonly<Record<string, string>> = { 'content-type': 'application/x-www-form-urlencoded' };

/** Waits until a condition holds; for what the system does in its own time, such as ending a process. */
export async function eventually(condition: () => boolean, timeoutMs = 5_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('The condition did not come true in time.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
