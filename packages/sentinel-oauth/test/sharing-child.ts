import { request } from 'node:http';
import { createHttpClient, type HttpTransport } from '@lp-functions/http';
import { isSentinelOAuthError, TransportError } from '@lp-functions/errors';
import { createFileTokenStore, userTokens } from '../src/index.ts';
import { systemClock } from '@lp-functions/http';

// One of many processes that share a file store. It says `ready`, waits for a line, and does what its mode says.

interface Orders {
  readonly mode: 'token' | 'write';
  readonly path: string;
  readonly url: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const store = createFileTokenStore({ path: orders.path, leaseMs: 3_000 });

const transport: HttpTransport = {
  send: ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      sent.on('error', () => {
        reject(new TransportError('cut', { code: 'CONNECTION_LOST', phase: 'headers', requestSent: 'maybe' }));
      });
      sent.end(body);
    }),
  close: () => Promise.resolve(),
};

async function token(): Promise<void> {
  const { accountId, clientId, clientSecret, url } = orders;
  const events: string[] = [];
  const authorizer = userTokens({ clientId, clientSecret, subject: 'user' })({
    accountId,
    sentinelDomain: () => Promise.resolve(url),
    http: createHttpClient({ transport }),
    clock: systemClock,
    tokenStore: store,
    onEvent: ({ type }) => events.push(type),
  });
  try {
    const headers = await authorizer.authorize({ url: 'https://gw.example/', method: 'POST' });
    say({ bearer: headers['authorization'], events });
  } catch (error) {
    say({ code: isSentinelOAuthError(error) ? error.code : String(error), events });
  }
}

async function write(): Promise<void> {
  for (let count = 1; ; count += 1) {
    const accessToken = `${String(count)}:${'x'.repeat(20_000)}`;
    await store.withLock('key', async ({ fence }) => {
      await store.set('key', { accessToken, obtainedAtMs: count, expiresAtMs: count + 1 }, { fence });
    });
    say({ written: count });
  }
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

say({ ready: true });
process.stdin.once('data', () => {
  process.stdin.pause();
  void (orders.mode === 'token' ? token() : write());
});
