import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A platform that does nothing but count, for more calls than functions could be run for. */
export interface BatchGateway {
  /** Settings for lpfn. */
  readonly env: Readonly<Record<string, string>>;
  /** How often each payload's `n` was received. */
  readonly received: ReadonlyMap<number, number>;
  /** Requests for a token. */
  readonly tokens: number;
  /** Calls that are being answered. */
  readonly active: number;
  /** Resolves when so many invocations have been received in all. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Answers to one payload: an HTTP status and a body; `undefined` hangs for ever. */
export type Answerer = (payload: {
  readonly n: number;
}) => { readonly status: number; readonly body: unknown } | undefined;

/**
 * Answers `{ n }` with `{ n, twice }`, after a moment, so that calls are under way at any time.
 *
 * @param onBody - told of the body of every invocation.
 */
export async function startBatchGateway(
  platform: 'v1' | 'v2',
  answer: Answerer = ({ n }) => ({ status: 200, body: { n, twice: 2 * n } }),
  onBody: (body: unknown) => void = () => undefined,
): Promise<BatchGateway> {
  const received = new Map<number, number>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let [total, tokens, active] = [0, 0, 0];

  async function handle(request: IncomingMessage): Promise<{ status: number; body: unknown } | undefined> {
    const path = request.url ?? '';
    if (path.includes('/baseURI.json')) return { status: 200, body: { baseURIs: ['faasGW', 'sentinel'].map(entry) } };
    if (path.includes('/app/token')) {
      tokens += 1;
      return { status: 200, body: { access_token: 'opaque-token', token_type: 'Bearer', expires_in: 3600 } };
    }
    const body = JSON.parse(await text(request)) as { readonly payload: { readonly n: number } };
    const { payload } = body;
    onBody(body);
    received.set(payload.n, (received.get(payload.n) ?? 0) + 1);
    total += 1;
    for (const waiter of waiting) if (total >= waiter.count) waiter.resolve();
    return answer(payload);
  }

  function entry(service: string): object {
    const region = platform === 'v1' ? 'va' : 'euwe1';
    const name = service === 'sentinel' ? 'sentinel' : platform === 'v1' ? 'faasgw' : 'fninvocations';
    return { service, account: '12345678', baseURI: `${region}.${name}.localhost:${String(port)}` };
  }

  const server = createServer((request, response) => {
    active += 1;
    response.once('close', () => {
      active -= 1;
    });
    void handle(request).then((answered) => {
      if (answered === undefined) return;
      setTimeout(() => {
        // Written by hand: 901 is a status.
        response.statusCode = answered.status;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answered.body));
      }, Math.random() * 4);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      LPFN_ACCOUNT_ID: '12345678',
      LPFN_CLIENT_ID: 'any',
      LPFN_CLIENT_SECRET: 'any-secret-0123456789',
      LPFN_DISCOVERY_URL: `http://127.0.0.1:${String(port)}`,
    },
    received,
    get tokens() {
      return tokens;
    },
    get active() {
      return active;
    },
    reached: (count) =>
      new Promise((resolve) => {
        if (total >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
