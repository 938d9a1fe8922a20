import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { TransportError } from '@lp-functions/errors';
import { createHttpClient, createUndiciTransport, type HttpResponse, type HttpTransport } from '@lp-functions/http';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import { type BulkProgress, createFaasInvoker, type FaasInvoker, type InvocationOutcome } from '../../src/index.ts';
import { type RecordingGateway, startRecordingGateway } from '../recording-gateway.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const authorizer = { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) };
const THROTTLED = Symbol('429');
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An invoker whose requests this test answers. */
function invokerOf(answer: (payload: never) => unknown, clock?: TestClock): FaasInvoker {
  const transport: HttpTransport = {
    async send({ body = '', signal }): Promise<HttpResponse> {
      const { payload } = JSON.parse(body) as { payload: never };
      const given = await Promise.race([
        answer(payload),
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () =>
            reject(
              new TransportError('aborted', {
                code: 'ABORTED',
                phase: 'send',
                requestSent: 'maybe',
                cause: signal.reason,
              }),
            ),
          ),
        ),
      ]);
      return given === THROTTLED
        ? { status: 429, headers: {}, text: '' }
        : { status: 200, headers: {}, text: JSON.stringify(given) };
    },
    close: () => Promise.resolve(),
  };
  const http = createHttpClient({ transport, clock });
  closing.push(() => http.close());
  return createFaasInvoker({
    accountId: '1',
    gatewayDomain: () => 'http://fninvocations.localhost:1',
    authorizer,
    http,
  });
}

