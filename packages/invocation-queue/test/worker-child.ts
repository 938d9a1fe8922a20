import { createInterface } from 'node:readline';
import { clientCredentials, createFunctionsClient } from '@lp-functions/client';
import { createRedisTokenStore } from '@lp-functions/token-store-redis';
import { createInvocationWorker } from '../src/index.ts';
import { connectTo } from './queue-under-test.ts';

// One worker in a process of its own, as it would be on a machine of its own. It says `ready`, works, and ends gracefully at
// a line on its standard input. Its token comes from the store that all workers share.

interface Orders {
  readonly redisUrl: string;
  readonly name: string;
  readonly secret: string;
  readonly discoveryUrl: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly concurrency: number;
  readonly claimMs: number;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const { redisUrl, name, secret, discoveryUrl, accountId, clientId, clientSecret, concurrency, claimMs } = orders;
const encryptionKeys = [{ id: 'k1', secret }];
const client = await connectTo(redisUrl);
const invoker = createFunctionsClient({
  accountId,
  discoveryUrl,
  auth: clientCredentials({ clientId, clientSecret }),
  tokenStore: createRedisTokenStore({ client, encryptionKeys }),
  retry: { maxRetries: 1, serverErrorWaitsMs: [10], throttledWaitMs: 10, networkWaitMs: 5 },
});
const worker = createInvocationWorker({
  client,
  name,
  encryptionKeys,
  invoker,
  concurrency,
  claimMs,
  retry: { maxAttempts: 20, waitsMs: [100], throttledWaitMs: 20 },
  keepDone: { count: 1_000_000 },
  onEvent: (event) => {
    if (event.type === 'worker-trouble') say({ trouble: event.message });
  },
});

createInterface({ input: process.stdin }).once('line', () => void worker.close());
say({ ready: true });
await worker.run();
await invoker.close();
client.destroy();
process.stdin.destroy();
say({ ended: true });

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
