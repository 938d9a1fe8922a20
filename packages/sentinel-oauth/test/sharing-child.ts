import { once } from 'node:events';
import { request } from 'node:http';
import { createHttpClient, type HttpTransport, systemClock } from '@lp-functions/http';
import { isSentinelOAuthError, TransportError } from '@lp-functions/errors';
import { createFileTokenStore, type TokenStore, userTokens } from '../src/index.ts';

// One of many processes that share a file store. It says `ready`, waits for a line, and does what its mode says.

interface Orders {
  readonly mode: 'token' | 'write' | 'pause';
  readonly path: string;
  readonly leaseMs: number;
  readonly url: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const store = createFileTokenStore({ path: orders.path, leaseMs: orders.leaseMs });
/** The server marked its answer: it is received, and what came of it is never written. */
let isToBeKilled = false;

const transport: HttpTransport = {
  send: ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      say({ asked: true });
      const sent = request(url, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          isToBeKilled ||= response.headers['x-victim'] !== undefined;
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

const tokenStore: TokenStore = {
  ...store,
  set: (...written) => (isToBeKilled ? waitForDeath({ saving: true }) : store.set(...written)),
};

async function token(): Promise<void> {
  const { accountId, clientId, clientSecret, url } = orders;
  const events: string[] = [];
  const authorizer = userTokens({ clientId, clientSecret, subject: 'user' })({
    accountId,
    sentinelDomain: () => Promise.resolve(url),
    http: createHttpClient({ transport }),
    clock: systemClock,
    tokenStore,
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

/** Takes the lock, and writes when it is told to: after a pause that it knows nothing of. */
async function pause(): Promise<void> {
  await store.withLock('key', async ({ signal, fence }) => {
    const lost = once(signal, 'abort');
    const told = once(process.stdin, 'data');
    say({ holding: String(fence) });
    await told;
    const written = await outcomeOf(
      store.set('key', { accessToken: 'late', obtainedAtMs: 2, expiresAtMs: 3 }, { fence }),
    );
    await lost;
    say({ written, lost: codeOf(signal.reason) });
  });
}

function outcomeOf(work: Promise<void>): Promise<unknown> {
  return work.then(() => 'written', codeOf);
}

function codeOf(error: unknown): unknown {
  return isSentinelOAuthError(error) ? error.code : String(error);
}

async function waitForDeath(what: object): Promise<never> {
  say(what);
  setInterval(() => undefined, 60_000);
  return new Promise<never>(() => undefined);
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

say({ ready: true });
process.stdin.once('data', () => {
  // Whoever waits for another word holds the process; nobody else may.
  void { token, write, pause }[orders.mode]().finally(() => process.stdin.destroy());
});
