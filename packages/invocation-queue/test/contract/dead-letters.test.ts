import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { FaaSDetailedError, TransportError } from '@lp-functions/errors';
import type { StreamedOutcome } from '../../src/index.ts';
import { all, queueRig, type QueueRig, scriptedInvoker, UUID } from '../queue-under-test.ts';

const program = inject('redisServer');

const refused = new FaaSDetailedError('none', {
  code: 'NOT_FOUND',
  fault: 'caller',
  status: 404,
  platform: 'v2',
  executed: 'no',
});
const cut = new TransportError('cut', {
  code: 'CONNECTION_LOST',
  phase: 'headers',
  requestSent: 'maybe',
  executed: 'maybe',
});

describe.skipIf(program === undefined)('dead letters', () => {
  let rig: QueueRig;
  beforeAll(async () => {
    rig = await queueRig(program);
  });
  afterAll(() => rig.close());

  test.each(['retry', 'discard'] as const)(
    '250 of them, each of which one does a %s while listing: none is left out, and none comes twice',
    async (what) => {
      const { queue, work } = rig.queue();
      const items = Array.from({ length: 250 }, (_, n) => ({ uuid: UUID, payload: n }));
      const ids = (await all(queue.enqueueEach(items))).map(({ id }) => id);
      const invoker = scriptedInvoker(() => {
        throw refused;
      });
      // It goes on while they are listed, so that what is retried dies anew.
      work(invoker, { concurrency: 50 });
      await queue.whenDrained({ everyMs: 20 });
      const listed: string[] = [];
      for await (const { id } of queue.deadLetters.list()) {
        listed.push(id);
        await queue.deadLetters[what](id);
      }
      expect(listed).toHaveLength(250);
      expect(new Set(listed)).toEqual(new Set(ids));
      await queue.whenDrained({ everyMs: 20 });
      expect(await queue.status()).toMatchObject({ failed: what === 'retry' ? 250 : 0, waiting: 0 });
      expect(invoker.calls).toHaveLength(what === 'retry' ? 500 : 250);
    },
  );

  /** A queue with so many of them, which died when `diedAtMs` says. */
  async function dead(count: number, diedAtMs: (n: number) => number) {
    const { queue, work, name } = rig.queue();
    await all(queue.enqueueEach(Array.from({ length: count }, (_, n) => ({ uuid: UUID, payload: n }))));
    work(
      scriptedInvoker(() => {
        throw refused;
      }),
    );
    await queue.whenDrained({ everyMs: 20 });
    const key = `lpfn:${name}:failed`;
    const ids = (await rig.client.sendCommand(['ZRANGE', key, '0', '-1'])) as string[];
    for (const [n, id] of ids.entries()) await rig.client.sendCommand(['ZADD', key, String(diedAtMs(n)), id]);
    return { ids, listed: (await all(queue.deadLetters.list())).map(({ id }) => id) };
  }

  test('that died in the same millisecond are all listed', async () => {
    const { ids, listed } = await dead(230, () => 1_700_000_000_000);
    expect(listed).toHaveLength(230);
    expect(new Set(listed)).toEqual(new Set(ids));
  });

  test('are listed with the newest first', async () => {
    const { ids, listed } = await dead(5, (n) => 1_700_000_000_000 + n);
    expect(listed).toHaveLength(5);
    expect(listed).toEqual(ids.toReversed());
  });

  test('of which one cannot be read are listed, retried, discarded and streamed all the same', async () => {
    const [known, strange] = [
      { id: 'k1', secret: randomBytes(32) },
      { id: 'k2', secret: randomBytes(32) },
    ];
    const { queue, work, name } = rig.queue({ encryptionKeys: [known] });
    const enough = new AbortController();
    const streamed: StreamedOutcome[] = [];
    const reading = (async () => {
      for await (const outcome of queue.outcomes({ after: 'start', signal: enough.signal })) {
        streamed.push(outcome);
        if (streamed.length === 5) enough.abort();
      }
    })().catch(() => undefined);
    const other = rig.queue({ name, encryptionKeys: [strange] });
    const [first, sealed, damaged, last] = [
      await queue.enqueue({ uuid: UUID, payload: 'first' }),
      await other.queue.enqueue({ uuid: UUID, payload: 'card 4111' }),
      await queue.enqueue({ uuid: UUID, payload: 'damaged' }),
      await queue.enqueue({ uuid: UUID, payload: 'last' }),
    ];
    const answered = await other.queue.enqueue({ uuid: UUID, payload: 'good' });
    const invoker = scriptedInvoker(({ payload }) => {
      if (payload === 'good') return 'answer';
      throw payload === 'card 4111' ? cut : refused;
    });
    // Of a time when both keys were known, and the second one sealed.
    work(invoker, { concurrency: 1, encryptionKeys: [strange, known] });
    await queue.whenDrained({ everyMs: 20 });
    await reading;
    expect(streamed.map(({ id, state }) => [id, state])).toEqual([
      [first.id, 'failed'],
      [sealed.id, 'uncertain'],
      [damaged.id, 'failed'],
      [last.id, 'failed'],
      [answered.id, 'done'],
    ]);
    expect(streamed[1]).toMatchObject({ code: 'CONNECTION_LOST', unreadable: { code: 'ITEM_UNREADABLE' } });
    expect(streamed[4]).toMatchObject({ unreadable: { message: expect.stringContaining('k2') } });
    expect(streamed[4]).not.toHaveProperty('answer');

    await rig.client.sendCommand(['HSET', `lpfn:${name}:${damaged.id}`, 'data', '{"v":1,"t"']);
    // Those that died within one millisecond are in no order.
    const letters = new Map((await all(queue.deadLetters.list())).map((letter) => [letter.id, letter]));
    expect(new Set(letters.keys())).toEqual(new Set([last.id, damaged.id, sealed.id, first.id]));
    expect(letters.get(damaged.id)).toMatchObject({
      state: 'failed',
      target: undefined,
      attempts: 1,
      unreadable: { name: 'InvocationQueueError', code: 'ITEM_UNREADABLE' },
      outcome: { code: 'NOT_FOUND' },
    });
    expect(letters.get(sealed.id)).toMatchObject({
      state: 'uncertain',
      target: { uuid: UUID },
      unreadable: { code: 'ITEM_UNREADABLE', message: expect.stringContaining('k2') },
    });
    for (const { id } of [damaged, sealed]) expect(letters.get(id)?.payload).toBeUndefined();
    expect(JSON.stringify([...letters.values()])).not.toContain('4111');
    const those = async (filter: object) => (await all(queue.deadLetters.list(filter))).map(({ id }) => id);
    expect(await those({ code: 'CONNECTION_LOST' })).toEqual([sealed.id]);
    expect(await those({ state: 'uncertain' })).toEqual([sealed.id]);
    // The reasons of all of them were sealed by the worker's first key.
    expect(await those({ code: 'ITEM_UNREADABLE' })).toHaveLength(4);

    // Who asks for one is told why not.
    await expect(queue.get(damaged.id)).rejects.toMatchObject({ code: 'ITEM_UNREADABLE' });
    await expect(queue.deadLetters.retry(damaged.id)).rejects.toMatchObject({ code: 'ITEM_UNREADABLE' });
    await expect(queue.deadLetters.discard('nobody')).rejects.toMatchObject({ code: 'ITEM_NOT_FOUND' });
    await queue.deadLetters.discard(damaged.id);
    expect(await queue.get(damaged.id)).toBeUndefined();
    invoker.answer = () => 'now';
    await queue.deadLetters.retry(sealed.id);
    await queue.whenDrained({ everyMs: 20 });
    expect(await queue.status()).toMatchObject({ done: 2, failed: 2, uncertain: 0 });
  });
});
