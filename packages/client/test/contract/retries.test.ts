import type { Emulator } from '@lp-functions/emulator';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import type { InvocationOptions } from '../../src/index.ts';
import { GENERATIONS, optionsFor, runsOf, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const WAYS = ['by UUID', 'by event'] as const;
type Way = (typeof WAYS)[number];
type Outcome = { readonly attempts: number } | Record<string, unknown>;

function call(client: WatchedClient, way: Way, uuid = UUID, options?: InvocationOptions): Promise<Outcome> {
  return way === 'by UUID'
    ? client.invokeByUuid(uuid, { n: 1 }, options)
    : client.invokeByEvent('demo_event', { n: 1 }, options);
}

function failureOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as Record<string, unknown>,
  );
}

describe.each(GENERATIONS)('on %s, how often a function runs', (generation) => {
  let emulator: Emulator;
  let client: WatchedClient;
  let clock: TestClock;
  let echo: string;
  let runsBefore: number;
  beforeAll(async () => {
    emulator = await startPlatform();
    echo = uuidOf(emulator, generation, 'echo');
  });
  afterAll(() => emulator.close());
  beforeEach(() => {
    emulator.reset();
    clock = createTestClock();
    client = watchedClient(optionsFor(emulator, generation, { clock }));
    runsBefore = runsOf(emulator, generation, 'echo');
  });
  afterEach(() => client.close());
  const runs = (): number => runsOf(emulator, generation, 'echo') - runsBefore;
  const sent = (): number => emulator.requests.list({ service: 'gateway' }).length;

  test.each(WAYS)('J19: a function that answers 500 runs once (%s)', async (way) => {
    emulator.faults.add({ service: 'gateway', status: 500, runs: true });
    expect(await failureOf(call(client, way, echo))).toMatchObject({
      name: 'FaaSDetailedError',
      code: 'PLATFORM_FAILURE',
      executed: 'maybe',
      retryable: false,
      attempts: 1,
    });
    expect([runs(), sent(), clock.sleeps.length]).toEqual([1, 1, 0]);
  });

  test.each(WAYS)('J19: a function whose connection is cut once it ran, runs once (%s)', async (way) => {
    emulator.faults.add({ service: 'gateway', reset: 'after-run' });
    expect(await failureOf(call(client, way, echo))).toMatchObject({
      name: 'TransportError',
      code: 'CONNECTION_LOST',
      requestSent: 'maybe',
      executed: 'maybe',
      retryable: false,
      attempts: 1,
    });
    expect([runs(), sent()]).toEqual([1, 1]);
  });

  test.each(WAYS)(
    'J19: a connection that is cut after the body was sent is not taken for one that never was (%s)',
    async (way) => {
      emulator.faults.add({ service: 'gateway', reset: 'after-read' });
      expect(await failureOf(call(client, way, echo))).toMatchObject({ code: 'CONNECTION_LOST', executed: 'maybe' });
      expect([runs(), sent()]).toEqual([0, 1]);
    },
  );

  test.each(WAYS)('J19: with idempotent, it is the caller who allows more (%s)', async (way) => {
    emulator.faults.add({ service: 'gateway', status: 500, runs: true, times: 2 });
    await expect(call(client, way, echo, { idempotent: true })).resolves.toMatchObject({ attempts: 3 });
    expect([runs(), sent(), clock.sleeps]).toEqual([3, 3, [5_000, 10_000]]);
  });

  test.each(WAYS)('J20: a function that is slower than timeoutMs runs once (%s)', async (way) => {
    const slow = uuidOf(emulator, generation, 'slow');
    // An instance that is warm takes the call at once.
    await client.invokeByUuid(slow, { ms: 0 });
    emulator.requests.clear();
    const before = runsOf(emulator, generation, 'slow');
    const options = { timeoutMs: 500 };
    const payload = { ms: 1_200 };
    const failed = failureOf(
      way === 'by UUID'
        ? client.invokeByUuid(slow, payload, options)
        : client.invokeByEvent('slow_event', payload, options),
    );
    expect(await failed).toMatchObject({
      name: 'TransportError',
      code: 'ATTEMPT_TIMEOUT',
      executed: 'maybe',
      retryable: false,
      attempts: 1,
    });
    expect([runsOf(emulator, generation, 'slow') - before, sent()]).toEqual([1, 1]);
  });
});

