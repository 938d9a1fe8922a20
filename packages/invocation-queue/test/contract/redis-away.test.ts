import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createInvocationWorker } from '../../src/index.ts';
import { all, connectTo, PATIENCE, type QueueRig, queueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');

describe.skipIf(program === undefined)('while Redis is away', () => {
  let rig: QueueRig;
  beforeEach(async () => {
    rig = await queueRig(program, { appendOnly: true });
  });
  afterEach(() => rig.close());

  async function away(): Promise<void> {
    await rig.server.kill();
    while (rig.client.isReady) await delay(5);
  }

  async function back(): Promise<void> {
    await rig.server.start();
    while (!rig.client.isReady) await delay(5);
  }

  test('whoever enqueues or asks is told at once; it goes on without a restart', async () => {
    // The limit of a command is longer than the test may take: what fails has not waited for it.
    const { queue, work } = rig.queue({ commandTimeoutMs: 600_000 });
    const invoker = scriptedInvoker();
    const first = await queue.enqueue({ uuid: UUID });
    work(invoker);
    await queue.outcome(first.id);
    await away();
    const unavailable = {
      name: 'InvocationQueueError',
      code: 'QUEUE_UNAVAILABLE',
      retryable: true,
      executed: 'no',
      fault: 'network',
    };
    await expect(queue.enqueue({ uuid: UUID })).rejects.toMatchObject(unavailable);
    await expect(all(queue.enqueueEach([{ uuid: UUID }]))).rejects.toMatchObject(unavailable);
    await expect(queue.status()).rejects.toMatchObject(unavailable);
    await expect(queue.get(first.id)).rejects.toMatchObject(unavailable);
    await expect(queue.outcome(first.id)).rejects.toMatchObject(unavailable);
    await expect(queue.pause()).rejects.toMatchObject(unavailable);
    await expect(all(queue.deadLetters.list())).rejects.toMatchObject(unavailable);
    await back();
    // What was there before is still there, and the worker works on.
    expect(await queue.get(first.id)).toMatchObject({ state: 'done' });
    const second = await queue.enqueue({ uuid: UUID });
    expect(await queue.outcome(second.id)).toMatchObject({ state: 'done' });
    expect(invoker.calls).toHaveLength(2);
  });

  test(
    'an answer that comes meanwhile is written down when Redis is back: the item is done, and was asked for once',
    { timeout: 60_000 },
    async () => {
      const { queue, work } = rig.queue();
      let answer = (_: string): void => {};
      const invoker = scriptedInvoker(() => new Promise<string>((resolve) => (answer = resolve)));
      const { id } = await queue.enqueue({ uuid: UUID });
      work(invoker, { claimMs: 30_000 });
      await vi.waitFor(() => expect(invoker.calls).toHaveLength(1), PATIENCE);
      await away();
      answer('the answer');
      await delay(100);
      await back();
      await vi.waitFor(async () => expect((await queue.get(id))?.state).toBe('done'), { timeout: 40_000 });
      expect((await queue.get(id))?.outcome).toMatchObject({ answer: { result: 'the answer' } });
      expect(invoker.calls).toHaveLength(1);
    },
  );

  test('what was about to be sent waits, and is sent once Redis has it in writing', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker();
    await queue.pause();
    const ids = (await all(queue.enqueueEach(Array.from({ length: 50 }, (_, n) => ({ uuid: UUID, payload: n }))))).map(
      ({ id }) => id,
    );
    work(invoker, { claimMs: 10_000, concurrency: 5 });
    await queue.resume();
    await vi.waitFor(() => expect(invoker.calls.length).toBeGreaterThan(3), PATIENCE);
    await away();
    const before = invoker.calls.length;
    await delay(300);
    // Those that had begun may have been under way; nothing begins without Redis.
    expect(invoker.calls.length - before).toBeLessThanOrEqual(5);
    await back();
    await vi.waitFor(async () => expect(await queue.status()).toMatchObject({ waiting: 0, active: 0 }), {
      timeout: 15_000,
    });
    const asked = invoker.calls.map(({ payload }) => payload);
    expect(new Set(asked).size).toBe(asked.length);
    const states = await Promise.all(ids.map(async (id) => (await queue.get(id))!.state));
    expect(new Set(states)).toEqual(new Set(['done']));
  });

  test('the stream of outcomes goes on where it was', async () => {
    const { queue, work } = rig.queue();
    const enough = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { id } of queue.outcomes({ signal: enough.signal })) seen.push(id);
    })().catch(() => undefined);
    await delay(100);
    work(scriptedInvoker());
    const first = await queue.enqueue({ uuid: UUID });
    await vi.waitFor(() => expect(seen).toEqual([first.id]), PATIENCE);
    await away();
    await delay(300);
    await back();
    const second = await queue.enqueue({ uuid: UUID });
    await vi.waitFor(() => expect(seen).toEqual([first.id, second.id]), { timeout: 10_000 });
    enough.abort();
    await reading;
  });

  test('a Redis that is full or refuses says so in its own words', async () => {
    const { queue } = rig.queue();
    await queue.enqueue({ uuid: UUID });
    await rig.client.sendCommand(['CONFIG', 'SET', 'maxmemory', '1mb']);
    await expect(queue.enqueue({ uuid: UUID })).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      executed: 'no',
      message: expect.stringContaining('OOM'),
    });
  });

  test('a client that was never connected is named as the cause, and is left to its owner to connect', async () => {
    const client = {
      ...rig.client,
      isOpen: false,
      isReady: false,
      get() {},
      eval() {},
      evalSha() {},
      on: vi.fn(),
      off() {},
      duplicate() {},
      sendCommand() {},
    };
    const { queue } = rig.queue({ client: client as never });
    await expect(queue.status()).rejects.toMatchObject({
      code: 'QUEUE_REFUSED',
      message: expect.stringContaining('not connected'),
    });
    expect(client.on).not.toHaveBeenCalled();
  });

  test('queue and worker can be closed all the same, by a deadline; run() ends with it', async () => {
    const { queue, name } = rig.queue();
    const worker = createInvocationWorker({ client: rig.client, name, invoker: scriptedInvoker() });
    const running = worker.run();
    const { id } = await queue.enqueue({ uuid: UUID });
    await queue.outcome(id);
    await away();
    await worker.close({ deadlineMs: 100 });
    await running;
    await queue.close();
  });

  test('a worker that never found its Redis can be closed', async () => {
    await away();
    const { work } = rig.queue();
    const worker = work(scriptedInvoker());
    const running = worker.run();
    await delay(50);
    await worker.close({ deadlineMs: 100 });
    await running;
  });

  test('a worker tells once that it is away, and once that it is back, however long that lasts', async () => {
    const { queue, work, events } = rig.queue();
    work(scriptedInvoker());
    const told = () => events.map(({ type }) => type).filter((type) => type !== 'item-done');
    await queue.outcome((await queue.enqueue({ uuid: UUID })).id);
    for (const times of [1, 2]) {
      await away();
      await delay(700);
      await back();
      await queue.outcome((await queue.enqueue({ uuid: UUID })).id);
      await vi.waitFor(() => expect(told()).toHaveLength(2 * times), PATIENCE);
    }
    expect(told()).toEqual(['redis-away', 'redis-back', 'redis-away', 'redis-back']);
    expect(events.find(({ type }) => type === 'redis-away')).toHaveProperty('message', expect.stringMatching(/\w/));
  });

  test('a worker tells that it is back only when all connections of the worker are there again', async () => {
    const gate = await openGate(rig.server.port);
    const client = await connectTo(gate.url);
    const { work, events } = rig.queue();
    const told = (): string[] => events.map(({ type }) => type);
    try {
      const worker = work(scriptedInvoker(), { client });
      await vi.waitFor(() => expect(gate.passed()).toBe(2), PATIENCE);
      gate.narrow(0);
      await vi.waitFor(() => expect(told()).toEqual(['redis-away']), PATIENCE);
      gate.narrow(1);
      await vi.waitFor(() => expect(gate.passed()).toBe(1), PATIENCE);
      const refused = gate.refused();
      await vi.waitFor(() => expect(gate.refused()).toBeGreaterThan(refused + 3), PATIENCE);
      expect(told()).toEqual(['redis-away']);
      gate.narrow(2);
      await vi.waitFor(() => expect(told()).toEqual(['redis-away', 'redis-back']), PATIENCE);
      await worker.close();
    } finally {
      client.destroy();
      await gate.close();
    }
  });

  test('a log says it once, for queue and worker each', async () => {
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const logger = { debug: note, info: note, warn: note, error: note };
    const { queue, work } = rig.queue({ logger });
    work(scriptedInvoker(), { logger });
    await queue.outcome((await queue.enqueue({ uuid: UUID })).id);
    await away();
    await delay(700);
    await back();
    await queue.outcome((await queue.enqueue({ uuid: UUID })).id);
    await vi.waitFor(() => expect(lines).toHaveLength(4), PATIENCE);
    expect(lines.filter((line) => line.startsWith('Redis cannot be reached'))).toHaveLength(2);
    expect(lines.filter((line) => line === 'Redis is back')).toHaveLength(2);
  });

  test('a queue that is closed takes its listeners off the client', async () => {
    const listeners = () =>
      (rig.client as unknown as NodeJS.EventEmitter)
        .eventNames()
        .map((name) => (rig.client as unknown as NodeJS.EventEmitter).listenerCount(name));
    const before = listeners();
    const { queue, work } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID });
    const worker = work(scriptedInvoker());
    await queue.outcome(id);
    expect(listeners()).not.toEqual(before);
    await worker.close();
    await queue.close();
    expect(listeners()).toEqual(before);
  });
});

/** A door before Redis, through which only so many connections pass at a time. */
interface Gate {
  readonly url: string;
  /** Those that are too many are cut. */
  narrow(places: number): void;
  passed(): number;
  refused(): number;
  close(): Promise<void>;
}

async function openGate(port: number): Promise<Gate> {
  const inside = new Set<Socket>();
  let places = Infinity;
  let refused = 0;
  const server = createServer((outer) => {
    outer.on('error', () => undefined);
    if (inside.size >= places) {
      refused += 1;
      outer.destroy();
      return;
    }
    inside.add(outer);
    const inner = connect(port, '127.0.0.1').on('error', () => undefined);
    outer.on('close', () => inside.delete(outer) && inner.destroy());
    inner.on('close', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const narrow = (to: number): void => {
    places = to;
    for (const socket of [...inside].slice(to)) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    narrow,
    passed: () => inside.size,
    refused: () => refused,
    async close() {
      narrow(0);
      server.close();
      await once(server, 'close');
    },
  };
}
