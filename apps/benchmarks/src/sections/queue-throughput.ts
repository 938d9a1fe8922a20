import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInvocationQueue, createInvocationWorker } from '@lp-functions/invocation-queue';
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
  const found: Record<'bare' | 'ours', Round[]> = { bare: [], ours: [] };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of round % 2 === 0 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
        const measured = await measure(name === 'ours' ? ours(client) : bare(client), client, items);
        // The first round warms up.
        if (round > 0) found[name].push(measured);
      }
    }
  } finally {
    client.destroy();
    await server.close();
  }
  const column = (name: 'bare' | 'ours', field: keyof Round): number[] => found[name].map((round) => round[field]);
  const fields = ['addedPerSecond', 'donePerSecond', 'waitingBytes', 'doneBytes'] as const;
  const row = (title: string, name: 'bare' | 'ours') => ({
    name: title,
    values: fields.map((field) => spreadOf(column(name, field))),
  });
  return {
    title: `${String(items)} items through a queue on Redis with nothing to do for each, ${String(CONCURRENCY)} at once`,
    unit: 'items',
    columns: ['added/s', 'done/s', 'bytes waiting', 'bytes done'],
    decimals: 0,
    rows: [row('@lp-functions/invocation-queue', 'ours'), row('bare BullMQ, empty processor', 'bare')],
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
  const empty = await usedBytes(client);
  const addedInMs = await timed(() => contender.add(items));
  const waiting = await usedBytes(client);
  const doneInMs = await timed(() => contender.work(items));
  const done = await usedBytes(client);
  await contender.close();
  return {
    addedPerSecond: (items / addedInMs) * 1_000,
    donePerSecond: (items / doneInMs) * 1_000,
    waitingBytes: (waiting - empty) / items,
    doneBytes: (done - empty) / items,
  };
}

function ours(client: Client): QueueContender {
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
      for await (const { added } of queue.enqueueEach(repeat(count, { uuid: UUID, payload: PAYLOAD }))) {
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

function* repeat<T>(count: number, item: T): Generator<T> {
  for (let made = 0; made < count; made += 1) yield item;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

async function usedBytes(client: Client): Promise<number> {
  const [, used = ''] = /^used_memory:(\d+)/m.exec(await client.info('memory')) ?? [];
  return Number(used);
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
