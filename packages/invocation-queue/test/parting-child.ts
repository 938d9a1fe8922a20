import { createInterface } from 'node:readline';
import { createClient } from 'redis';
import { createInvocationQueue, createInvocationWorker } from '../src/index.ts';
import { scriptedInvoker } from './queue-under-test.ts';

// A worker that is to end by itself once it is told to close by a deadline, whatever Redis does.

interface Orders {
  readonly redisUrl: string;
  readonly name: string;
  readonly deadlineMs: number;
}

const GIVE_UP_MS = 15_000;

const { redisUrl, name, deadlineMs } = JSON.parse(process.argv[2] ?? '{}') as Orders;
const client = createClient({ url: redisUrl, socket: { reconnectStrategy: 100 } });
client.on('error', () => undefined);
// Of a Redis that is not there, this never comes to an end by itself.
client.connect().catch(() => undefined);
const queue = createInvocationQueue({ client, name });
const invoker = scriptedInvoker(() => {
  say({ called: true });
  return new Promise(() => undefined);
});
const worker = createInvocationWorker({ client, name, invoker, claimMs: 5_000 });

createInterface({ input: process.stdin }).once('line', () => void part());
say({ ready: true });
await worker.run();
say({ ran: true });

async function part(): Promise<void> {
  await worker.close({ deadlineMs });
  await queue.close();
  client.destroy();
  process.stdin.destroy();
  say({ closed: true });
  // Does not keep it running, and says what does.
  setTimeout(() => {
    say({ holding: process.getActiveResourcesInfo() });
    process.exit(3);
  }, GIVE_UP_MS).unref();
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
