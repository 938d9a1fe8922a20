import { createInterface } from 'node:readline';
import { createInvocationWorker } from '../src/index.ts';
import { connectTo, scriptedInvoker } from './queue-under-test.ts';

// A worker whose calls are under way until it is told to answer them.

interface Orders {
  readonly redisUrl: string;
  readonly name: string;
  readonly claimMs: number;
}

const { redisUrl, name, claimMs } = JSON.parse(process.argv[2] ?? '{}') as Orders;
const client = await connectTo(redisUrl);
let answer: () => void = () => undefined;
const told = new Promise<void>((resolve) => (answer = resolve));
const invoker = scriptedInvoker(async ({ payload }) => {
  say({ called: payload });
  await told;
  say({ answered: payload });
  return 'late answer';
});
const worker = createInvocationWorker({
  client,
  name,
  invoker,
  claimMs,
  onEvent: (event) => {
    if (event.type === 'worker-trouble') say({ trouble: event.message });
  },
});

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'answer') answer();
  else void worker.close().then(() => process.exit(0));
});
say({ ready: true });
await worker.run();

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
