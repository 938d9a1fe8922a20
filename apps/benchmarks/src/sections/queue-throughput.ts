import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInvocationQueue, createInvocationWorker, type NewItem } from '@lp-functions/invocation-queue';
import { Queue, Worker } from 'bullmq';
import { createClient } from 'redis';
// @boundaries-ignore: what starts a Redis stands once, at the root of the repository.
import { startRedis } from '../../../../tools/redis-server.mjs';
import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';

/** What one contender found in one round. */
interface Round {
  readonly addedPerSecond: number;
  readonly donePerSecond: number;
  /** CPU of this process and of Redis, for adding and doing an item, in microseconds. */
  readonly cpuUs: number;
  readonly redisCpuUs: number;
  /** To and from Redis. */
  readonly networkBytes: number;
  /** Growth of Redis per item, while they wait and when they are done and kept. */
  readonly waitingBytes: number;
  readonly doneBytes: number;
}

/** A queue that is filled and emptied, with nothing to do for each item. */
interface QueueContender {
  add(count: number): Promise<void>;
  /** Resolves when so many are done. */
  work(count: number): Promise<void>;
  close(): Promise<void>;
}

const CONCURRENCY = 64;
const CHUNK = 250;
/** Of an ordinary invocation: a UUID and about a hundred characters of payload. */
const PAYLOAD = { conversationId: '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', text: 'x'.repeat(60) };
const UUID = '0b1b4e59-4a9d-4c0b-9c0c-3a4b5c6d7e8f';
const ANSWER = { result: { ok: true }, requestId: UUID, status: 200, durationMs: 12, attempts: 1 };

const NAMES = ['ours', 'keyed', 'bare'] as const;
type Name = (typeof NAMES)[number];

const MAKERS: Readonly<Record<Name, (client: Client) => QueueContender>> = {
  ours: (client) => ours(client),
  keyed: (client) => ours(client, true),
  bare,
};

type Client = Awaited<ReturnType<typeof connect>>;

/**
 * Measures how many items pass through the queue, beside bare BullMQ on the same Redis and the same client library.
 *
 * @param rounds - how often each takes its turn.
 * @param items - for each turn.
 * @returns nothing if there is no redis-server on the PATH.
 */
export async function measureQueueThroughput(rounds: number, items: number): Promise<Section | undefined> {
  const program = redisServer();
  if (program === undefined) return undefined;
  const server = await startRedis(program);
  const client = await connect(server.url);
  const found: Record<Name, Round[]> = { ours: [], keyed: [], bare: [] };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
        const measured = await measure(MAKERS[name](client), client, items);
        // The first round warms up.
        if (round > 0) found[name].push(measured);
      }
    }
  } finally {
    client.destroy();
    await server.close();
  }
  const column = (name: Name, field: keyof Round): number[] => found[name].map((round) => round[field]);
  const fields = [
    'addedPerSecond',
    'donePerSecond',
    'cpuUs',
    'redisCpuUs',
    'networkBytes',
    'waitingBytes',
    'doneBytes',
  ] as const;
  const row = (title: string, name: Name) => ({
    name: title,
    values: fields.map((field) => spreadOf(column(name, field))),
  });
  return {
    title: `${String(items)} items through a queue on Redis with nothing to do for each, ${String(CONCURRENCY)} at once`,
    unit: 'items',
    columns: ['added/s', 'done/s', 'CPU µs', 'Redis CPU µs', 'bytes sent', 'bytes waiting', 'bytes done'],
    decimals: 0,
    rows: [
      row('@lp-functions/invocation-queue', 'ours'),
      row('the same, each with a key', 'keyed'),
      row('bare BullMQ, empty processor', 'bare'),
    ],
    goals: [
      goal(
        'time per item done, ours to bare',
        ratioOf(column('bare', 'donePerSecond'), column('ours', 'donePerSecond')),
      ),
      goal(
        'time per item added, ours to bare',
        ratioOf(column('bare', 'addedPerSecond'), column('ours', 'addedPerSecond')),
      ),
    ],
  };
}

async function measure(contender: QueueContender, client: Client, items: number): Promise<Round> {
  await client.flushAll();
  const before = await usage(client);
  const cpu = process.cpuUsage();
  const addedInMs = await timed(() => contender.add(items));
  const waiting = await usage(client);
  const doneInMs = await timed(() => contender.work(items));
  const { user, system } = process.cpuUsage(cpu);
  const after = await usage(client);
  await contender.close();
  return {
    addedPerSecond: (items / addedInMs) * 1_000,
    donePerSecond: (items / doneInMs) * 1_000,
    cpuUs: (user + system) / items,
    redisCpuUs: (after.cpuUs - before.cpuUs) / items,
    networkBytes: (after.networkBytes - before.networkBytes) / items,
    waitingBytes: (waiting.memoryBytes - before.memoryBytes) / items,
    doneBytes: (after.memoryBytes - before.memoryBytes) / items,
  };
}

function ours(client: Client, keyed: boolean = false): QueueContender {
  const queue = createInvocationQueue({ client });
  let left = 0;
  let finish: () => void = () => undefined;
  const worker = createInvocationWorker({
    client,
    concurrency: CONCURRENCY,
    keepDone: { count: 1_000_000 },
    onEvent: ({ type }) => {
      if (type === 'item-done' && (left -= 1) === 0) finish();
    },
    invoker: {
      invokeByUuid: () => Promise.resolve(ANSWER),
      invokeByName: () => Promise.resolve(ANSWER),
      invokeByEvent: () => Promise.resolve({ ...ANSWER, results: [] }),
    },
  });
  return {
    async add(count) {
      for await (const { added } of queue.enqueueEach(itemsOf(count, keyed))) {
        if (!added) throw new Error('an item was not added');
      }
    },
    async work(count) {
      left = count;
      const done = new Promise<void>((resolve) => (finish = resolve));
      void worker.run();
      await done;
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}

function bare(client: Client): QueueContender {
  const queue = new Queue('bare', { connection: client });
  let worker: Worker | undefined;
  return {
    async add(count) {
      for (let from = 0; from < count; from += CHUNK) {
        const chunk = [...repeat(Math.min(CHUNK, count - from), { name: 'job', data: PAYLOAD })];
        await Promise.all(chunk.map(({ name, data }) => queue.add(name, data)));
      }
    },
    async work(count) {
      let left = count;
      await new Promise<void>((resolve) => {
        worker = new Worker('bare', () => Promise.resolve(), { connection: client, concurrency: CONCURRENCY });
        worker.on('completed', () => {
          if ((left -= 1) === 0) resolve();
        });
      });
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}

function* itemsOf(count: number, keyed: boolean): Generator<NewItem> {
  for (let made = 0; made < count; made += 1) {
    yield { uuid: UUID, payload: PAYLOAD, ...(keyed ? { key: `order ${String(made)}` } : {}) };
  }
}

function* repeat<T>(count: number, item: T): Generator<T> {
  for (let made = 0; made < count; made += 1) yield item;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

/** What Redis says of itself. */
async function usage(client: Client) {
  const text = await client.info();
  const of = (field: string): number => Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(text)?.[1]);
  return {
    memoryBytes: of('used_memory'),
    cpuUs: (of('used_cpu_user') + of('used_cpu_sys')) * 1_000_000,
    networkBytes: of('total_net_input_bytes') + of('total_net_output_bytes'),
  };
}

async function connect(url: string) {
  const client = createClient({ url });
  client.on('error', () => undefined);
  client.setMaxListeners(0);
  await client.connect();
  return client;
}

function redisServer(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
