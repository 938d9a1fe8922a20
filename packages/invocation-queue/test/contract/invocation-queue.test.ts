import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createClient as createClient5 } from 'redis-5';
import { FaaSDetailedError, TransportError } from '@lp-functions/errors';
import type { NewItem, StreamedOutcome } from '../../src/index.ts';
import { all, queueRig, type QueueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');

describe.skipIf(program === undefined)('a queue of invocations', () => {
  let rig: QueueRig;
  beforeAll(async () => {
    rig = await queueRig(program);
  });
  afterAll(() => rig.close());

  test('an item is enqueued, invoked once, and its outcome told', async () => {
    const { queue, work } = rig.queue();
    const { id, added } = await queue.enqueue({ uuid: UUID, payload: { n: 1 } });
    expect(added).toBe(true);
    expect(await queue.get(id)).toMatchObject({
      id,
      state: 'waiting',
      target: { uuid: UUID },
      payload: { n: 1 },
      attempts: 0,
    });
    const invoker = scriptedInvoker(() => ({ doubled: 2 }));
    const waiting = queue.outcome(id);
    work(invoker);
    const done = {
      id,
      state: 'done',
      answer: { result: { doubled: 2 }, requestId: 'r', status: 200, durationMs: 1, attempts: 1 },
    };
    expect(await waiting).toEqual(done);
    expect(await queue.outcome(id)).toEqual(done);
    expect(await queue.get(id)).toMatchObject({ state: 'done', attempts: 1, outcome: done });
    expect(invoker.calls).toHaveLength(1);
    expect(invoker.calls[0]).toMatchObject({ target: UUID, payload: { n: 1 } });
  });

  test('with the library redis 5 as well', async () => {
    const client = createClient5({ url: rig.server.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { queue, work } = rig.queue({ client });
      const invoker = scriptedInvoker();
      const worker = work(invoker, { client });
      const ids = (await all(queue.enqueueEach([1, 2, 3].map((n) => ({ uuid: UUID, payload: n }))))).map(
        ({ id }) => id,
      );
      const outcomes = await Promise.all(ids.map((id) => queue.outcome(id)));
      expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      await worker.close();
      await queue.close();
    } finally {
      client.destroy();
    }
  });

  test('by UUID, by name and by event, with the options of the call', async () => {
    const { queue, work } = rig.queue();
    const options = {
      headers: { a: 'b' },
      skillId: '42',
      userId: '7',
      eventSource: 'shop',
      requestId: 'mine',
      timeoutMs: 1_000,
      deadlineMs: 2_000,
    };
    const items: NewItem[] = [
      { uuid: UUID, payload: 1, ...options },
      { name: 'greet', payload: 2 },
      { eventId: 'some_event', payload: 3 },
    ];
    const ids = (await all(queue.enqueueEach(items))).map(({ id }) => id);
    const invoker = scriptedInvoker(({ payload }) =>
      payload === 3 ? [{ uuid: UUID, timestamp: 1, result: 'x' }] : payload,
    );
    work(invoker, { concurrency: 1 });
    const outcomes = await Promise.all(ids.map((id) => queue.outcome(id)));
    expect(outcomes.map(({ answer }) => answer)).toMatchObject([
      { result: 1 },
      { result: 2 },
      { results: [{ uuid: UUID, timestamp: 1, result: 'x' }] },
    ]);
    expect(invoker.calls.map(({ target }) => target)).toEqual([UUID, 'greet', 'some_event']);
    expect(invoker.calls[0]?.options).toMatchObject(options);
  });

  test('a payload of nothing is nothing, and an answer of nothing is nothing', async () => {
    const { queue, work } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID });
    const invoker = scriptedInvoker(() => undefined);
    work(invoker);
    expect((await queue.outcome(id)).answer).toEqual({ requestId: 'r', status: 200, durationMs: 1, attempts: 1 });
    expect(invoker.calls[0]?.payload).toBeUndefined();
  });

  test('a delayed item waits', async () => {
    const { queue, work } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID, delayMs: 400 });
    const { state, dueAtMs = 0, enqueuedAtMs } = (await queue.get(id))!;
    expect(state).toBe('delayed');
    expect(dueAtMs - enqueuedAtMs).toBe(400);
    let startedAt = 0;
    work(scriptedInvoker(() => (startedAt = Date.now())));
    await queue.outcome(id);
    expect(startedAt).toBeGreaterThanOrEqual(dueAtMs - 1);
  });

  test('the same key is added once, also while it runs and when it is done', async () => {
    const { queue, work } = rig.queue();
    const item: NewItem = { uuid: UUID, payload: 1, key: 'order 17: ä' };
    const both = await Promise.all([queue.enqueue(item), queue.enqueue({ ...item, payload: 2 })]);
    expect(both.map(({ added }) => added).sort()).toEqual([false, true]);
    expect(both[0].id).toBe(both[1].id);
    const invoker = scriptedInvoker();
    work(invoker);
    await queue.outcome(both[0].id);
    expect(await queue.enqueue(item)).toEqual({ id: both[0].id, added: false });
    expect((await queue.enqueue({ ...item, key: 'order 18' })).added).toBe(true);
    await queue.whenDrained({ everyMs: 20 });
    expect(invoker.calls).toHaveLength(2);
    expect((await rig.client.keys('*')).join(' ')).not.toContain('order');
  });

  test('a key is forgotten after the time that it was given', async () => {
    const { queue } = rig.queue();
    const item: NewItem = { uuid: UUID, key: 'k', keyForMs: 100 };
    const first = await queue.enqueue(item);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const second = await queue.enqueue(item);
    expect(second.added).toBe(true);
    expect(second.id).not.toBe(first.id);
  });

  test('many are taken from a generator in chunks, and only while somebody fetches', async () => {
    const { queue } = rig.queue();
    let made = 0;
    function* items(): Generator<NewItem> {
      for (; made < 2_000; made += 1) yield { uuid: UUID, payload: made };
    }
    let fetched = 0;
    for await (const { added } of queue.enqueueEach(items())) {
      expect(added).toBe(true);
      if ((fetched += 1) === 300) break;
    }
    expect(made).toBeLessThan(600);
    expect((await queue.status()).waiting).toBe(500);
  });

  test('what a source gave before it failed is in the queue, and told', async () => {
    const { queue } = rig.queue();
    function* items(): Generator<NewItem> {
      for (let n = 0; n < 260; n += 1) yield { uuid: UUID, payload: n };
      throw new Error('source');
    }
    const added: string[] = [];
    const adding = (async () => {
      for await (const { id } of queue.enqueueEach(items())) added.push(id);
    })();
    await expect(adding).rejects.toThrow('source');
    expect(added).toHaveLength(260);
    expect((await queue.status()).waiting).toBe(260);
  });

  test('what an invocation would refuse is refused at once, and nothing is added', async () => {
    const { queue } = rig.queue();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const wrong: [object, string][] = [
      [{}, 'uuid'],
      [{ uuid: UUID, eventId: 'e' }, 'uuid'],
      [{ uuid: 'not-one' }, 'uuid'],
      [{ eventId: '../x' }, 'eventId'],
      [{ name: '' }, 'name'],
      [{ uuid: UUID, payload: circle }, 'payload.self'],
      [{ uuid: UUID, payload: { a: [1n] } }, 'payload.a[0]'],
      [{ uuid: UUID, payload: { a: NaN } }, 'payload.a'],
      [{ uuid: UUID, timeoutMs: -1 }, 'timeoutMs'],
      [{ uuid: UUID, delayMs: -1 }, 'delayMs'],
      [{ uuid: UUID, key: '' }, 'key'],
      [{ uuid: UUID, keyForMs: 0 }, 'keyForMs'],
      [{ uuid: UUID, signal: AbortSignal.abort() }, 'signal'],
      [{ uuid: UUID, result: {} }, 'result'],
      [{ uuid: UUID, authorization: 'Bearer x' }, 'authorization'],
    ];
    for (const [item, option] of wrong) {
      await expect(queue.enqueue(item as NewItem), option).rejects.toMatchObject({
        name: 'ConfigurationError',
        option,
      });
    }
    expect(await queue.status()).toMatchObject({ waiting: 0, delayed: 0 });
  });

  test('outcomes are streamed as they come, and again from a cursor', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker(({ payload }) => {
      if (payload === 2)
        throw new FaaSDetailedError('no', {
          code: 'NOT_FOUND',
          fault: 'caller',
          status: 404,
          platform: 'v2',
          executed: 'no',
        });
      if (payload === 3)
        throw new TransportError('cut', {
          code: 'CONNECTION_LOST',
          phase: 'headers',
          requestSent: 'maybe',
          executed: 'maybe',
        });
      return payload;
    });
    const enough = new AbortController();
    const seen: StreamedOutcome[] = [];
    const reading = (async () => {
      for await (const outcome of queue.outcomes({ after: 'start', signal: enough.signal })) {
        seen.push(outcome);
        if (seen.length === 3) enough.abort();
      }
    })();
    const ids = (await all(queue.enqueueEach([1, 2, 3].map((n) => ({ uuid: UUID, payload: n }))))).map(({ id }) => id);
    work(invoker, { concurrency: 1, keepDone: { count: 0 } });
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
    expect(
      seen.map(({ id, state, answer, reason }) => [
        id,
        state,
        (answer as { result?: unknown })?.result ?? reason?.code,
      ]),
    ).toEqual([
      [ids[0], 'done', 1],
      [ids[1], 'failed', 'NOT_FOUND'],
      [ids[2], 'uncertain', 'CONNECTION_LOST'],
    ]);
    // Not kept, because the worker was told to keep none.
    expect(await queue.get(ids[0]!)).toBeUndefined();
    for await (const outcome of queue.outcomes({ after: seen[0]!.cursor })) {
      expect(outcome).toEqual(seen[1]);
      break;
    }
  });

  test('an outcome is told where items are not kept when they are done: to who waits, and to who asks a little later', async () => {
    const { queue, work } = rig.queue();
    const first = await queue.enqueue({ uuid: UUID, payload: 1 });
    const waiting = queue.outcome(first.id);
    work(
      scriptedInvoker(({ payload }) => payload),
      { keepDone: { count: 0 } },
    );
    expect(await waiting).toMatchObject({ id: first.id, state: 'done', answer: { result: 1 } });
    const ids = (await all(queue.enqueueEach(Array.from({ length: 150 }, (_, n) => ({ uuid: UUID, payload: n }))))).map(
      ({ id }) => id,
    );
    await queue.whenDrained({ everyMs: 20 });
    expect(await queue.get(ids[0]!)).toBeUndefined();
    const outcomes = await Promise.all(ids.map((id) => queue.outcome(id)));
    expect(outcomes.map(({ answer }) => (answer as { result: unknown }).result)).toEqual(ids.map((_, n) => n));
    await expect(queue.outcome('nobody')).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  });

  test('any number of outcomes may be waited for, without a word about leaks', async () => {
    const warnings: unknown[] = [];
    const note = (warning: unknown) => warnings.push(warning);
    process.on('warning', note);
    const { queue, work } = rig.queue();
    const ids = (await all(queue.enqueueEach(Array.from({ length: 60 }, (_, n) => ({ uuid: UUID, payload: n }))))).map(
      ({ id }) => id,
    );
    const waiting = Promise.all(ids.map((id) => queue.outcome(id)));
    work(
      scriptedInvoker(
        ({ options }) =>
          new Promise((resolve) => {
            options.signal?.addEventListener('abort', resolve);
            setTimeout(resolve, 20);
          }),
      ),
      { concurrency: 30 },
    );
    expect((await waiting).map(({ state }) => state)).toEqual(ids.map(() => 'done'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('waiting for an outcome ends with its signal, its time, and the queue', async () => {
    const { queue } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID });
    await expect(queue.outcome(id, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'OUTCOME_PENDING',
      retryable: true,
    });
    await expect(queue.outcome(id, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(queue.outcome('nobody')).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
    await expect(queue.outcome('a:b')).rejects.toMatchObject({ option: 'id' });
    const waiting = expect(queue.outcome(id)).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await queue.close();
    await waiting;
    await expect(queue.enqueue({ uuid: UUID })).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
    await expect(queue.status()).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
  });

  test('pause and resume hold for all workers; progress tells how far it is', async () => {
    const { queue, work } = rig.queue();
    await queue.pause();
    const invoker = scriptedInvoker();
    work(invoker);
    await all(queue.enqueueEach([1, 2, 3].map((n) => ({ uuid: UUID, payload: n }))));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await queue.status()).toMatchObject({ waiting: 3, active: 0, done: 0, paused: true });
    expect(invoker.calls).toEqual([]);
    await queue.resume();
    const seen: number[] = [];
    for await (const { done, waiting, active } of queue.progress({ everyMs: 20 })) {
      expect(done + waiting + active).toBeLessThanOrEqual(3);
      seen.push(done);
    }
    expect(seen.at(-1)).toBe(3);
    expect(await queue.status()).toMatchObject({ waiting: 0, done: 3, paused: false });
  });

  test('limits hold over all workers together', async () => {
    const { queue, work } = rig.queue();
    await queue.setLimits({ concurrent: 3 });
    expect((await queue.status()).limits).toEqual({ concurrent: 3 });
    let inside = 0;
    let most = 0;
    const invoker = scriptedInvoker(async () => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    });
    work(invoker, { client: await rig.connect() });
    work(invoker, { client: await rig.connect() });
    await all(queue.enqueueEach(Array.from({ length: 60 }, (_, n) => ({ uuid: UUID, payload: n }))));
    await queue.whenDrained({ everyMs: 20 });
    expect(most).toBe(3);
  });

  test('limits are told as they were set', async () => {
    const { queue } = rig.queue();
    for (const perSecond of [19, 0.3, 7.5]) {
      await queue.setLimits({ perSecond, concurrent: 2 });
      expect((await queue.status()).limits).toEqual({ perSecond, concurrent: 2 });
    }
    await queue.setLimits({});
    expect((await queue.status()).limits).toEqual({});
  });

  test('a rate holds over all workers together', async () => {
    const { queue, work } = rig.queue();
    await queue.setLimits({ perSecond: 50 });
    expect((await queue.status()).limits.perSecond).toBeCloseTo(50);
    const startedAt: number[] = [];
    const invoker = scriptedInvoker(() => startedAt.push(Date.now()));
    work(invoker, { client: await rig.connect() });
    work(invoker, { client: await rig.connect() });
    await all(queue.enqueueEach(Array.from({ length: 50 }, (_, n) => ({ uuid: UUID, payload: n }))));
    await queue.whenDrained({ everyMs: 20 });
    // 5 in every tenth of a second: 50 of them take 9 windows after the first, never less.
    expect(startedAt.at(-1)! - startedAt[0]!).toBeGreaterThanOrEqual(850);
    await queue.setLimits({});
    expect((await queue.status()).limits).toEqual({});
  });
});
