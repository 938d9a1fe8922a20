import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { ConfigurationError, FaaSDetailedError, FaaSLambdaError, TransportError } from '@lp-functions/errors';
import { createInvocationWorker, type NewItem, type QueueItem, type UnreadableItem } from '../../src/index.ts';
import { all, PATIENCE, type QueueRig, queueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');
const QUICK = { retry: { maxAttempts: 3, waitsMs: [30], throttledWaitMs: 30 }, random: () => 0 };

const unavailable = new TransportError('no connection', {
  code: 'UNREACHABLE',
  phase: 'connect',
  requestSent: 'no',
  retryable: true,
});
const throttled = (retryAfterMs?: number): FaaSDetailedError =>
  new FaaSDetailedError('slow down', {
    code: 'THROTTLED',
    fault: 'platform',
    status: 429,
    platform: 'v2',
    executed: 'no',
    retryable: true,
    retryAfterMs,
  });
const cut = new TransportError('cut', {
  code: 'CONNECTION_LOST',
  phase: 'headers',
  requestSent: 'maybe',
  executed: 'maybe',
});
const idempotentCut = new TransportError('cut', {
  code: 'CONNECTION_LOST',
  phase: 'headers',
  requestSent: 'maybe',
  executed: 'maybe',
  retryable: true,
});

describe.skipIf(program === undefined)('a worker', () => {
  let rig: QueueRig;
  beforeAll(async () => {
    rig = await queueRig(program);
  });
  afterAll(() => rig.close());

  async function deadOf(
    queue: ReturnType<QueueRig['queue']>['queue'],
    filter = {},
  ): Promise<(QueueItem | UnreadableItem)[]> {
    return all(queue.deadLetters.list(filter));
  }

  test('tries again what did not run, and tells why meanwhile', async () => {
    const { queue, work, events } = rig.queue();
    const invoker = scriptedInvoker();
    let times = 0;
    invoker.answer = () => {
      if ((times += 1) < 3) throw unavailable;
      return 'at last';
    };
    const { id } = await queue.enqueue({ uuid: UUID });
    work(invoker, QUICK);
    await vi.waitFor(
      async () => expect((await queue.get(id))?.lastFailure).toMatchObject({ code: 'UNREACHABLE', executed: 'no' }),
      PATIENCE,
    );
    expect(await queue.outcome(id)).toMatchObject({ state: 'done', answer: { result: 'at last' } });
    expect((await queue.get(id))?.attempts).toBe(3);
    expect(events.map(({ type }) => type)).toEqual(['item-postponed', 'item-postponed', 'item-done']);
  });

  test('gives up after so many attempts; the dead letter has its reason, and can be retried or discarded', async () => {
    const { queue, work, events } = rig.queue();
    const invoker = scriptedInvoker(() => {
      throw unavailable;
    });
    const { id } = await queue.enqueue({ uuid: UUID, payload: { n: 1 } });
    work(invoker, QUICK);
    const outcome = await queue.outcome(id);
    expect(outcome).toMatchObject({
      state: 'failed',
      reason: {
        name: 'TransportError',
        code: 'UNREACHABLE',
        message: 'no connection',
        executed: 'no',
        retryable: true,
      },
    });
    expect(invoker.calls).toHaveLength(3);
    expect(await deadOf(queue)).toMatchObject([{ id, state: 'failed', payload: { n: 1 }, attempts: 3, outcome }]);
    await vi.waitFor(
      () => expect(events.at(-1)).toEqual({ type: 'item-dead', id, state: 'failed', attempts: 3, code: 'UNREACHABLE' }),
      PATIENCE,
    );
    invoker.answer = () => 'now';
    await queue.deadLetters.retry(id);
    expect(await queue.outcome(id)).toMatchObject({ state: 'done', answer: { result: 'now' } });
    expect(await deadOf(queue)).toEqual([]);
    await expect(queue.deadLetters.retry(id)).rejects.toMatchObject({ code: 'ITEM_NOT_DEAD' });
    await expect(queue.deadLetters.discard(id)).rejects.toMatchObject({ code: 'ITEM_NOT_DEAD' });
    await expect(queue.deadLetters.retry('nobody')).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
  });

  test('parks as uncertain what may have run, and never asks twice', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker(() => {
      throw cut;
    });
    const { id } = await queue.enqueue({ uuid: UUID, key: 'once' });
    work(invoker, QUICK);
    expect(await queue.outcome(id)).toMatchObject({
      state: 'uncertain',
      reason: { code: 'CONNECTION_LOST', executed: 'maybe' },
    });
    expect(invoker.calls).toHaveLength(1);
    expect(await queue.status()).toMatchObject({ failed: 0, uncertain: 1, done: 0 });
    expect(await deadOf(queue, { state: 'uncertain' })).toHaveLength(1);
    expect(await deadOf(queue, { state: 'failed' })).toEqual([]);
    // The key still stands for it: nobody starts the same work again unawares.
    expect(await queue.enqueue({ uuid: UUID, key: 'once' })).toEqual({ id, added: false });
    await queue.deadLetters.discard(id);
    expect(await queue.get(id)).toBeUndefined();
    expect(await queue.status()).toMatchObject({ uncertain: 0 });
    expect((await queue.enqueue({ uuid: UUID, key: 'once' })).added).toBe(true);
  });

  test('repeats what may have run if it is marked idempotent, always under the same Idempotency-Key', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker();
    invoker.answer = () => {
      if (invoker.calls.length < 3) throw idempotentCut;
      return 'done';
    };
    const { id } = await queue.enqueue({ uuid: UUID, idempotent: true, headers: { other: 'x' } });
    work(invoker, QUICK);
    expect(await queue.outcome(id)).toMatchObject({ state: 'done' });
    const headers = invoker.calls.map(({ options }) => options.headers);
    expect(headers).toEqual(
      Array.from({ length: 3 }, () => [
        { key: 'other', value: 'x' },
        { key: 'Idempotency-Key', value: id },
      ]),
    );
    expect(invoker.calls.every(({ options }) => options.idempotent === true)).toBe(true);

    const own = await queue.enqueue({
      uuid: UUID,
      idempotent: true,
      headers: [{ key: 'idempotency-key', value: 'mine' }],
    });
    await queue.outcome(own.id);
    expect(invoker.calls.at(-1)?.options.headers).toEqual([{ key: 'idempotency-key', value: 'mine' }]);
  });

  test.each([
    [
      'a function that threw',
      new FaaSLambdaError('threw', {
        code: 'FUNCTION_THREW',
        fault: 'function',
        status: 901,
        platform: 'v2',
        executed: 'yes',
        platformMessage: 'Oh',
      }),
      'failed',
    ],
    [
      'a function that does not exist',
      new FaaSDetailedError('none', {
        code: 'NOT_FOUND',
        fault: 'caller',
        status: 404,
        platform: 'v2',
        executed: 'no',
      }),
      'failed',
    ],
    ['a call that cannot be made', new ConfigurationError('bad', { code: 'INVALID_OPTION', option: 'x' }), 'failed'],
    ['an invoker that throws something odd', Object.assign(new Error('odd'), { token: 'secret' }), 'uncertain'],
  ])('makes a dead letter of %s at once', async (_what, error, state) => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker(() => {
      throw error;
    });
    const { id } = await queue.enqueue({ uuid: UUID });
    work(invoker, QUICK);
    const { reason } = await queue.outcome(id);
    expect(await queue.get(id)).toMatchObject({ state });
    expect(reason?.message).toBe(error.message);
    expect(JSON.stringify(reason)).not.toContain('secret');
    expect(invoker.calls).toHaveLength(1);
  });

  test('a 429 holds the queue for all workers', async () => {
    const { queue, work } = rig.queue();
    const startedAt: number[] = [];
    const invoker = scriptedInvoker(() => {
      startedAt.push(Date.now());
      if (startedAt.length === 1) throw throttled(400);
      return 'ok';
    });
    await all(queue.enqueueEach([1, 2, 3].map((n) => ({ uuid: UUID, payload: n }))));
    work(invoker, { ...QUICK, concurrency: 1 });
    await queue.whenDrained({ everyMs: 20 });
    expect(startedAt).toHaveLength(4);
    for (const at of startedAt.slice(1)) expect(at - startedAt[0]!).toBeGreaterThanOrEqual(395);
  });

  test('a platform that throttles for long does not use up attempts: all items are done when it takes calls again', async () => {
    const { queue, work, events } = rig.queue();
    let throttling = true;
    const invoker = scriptedInvoker(() => {
      if (throttling) throw throttled();
      return 'ok';
    });
    const ids = (await all(queue.enqueueEach([1, 2, 3].map((n) => ({ uuid: UUID, payload: n }))))).map(({ id }) => id);
    work(invoker, { ...QUICK, retry: { maxAttempts: 1, throttledWaitMs: 1 }, concurrency: 3 });
    // Many times as often as an item may be taken for other reasons.
    await vi.waitFor(() => expect(invoker.calls.length).toBeGreaterThan(24), { timeout: 15_000 });
    throttling = false;
    await queue.whenDrained({ everyMs: 20 });
    expect(await queue.status()).toMatchObject({ done: 3, failed: 0 });
    expect(events.filter(({ type }) => type === 'item-postponed').length).toBeGreaterThan(24);
    for (const id of ids) expect((await queue.get(id))!.attempts).toBeGreaterThan(1);
  });

  test('an item that is throttled for longer than it may be has failed, as THROTTLED; retried, it has all its time again', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker(() => {
      throw throttled();
    });
    const { id } = await queue.enqueue({ uuid: UUID });
    work(invoker, { ...QUICK, retry: { throttledWaitMs: 5, throttledForMs: 60 } });
    const failed = { state: 'failed', reason: { code: 'THROTTLED', executed: 'no' } };
    expect(await queue.outcome(id)).toMatchObject(failed);
    const times = invoker.calls.length;
    expect(times).toBeGreaterThan(1);
    await queue.deadLetters.retry(id);
    expect(await queue.outcome(id)).toMatchObject(failed);
    expect(invoker.calls.length).toBeGreaterThan(times + 1);
  });

  test('that is closed waits for its calls, and takes nothing more', async () => {
    const { queue, work } = rig.queue();
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const invoker = scriptedInvoker(() => gate);
    const ids = (await all(queue.enqueueEach([1, 2, 3].map((n) => ({ uuid: UUID, payload: n }))))).map(({ id }) => id);
    const worker = work(invoker, { concurrency: 2 });
    await vi.waitFor(() => expect(invoker.calls).toHaveLength(2), PATIENCE);
    const closed = worker.close();
    await delay(50);
    letGo();
    await closed;
    const states = await Promise.all(ids.map(async (id) => (await queue.get(id))?.state));
    expect(states).toEqual(['done', 'done', 'waiting']);
    await expect(worker.run()).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
    await worker.close();
  });

  test('that must close by a deadline ends its calls: what was not sent goes back, what may have run is parked', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker(({ payload, options }) => {
      const sent = payload === 'sent';
      return new Promise((_, reject) => {
        options.signal?.addEventListener('abort', () => {
          const executed = sent ? 'maybe' : 'no';
          reject(
            new TransportError('ended', {
              code: 'ABORTED',
              phase: sent ? 'headers' : 'connect',
              requestSent: sent ? 'maybe' : 'no',
              executed,
            }),
          );
        });
      });
    });
    const ids = (
      await all(queue.enqueueEach(['sent', 'waits for a token'].map((payload) => ({ uuid: UUID, payload }))))
    ).map(({ id }) => id);
    const worker = work(invoker, { concurrency: 2 });
    await vi.waitFor(() => expect(invoker.calls).toHaveLength(2), PATIENCE);
    await worker.close({ deadlineMs: 50 });
    const items = await Promise.all(ids.map((id) => queue.get(id)));
    expect(items.map((item) => item?.state)).toEqual(['uncertain', 'delayed']);
    const next = scriptedInvoker(() => 'ok');
    work(next);
    expect(await queue.outcome(ids[1]!)).toMatchObject({ state: 'done' });
  });

  test('that is paused takes nothing, and goes on', async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker();
    const worker = work(invoker);
    const first = await queue.enqueue({ uuid: UUID });
    await queue.outcome(first.id);
    await worker.pause();
    const second = await queue.enqueue({ uuid: UUID });
    await delay(100);
    expect((await queue.get(second.id))?.state).toBe('waiting');
    await worker.resume();
    expect(await queue.outcome(second.id)).toMatchObject({ state: 'done' });
  });

  test('that is paused before it runs takes nothing until it is resumed; run() lasts until it is closed', async () => {
    const { queue, name } = rig.queue();
    const invoker = scriptedInvoker();
    const worker = createInvocationWorker({ client: rig.client, name, invoker, claimMs: 1_000 });
    await worker.pause();
    let ran = false;
    const running = worker.run().then(() => (ran = true));
    const { id } = await queue.enqueue({ uuid: UUID });
    await delay(300);
    expect((await queue.get(id))?.state).toBe('waiting');
    await worker.resume();
    expect(await queue.outcome(id)).toMatchObject({ state: 'done' });
    await worker.pause();
    await delay(50);
    expect(ran).toBe(false);
    await worker.resume();
    expect(await queue.outcome((await queue.enqueue({ uuid: UUID })).id)).toMatchObject({ state: 'done' });
    await worker.close();
    await running;
  });

  test('that is told to close again, sooner, closes sooner; and never later', { timeout: 20_000 }, async () => {
    const { queue, work } = rig.queue();
    const invoker = scriptedInvoker(
      ({ options }) =>
        new Promise((_, reject) => {
          options.signal?.addEventListener('abort', () => {
            reject(
              new TransportError('ended', {
                code: 'ABORTED',
                phase: 'headers',
                requestSent: 'maybe',
                executed: 'maybe',
              }),
            );
          });
        }),
    );
    const { id } = await queue.enqueue({ uuid: UUID });
    const worker = work(invoker);
    await vi.waitFor(() => expect(invoker.calls).toHaveLength(1), PATIENCE);
    // As long as it takes, then a quarter of an hour, then hardly anything.
    const closings = [worker.close(), worker.close({ deadlineMs: 900_000 }), worker.close({ deadlineMs: 50 })];
    closings.push(worker.close({ deadlineMs: 900_000 }));
    await Promise.all(closings);
    expect((await queue.get(id))?.state).toBe('uncertain');
  });

  test('payloads, headers, answers and reasons are sealed, if there are keys', async () => {
    const encryptionKeys = [{ id: 'k1', secret: randomBytes(32) }];
    const { queue, work, name } = rig.queue({ encryptionKeys });
    const invoker = scriptedInvoker(({ payload }) => {
      if (payload === 'card 4111') return 'answer 42';
      throw new FaaSLambdaError('reason 77', {
        code: 'FUNCTION_THREW',
        fault: 'function',
        status: 901,
        platform: 'v2',
        executed: 'yes',
      });
    });
    const one = await queue.enqueue({ uuid: UUID, payload: 'card 4111', headers: { h: 'header 5' } });
    const two = await queue.enqueue({ uuid: UUID, payload: 'other' });
    work(invoker);
    expect(await queue.outcome(one.id)).toMatchObject({ answer: { result: 'answer 42' } });
    expect(await queue.outcome(two.id)).toMatchObject({ reason: { message: 'reason 77' } });
    const kept = await Promise.all([one.id, two.id].map((id) => rig.client.hGetAll(`lpfn:${name}:${id}`)));
    const events = await rig.client.sendCommand(['XRANGE', `lpfn:${name}:events`, '-', '+']);
    const shown = JSON.stringify([kept, events]);
    expect(shown).toContain('lpfn1.k1.');
    expect(shown).not.toMatch(/4111|header 5|answer 42|reason 77/);
  });

  test('that lacks the key sends nothing, and the dead letter can be retried once it has it', async () => {
    const encryptionKeys = [{ id: 'k1', secret: randomBytes(32) }];
    const { queue, work } = rig.queue({ encryptionKeys });
    const { id } = await queue.enqueue({ uuid: UUID, payload: 1 });
    const invoker = scriptedInvoker();
    const stranger = work(invoker, { encryptionKeys: [{ id: 'k2', secret: randomBytes(32) }] });
    await vi.waitFor(async () => expect((await queue.status()).failed).toBe(1), PATIENCE);
    await stranger.close();
    expect(invoker.calls).toEqual([]);
    await queue.deadLetters.retry(id);
    work(invoker);
    expect(await queue.outcome(id)).toMatchObject({ state: 'done' });
  });

  test('two workers share the work, and no item is asked for twice', async () => {
    const { queue, work } = rig.queue();
    const [one, two] = [scriptedInvoker(() => delay(2)), scriptedInvoker(() => delay(2))];
    work(one, { client: await rig.connect(), concurrency: 4 });
    work(two, { client: await rig.connect(), concurrency: 4 });
    await all(queue.enqueueEach(Array.from({ length: 400 }, (_, n): NewItem => ({ uuid: UUID, payload: n }))));
    await queue.whenDrained({ everyMs: 20 });
    const asked = [...one.calls, ...two.calls].map(({ payload }) => payload as number);
    expect(asked.sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n));
    expect(Math.min(one.calls.length, two.calls.length)).toBeGreaterThan(40);
  });

  test('what it listens to changes nothing when it throws', async () => {
    const { queue, work } = rig.queue();
    const { id } = await queue.enqueue({ uuid: UUID });
    const onEvent = vi.fn(() => {
      throw new Error('listener');
    });
    work(scriptedInvoker(), { onEvent });
    expect(await queue.outcome(id)).toMatchObject({ state: 'done' });
    await vi.waitFor(() => expect(onEvent).toHaveBeenCalled(), PATIENCE);
  });
});