describe.each(GENERATIONS)('on %s, the policy', (generation) => {
  let platform: RawPlatform;
  let client: WatchedClient;
  let clock: TestClock;
  beforeAll(async () => {
    platform = await startRawPlatform(generation);
  });
  afterAll(() => platform.close());
  beforeEach(() => {
    platform.reset();
    clock = createTestClock();
    client = watchedClient(optionsFor(platform, generation, { clock }));
  });
  afterEach(() => client.close());

  function answer(status: number, headers: () => Record<string, string> = () => ({})): void {
    platform.answers.gateway = (response) => response.writeHead(status, headers()).end();
  }

  const TRANSIENT = [408, 500, 502, 503, 504];
  const FINAL = [400, 403, 404, 405, 409, 413, 418, 499, 501, 521, 901];
  const ROWS = [
    ...[...TRANSIENT, ...FINAL, 429].flatMap((status) =>
      WAYS.flatMap((way) => [false, true].map((idempotent) => [status, way, idempotent] as const)),
    ),
  ];

  test.each(ROWS)('HTTP %i %s, idempotent %s', async (status, way, idempotent) => {
    answer(status);
    const error = await failureOf(call(client, way, UUID, { idempotent }));
    const repeats = (idempotent && TRANSIENT.includes(status)) || (status === 429 && (idempotent || way === 'by UUID'));
    expect([platform.count('gateway'), error['attempts']]).toEqual(repeats ? [4, 4] : [1, 1]);
    if (error['retryable'] === true) expect(error['executed'] === 'no' || idempotent).toBe(true);
    if (!repeats) expect(clock.sleeps).toEqual([]);
    else if (status !== 429) expect(clock.sleeps).toEqual([5_000, 10_000, 15_000]);
    else {
      for (const [index, least] of [1_000, 2_000, 4_000].entries()) {
        expect(clock.sleeps[index]).toBeGreaterThanOrEqual(least);
        expect(clock.sleeps[index]).toBeLessThanOrEqual(least * 1.5);
      }
    }
  });

  const resets = [['cut before an answer', (response: { destroy(): unknown }) => response.destroy()]] as const;
  test.each(resets)('J24: a connection %s is told as one, and repeated only with idempotent', async (_name, cut) => {
    platform.answers.gateway = (response) => void cut(response);
    for (const way of WAYS) {
      expect(await failureOf(call(client, way))).toMatchObject({ code: 'CONNECTION_LOST', attempts: 1 });
      expect(await failureOf(call(client, way, UUID, { idempotent: true }))).toMatchObject({
        code: 'CONNECTION_LOST',
        attempts: 4,
        executed: 'maybe',
        retryable: true,
      });
    }
    expect(platform.count('gateway')).toBe(10);
    for (const [index, wait] of clock.sleeps.entries()) expect(wait).toBeLessThanOrEqual(200 * 2 ** (index % 3));
  });

  test.each(WAYS)('a connection that never came about is repeated, for nothing ran (%s)', async (way) => {
    const faasGW = `http://127.0.0.1:${String(await freePort())}`;
    const lonely = watchedClient(optionsFor(platform, generation, { clock, domains: { faasGW } }));
    expect(await failureOf(call(lonely, way))).toMatchObject({
      code: 'UNREACHABLE',
      phase: 'connect',
      requestSent: 'no',
      executed: 'no',
      retryable: true,
      attempts: 4,
    });
    expect(clock.sleeps).toHaveLength(3);
    await lonely.close();
  });

  describe('J21: Retry-After', () => {
    test.each<[string, (now: number) => string, waits: readonly number[]]>([
      ['in seconds', () => '7', [7_000, 7_000, 7_000]],
      ['as a date', (now) => new Date(now + 20_000).toUTCString(), [20_000, 20_000, 20_000]],
      ['below the published pause', () => '0', [1_000, 1_000, 1_000]],
      ['in the past', (now) => new Date(now - 60_000).toUTCString(), [1_000, 1_000, 1_000]],
    ])('%s is waited for', async (_name, header, waits) => {
      answer(429, () => ({ 'retry-after': header(clock.now()) }));
      expect(await failureOf(call(client, 'by UUID'))).toMatchObject({
        code: 'THROTTLED',
        attempts: 4,
        executed: 'no',
        retryable: true,
      });
      expect(clock.sleeps).toEqual(waits);
    });

    test('of an hour fails at once, and says so', async () => {
      answer(429, () => ({ 'retry-after': '3600' }));
      expect(await failureOf(call(client, 'by UUID'))).toMatchObject({
        code: 'THROTTLED',
        retryAfterMs: 3_600_000,
        attempts: 1,
        executed: 'no',
      });
      expect(clock.sleeps).toEqual([]);
    });

    test('beyond the deadline fails at once, and says so', async () => {
      answer(429, () => ({ 'retry-after': '30' }));
      expect(await failureOf(call(client, 'by UUID', UUID, { deadlineMs: 20_000 }))).toMatchObject({
        code: 'THROTTLED',
        retryAfterMs: 30_000,
        attempts: 1,
      });
    });

    test('of a 503 is waited for where the call may be repeated', async () => {
      answer(503, () => ({ 'retry-after': '2' }));
      await failureOf(call(client, 'by event', UUID, { idempotent: true }));
      expect(clock.sleeps).toEqual([2_000, 2_000, 2_000]);
      expect(await failureOf(call(client, 'by event'))).toMatchObject({ attempts: 1, retryAfterMs: 2_000 });
    });

    test('that says nothing readable is as none', async () => {
      answer(429, () => ({ 'retry-after': 'soon' }));
      expect(await failureOf(call(client, 'by UUID'))).not.toHaveProperty('retryAfterMs');
      expect(clock.sleeps).toHaveLength(3);
    });

    test('of a listener is not waited for: an earlier one may have run', async () => {
      answer(429, () => ({ 'retry-after': '1' }));
      expect(await failureOf(call(client, 'by event'))).toMatchObject({
        code: 'THROTTLED',
        executed: 'maybe',
        retryable: false,
        retryAfterMs: 1_000,
        attempts: 1,
      });
    });
  });

  test('the numbers of the policy can be set', async () => {
    answer(503);
    const retry = { maxRetries: 2, serverErrorWaitsMs: [7] };
    const own = watchedClient(optionsFor(platform, generation, { clock, retry }));
    expect(await failureOf(call(own, 'by UUID', UUID, { idempotent: true }))).toMatchObject({ attempts: 3 });
    expect(clock.sleeps).toEqual([7, 7]);
    const never = watchedClient(optionsFor(platform, generation, { clock, retry: { maxRetries: 0 } }));
    expect(await failureOf(call(never, 'by UUID', UUID, { idempotent: true }))).toMatchObject({ attempts: 1 });
    await own.close();
    await never.close();
  });

  test('a call has numbers of its own, for itself alone', async () => {
    answer(503);
    const own = watchedClient(optionsFor(platform, generation, { clock, retry: { maxRetries: 1 } }));
    const retry = { maxRetries: 2, serverErrorWaitsMs: [9] };
    const asking = { idempotent: true } as const;
    const [first, second] = await Promise.all([
      failureOf(call(own, 'by UUID', UUID, { ...asking, retry })),
      failureOf(call(own, 'by event', 'e', asking)),
    ]);
    expect([first, second]).toMatchObject([{ attempts: 3 }, { attempts: 2 }]);
    expect(clock.sleeps.toSorted((a, b) => a - b)).toEqual([9, 9, 5_000]);
    // The budget belongs to all calls: a call cannot have one.
    for (const wrong of [{ budget: 5 }, { maxRetries: -1 }, { wait: 1 }, 3, null]) {
      const refused = call(own, 'by UUID', UUID, { retry: wrong as never });
      expect(await failureOf(refused)).toMatchObject({ name: 'ConfigurationError', option: /^retry/ });
    }
    await own.close();
  });

  test('J19: an earlier attempt that may have run is not forgotten when a later one was refused', async () => {
    platform.answers.gateway = (response, _request, number) => response.writeHead(number === 1 ? 500 : 404).end();
    expect(await failureOf(call(client, 'by UUID', UUID, { idempotent: true }))).toMatchObject({
      code: 'NOT_FOUND',
      executed: 'maybe',
      attempts: 2,
    });
  });

  describe('every attempt of one call', () => {
    beforeEach(() => {
      platform.answers.gateway = (response, _request, number) => response.writeHead(number < 4 ? 503 : 200).end('[]');
    });
    const keysSent = (): unknown[] =>
      platform
        .of('gateway')
        .map(({ body }) => (JSON.parse(body) as { headers: { key: string; value: string }[] }).headers);

    test.each(WAYS)('J47: has the same X-Request-ID, the same body and one Idempotency-Key (%s)', async (way) => {
      await expect(call(client, way, UUID, { idempotent: true })).resolves.toMatchObject({ attempts: 4 });
      const requests = platform.of('gateway');
      expect(new Set(requests.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
      expect(requests[0]!.headers['x-request-id']).toMatch(UUID_V4);
      expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
      expect(keysSent()[0]).toEqual([{ key: 'Idempotency-Key', value: expect.stringMatching(UUID_V4) as string }]);
      const attempts = client.events.filter(
        (event) => event.type === 'attempt' && event.operation.startsWith('invoke'),
      );
      expect(attempts).toMatchObject([1, 2, 3, 4].map((attempt) => ({ attempt, status: attempt < 4 ? 503 : 200 })));
    });

    test('the caller’s own key and id win, however the key is written', async () => {
      await call(client, 'by UUID', UUID, {
        idempotent: true,
        requestId: 'order-4711',
        headers: { 'IDEMPOTENCY-key': 'mine', other: 'x' },
      });
      for (const headers of keysSent()) {
        expect(headers).toEqual([
          { key: 'IDEMPOTENCY-key', value: 'mine' },
          { key: 'other', value: 'x' },
        ]);
      }
      for (const { headers } of platform.of('gateway')) expect(headers['x-request-id']).toBe('order-4711');
    });

    test('two calls have two keys, and a call that is not idempotent has none', async () => {
      platform.answers.gateway = (response) => response.end('1');
      await call(client, 'by UUID', UUID, { idempotent: true });
      await call(client, 'by UUID', UUID, { idempotent: true });
      await call(client, 'by UUID');
      const [first, second, third] = keysSent();
      expect(first).not.toEqual(second);
      expect(third).toEqual([]);
    });
  });
});
