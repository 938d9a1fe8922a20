import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { isFaaSError } from '@lp-functions/errors';
import { createHttpClient, createUndiciTransport, systemClock } from '@lp-functions/http';
import { clientCredentials, type Lease } from '@lp-functions/sentinel-oauth';
import { createRedisTokenStore } from '../src/index.ts';
import { connectTo } from './redis-under-test.ts';

// One of several processes that share a store. It says `ready`, then obeys lines: `ask`, `stop`; or `lock`, `write`.

interface Orders {
  readonly redisUrl: string;
  readonly secret: string;
  readonly leaseMs: number;
  readonly sentinelUrl?: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const client = await connectTo(orders.redisUrl);
const store = createRedisTokenStore({
  client,
  encryptionKeys: [{ id: 'k1', secret: orders.secret }],
  leaseMs: orders.leaseMs,
});
let asking = false;
let lease: Lease | undefined;
let letGo: () => void = () => undefined;

/** Needs a token all the time, as a busy server does, and says which one it has whenever that changes. */
async function ask(): Promise<void> {
  const { sentinelUrl = '', accountId = '', clientId = '', clientSecret = '' } = orders;
  const authorizer = clientCredentials({ clientId, clientSecret })({
    accountId,
    sentinelDomain: () => Promise.resolve(sentinelUrl),
    http: createHttpClient({ transport: createUndiciTransport() }),
    clock: systemClock,
    tokenStore: store,
    onEvent: undefined,
  });
  let last = '';
  asking = true;
  while (asking) {
    const headers = await authorizer.authorize({ url: 'https://gw.example/', method: 'POST' });
    const token = createHash('sha256')
      .update(headers['authorization'] ?? '')
      .digest('hex')
      .slice(0, 16);
    if (token !== last) say({ token });
    last = token;
    await systemClock.sleep(10 + Math.random() * 20);
  }
}

async function lock(): Promise<void> {
  await store.withLock('key', async (held) => {
    lease = held;
    say({ locked: true });
    await new Promise<void>((resolve) => (letGo = resolve));
  });
}

async function write(): Promise<void> {
  const tokens = { accessToken: 'late', obtainedAtMs: 1, expiresAtMs: 2 };
  const code = await store.set('key', tokens, { fence: lease?.fence }).then(() => 'WRITTEN', codeOf);
  say({ code, lost: lease?.signal.aborted });
  letGo();
}

function codeOf(error: unknown): string {
  return isFaaSError(error) ? error.code : String(error);
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function obey(line: string): void {
  const work = { ask, lock, write }[line];
  if (work === undefined) {
    asking = false;
    letGo();
    client.destroy();
    process.stdin.destroy();
    // Connections that are kept open would keep it alive.
    setTimeout(() => process.exit(0), 200).unref();
  } else void work().catch((error: unknown) => say({ failed: codeOf(error), why: String((error as Error).cause) }));
}

createInterface({ input: process.stdin }).on('line', obey);
say({ ready: true });