describe('options of a worker', () => {
  const client = {
    isOpen: true,
    get() {},
    eval() {},
    evalSha() {},
    on() {},
    off() {},
    duplicate() {},
    sendCommand() {},
  };
  const good = { client, invoker: scriptedInvoker() };
  test.each([
    [{ invoker: good.invoker }, 'client'],
    [{ client }, 'invoker'],
    [{ ...good, invoker: { invokeByUuid() {} } }, 'invoker'],
    [{ ...good, name: 'a:b' }, 'name'],
    [{ ...good, prefix: '' }, 'prefix'],
    [{ ...good, concurrency: 0 }, 'concurrency'],
    [{ ...good, concurrency: 100_000 }, 'concurrency'],
    [{ ...good, claimMs: 10 }, 'claimMs'],
    [{ ...good, retry: { maxAttempts: 0 } }, 'retry.maxAttempts'],
    [{ ...good, retry: { waitsMs: [] } }, 'retry.waitsMs'],
    [{ ...good, retry: { waits: [1] } }, 'retry.waits'],
    [{ ...good, retry: { throttledForMs: 0 } }, 'retry.throttledForMs'],
    [{ ...good, keepDone: { count: -1 } }, 'keepDone.count'],
    [{ ...good, telemetry: {} }, 'telemetry'],
    [{ ...good, encryptionKeys: [] }, 'encryptionKeys'],
    [{ ...good, encryptionKeys: [{ id: 'k', secret: 'x' }] }, 'encryptionKeys[0].secret'],
    [{ ...good, url: 'redis://' }, 'url'],
  ])('are checked at once, and the error names the wrong one: %#', (options, option) => {
    expect(() => createInvocationWorker(options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    );
  });
});