async function collect<T>(outcomes: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const outcome of outcomes) all.push(outcome);
  return all;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('invokeEach', () => {
  test('over sockets: one outcome for every item, in order, by UUID and by event', async () => {
    const gateway: RecordingGateway = await startRecordingGateway('euwe1.fninvocations.localhost');
    closing.push(() => gateway.close());
    gateway.answer = (response, { url, body }) => {
      const { payload } = JSON.parse(body) as { payload: number };
      const answer = url.includes('/events/') ? [{ uuid: UUID, result: payload }] : payload * 2;
      setTimeout(() => response.writeHead(payload === 3 ? 901 : 200).end(JSON.stringify(answer)), payload % 5);
    };
    const transport = createUndiciTransport();
    closing.push(() => transport.close());
    const http = createHttpClient({ transport });
    const invoker = createFaasInvoker({ accountId: '1', gatewayDomain: () => gateway.origin, authorizer, http });
    const outcomes = await collect(invoker.invokeEach<number, number>(upTo(50), { uuid: UUID, concurrency: 8 }));
    expectTypeOf(outcomes).items.toExtend<InvocationOutcome<number, { readonly result: number }>>();
    expect(outcomes.map(({ index }) => index)).toEqual(upTo(50));
    for (const outcome of outcomes) {
      if (outcome.ok) expect(outcome.answer.result).toBe(outcome.item * 2);
      else expect([outcome.item, outcome.error.name]).toEqual([3, 'FaaSLambdaError']);
    }
    const events = await collect(invoker.invokeEach(['a'], { eventId: (item) => `${item}_event`, toPayload: () => 1 }));
    expect(events).toMatchObject([{ ok: true, item: 'a', answer: { results: [{ result: 1 }] } }]);
    expect(gateway.requests.at(-1)?.url).toContain('/events/a_event/invoke');
  });

  test('never more at once than lanes, and an item is taken only when its outcome can be fetched', async () => {
    let [active, most, taken] = [0, 0, 0];
    const invoker = invokerOf(async (n) => {
      most = Math.max(most, ++active);
      await delay(1);
      active--;
      return n;
    });
    function* items(): Generator<number> {
      while (taken < 1_000) yield taken++;
    }
    const outcomes = invoker.invokeEach(items(), { uuid: UUID, concurrency: 4 });
    await outcomes.next();
    await delay(50);
    expect(most).toBe(4);
    expect(taken).toBeLessThanOrEqual(1 + 4 * 2 + 1);
    let count = 1;
    count += (await collect(outcomes)).length;
    expect([count, most]).toEqual([1_000, 4]);
  });

  test('without order, a slow one holds nobody back', async () => {
    const invoker = invokerOf((n) => (n === 0 ? delay(60, n) : n));
    const outcomes = await collect(invoker.invokeEach(upTo(20), { uuid: UUID, concurrency: 2, ordered: false }));
    expect(outcomes.at(-1)?.index).toBe(0);
    expect(outcomes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(upTo(20));
  });

  test('429: all lanes slow down together, recover, and every item comes through, with one run each', async () => {
    const clock = createTestClock();
    const runs = new Map<number, number>();
    const seen: BulkProgress[] = [];
    let windowMs = 0;
    let inWindow = 0;
    const invoker = invokerOf((n) => {
      if (clock.monotonicNow() >= windowMs + 1_000) [windowMs, inWindow] = [clock.monotonicNow(), 0];
      if (++inWindow > 20) return THROTTLED;
      runs.set(n, (runs.get(n) ?? 0) + 1);
      return n;
    }, clock);
    const options = { uuid: UUID, concurrency: 16, deadlineMs: 86_400_000, onProgress: (progress: BulkProgress) => seen.push(progress) }; // prettier-ignore
    const outcomes = await collect(invoker.invokeEach(upTo(300), options));
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
    expect(Math.min(...seen.map(({ lanes }) => lanes))).toBeLessThan(16);
    expect(seen.at(-1)).toMatchObject({ started: 300, succeeded: 300, failed: 0, active: 0 });
    const lowest = seen.findIndex(({ lanes }) => lanes === Math.min(...seen.map((progress) => progress.lanes)));
    expect(seen.slice(lowest).some(({ lanes }) => lanes > seen[lowest]!.lanes)).toBe(true);
  });

  test('429: how often an item is repeated can be said', async () => {
    const sent: number[] = [];
    const invoker = invokerOf((n) => {
      sent.push(n);
      return THROTTLED;
    }, createTestClock());
    const options = { uuid: UUID, retry: { maxRetries: 1 }, deadlineMs: 86_400_000 };
    const outcomes = await collect(invoker.invokeEach(upTo(3), options));
    expect(outcomes).toMatchObject([1, 2, 3].map(() => ({ ok: false, error: { code: 'THROTTLED', attempts: 2 } })));
    expect(sent).toHaveLength(6);
  });

  test('ratePerSecond', async () => {
    const clock = createTestClock();
    const sentAt: number[] = [];
    const invoker = invokerOf(() => sentAt.push(clock.monotonicNow()) * 0, clock);
    await collect(invoker.invokeEach(upTo(100), { uuid: UUID, ratePerSecond: 10 }));
    expect(sentAt.at(-1)! - sentAt[0]!).toBeGreaterThanOrEqual(9_800);
  });

  test('C22, J22: an abort ends the calls under way, tells their outcomes, and starts no other', async () => {
    const stop = new AbortController();
    let sent = 0;
    const invoker = invokerOf((n: number) => {
      sent++;
      return n < 3 ? n : new Promise(() => {});
    });
    let closed = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n++) yield await Promise.resolve(n);
      } finally {
        closed = true;
      }
    }
    const outcomes: InvocationOutcome<number, unknown>[] = [];
    const run = (async () => {
      for await (const outcome of invoker.invokeEach(endless(), { uuid: UUID, concurrency: 4, signal: stop.signal })) {
        outcomes.push(outcome);
      }
    })();
    await expect.poll(() => sent).toBe(7);
    stop.abort(new Error('enough'));
    await expect(run).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
    expect(outcomes.map(({ index }) => index)).toEqual(upTo(outcomes.length));
    expect(outcomes.slice(0, 3).every(({ ok }) => ok)).toBe(true);
    expect(outcomes.slice(3)).toMatchObject(Array.from({ length: outcomes.length - 3 }, () => ({ ok: false, error: { code: 'ABORTED' } }))); // prettier-ignore
    await expect.poll(() => closed).toBe(true);
    expect(sent).toBe(7);
  });

  test('a signal that was aborted before takes no item', async () => {
    let taken = 0;
    const items = { *[Symbol.iterator]() { yield taken++; } }; // prettier-ignore
    const outcomes = invokerOf((n) => n).invokeEach(items, { uuid: UUID, signal: AbortSignal.abort() });
    await expect(outcomes.next()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await outcomes.next()).toEqual({ done: true, value: undefined });
    expect(taken).toBe(0);
  });

  test('a loop that is left early lets the calls under way end', async () => {
    let [sent, ended] = [0, 0];
    const invoker = invokerOf(async (n) => {
      sent++;
      await delay(5);
      ended++;
      return n;
    });
    const outcomes = invoker.invokeEach(upTo(1_000), { uuid: UUID, concurrency: 4 });
    await outcomes.next();
    await outcomes.return?.();
    expect(ended).toBe(sent);
    expect(sent).toBeLessThan(20);
  });

  test('what fails for one item is its outcome; items that fail end the bulk after the outcomes', async () => {
    const invoker = invokerOf((n) => n);
    function* items(): Generator {
      yield 1;
      yield { n: Number.NaN };
      yield 'bad';
      throw new Error('my source');
    }
    const seen: unknown[] = [];
    const run = async (): Promise<void> => {
      const toPayload = (item: unknown): unknown => {
        if (item === 'bad') throw new Error('my bug');
        return item;
      };
      const outcomes = invoker.invokeEach(items(), { uuid: UUID, toPayload, onProgress: () => { throw new Error('watcher'); } }); // prettier-ignore
      for await (const outcome of outcomes) seen.push(outcome);
    };
    await expect(run()).rejects.toThrow('my source');
    expect(seen).toMatchObject([
      { ok: true },
      { ok: false, error: { code: 'PAYLOAD_NOT_SERIALIZABLE', option: 'payload.n' } },
      { ok: false, error: { option: 'toPayload', cause: { message: 'my bug' } } },
    ]);
  });

  test('an item may have options of its own, which are waited for before its call begins', async () => {
    const sent: unknown[] = [];
    const http = createHttpClient({
      transport: {
        send({ headers, body = '' }) {
          sent.push([headers['x-request-id'], (JSON.parse(body) as { headers: unknown }).headers]);
          return Promise.resolve({ status: 200, headers: {}, text: body });
        },
        close: () => Promise.resolve(),
      },
    });
    closing.push(() => http.close());
    const invoker = createFaasInvoker({ accountId: '1', gatewayDomain: () => 'http://localhost:1', authorizer, http });
    const written: string[] = [];
    const outcomes = await collect(
      invoker.invokeEach(['a', 'b', 'full'], {
        uuid: UUID,
        headers: { all: 'x' },
        concurrency: 1,
        async toOptions(item, index) {
          expect(sent).toHaveLength(index);
          await delay(1);
          if (item === 'full') throw new Error('no space left');
          written.push(item);
          return { requestId: `id-${item}`, ...(item === 'b' ? { headers: { own: 'y' } } : {}) };
        },
      }),
    );
    expect(written).toEqual(['a', 'b']);
    expect(sent).toEqual([
      ['id-a', [{ key: 'all', value: 'x' }]],
      ['id-b', [{ key: 'own', value: 'y' }]],
    ]);
    expect(outcomes).toMatchObject([
      { ok: true, answer: { requestId: 'id-a' } },
      { ok: true, answer: { requestId: 'id-b' } },
      { ok: false, error: { code: 'INVALID_OPTION', executed: 'no', cause: { message: 'no space left' } } },
    ]);
  });

  test.each<[unknown, object, string]>([
    [[], {}, 'uuid'],
    [[], { uuid: UUID, toOptions: 5 }, 'toOptions'],
    [[], { uuid: UUID, eventId: 'a' }, 'uuid'],
    [[], { uuid: 'x' }, 'uuid'],
    [[], { uuid: UUID, concurrency: 0 }, 'concurrency'],
    [[], { uuid: UUID, ratePerSecond: 0 }, 'ratePerSecond'],
    [[], { uuid: UUID, requestId: 'a' }, 'requestId'],
    [[], { uuid: UUID, parallel: 3 }, 'parallel'],
    [5, { uuid: UUID }, 'items'],
    [undefined, { uuid: UUID }, 'items'],
  ])('%j, %j is refused at once', (items, options, option) => {
    expect(() => invokerOf((n) => n).invokeEach(items as never, options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    );
  });

  const ITEMS = process.env['LPFN_TEST_SOAK'] === '1' ? 1_000_000 : 20_000;
  test(`memory stays flat over ${String(ITEMS)} items`, async () => {
    const gc = await collector();
    const invoker = invokerOf((n) => n);
    function* items(): Generator<number> {
      for (let n = 0; n < ITEMS; n++) yield n;
    }
    let [count, before, most] = [0, 0, 0];
    for await (const outcome of invoker.invokeEach(items(), { uuid: UUID, concurrency: 64 })) {
      if (!outcome.ok) throw outcome.error;
      if (++count === 5_000) before = gc();
      else if (count % (ITEMS / 4) === 0) most = Math.max(most, gc());
    }
    expect(count).toBe(ITEMS);
    console.log(`heap after GC: ${((most - before) / 1e6).toFixed(2)} MB more over ${String(ITEMS)} items`);
    expect(most - before).toBeLessThan(20_000_000);
  });
});

/** Collects garbage, and tells what is left. */
async function collector(): Promise<() => number> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  return () => {
    gc();
    return process.memoryUsage().heapUsed;
  };
}
