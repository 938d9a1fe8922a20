import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GENERATIONS, optionsFor } from '../emulated-platform.ts';
import { type RawPlatform, type RawService, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

describe.each(GENERATIONS)('J22: on %s, a signal ends the call', (generation) => {
  let platform: RawPlatform;
  let client: WatchedClient;
  let reason: Error;
  beforeAll(async () => {
    platform = await startRawPlatform(generation);
  });
  afterAll(() => platform.close());
  beforeEach(() => {
    platform.reset();
    client = watchedClient(optionsFor(platform, generation));
    reason = new Error('the user left');
  });
  afterEach(() => client.close());

  /** What would go on behind an aborted call has had its chance after this. */
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

  test.each(['by UUID', 'by event'])('before it starts: nothing is sent at all (%s)', async (way) => {
    const signal = AbortSignal.abort(reason);
    const call =
      way === 'by UUID' ? client.invokeByUuid(UUID, 1, { signal }) : client.invokeByEvent('demo_event', 1, { signal });
    const error: unknown = await call.catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'TransportError',
      code: 'ABORTED',
      executed: 'no',
      attempts: 0,
      fault: 'caller',
    });
    expect((error as Error).cause).toBe(reason);
    await settle();
    expect(platform.requests).toEqual([]);
  });

  test.each<[RawService, executed: string, counts: readonly number[]]>([
    ['discovery', 'no', [1, 0, 0]],
    ['sentinel', 'no', [1, 1, 0]],
    ['gateway', 'maybe', [1, 1, 1]],
  ])('during the request to %s', async (hop, executed, counts) => {
    const { promise: arrived, resolve: arrive } = promiseOf();
    const healthy = platform.answers[hop];
    let release = (): void => {};
    platform.answers[hop] = (response, request, number) => {
      release = () => healthy(response, request, number);
      arrive();
    };
    const controller = new AbortController();
    const call = client.invokeByUuid(UUID, 1, { signal: controller.signal, idempotent: true });
    const failed = call.catch((caught: unknown) => caught);
    await arrived;
    controller.abort(reason);
    const error = await failed;
    expect(error).toMatchObject({
      code: 'ABORTED',
      operation: 'invokeByUuid',
      executed,
      retryable: false,
      attempts: hop === 'gateway' ? 1 : 0,
    });
    expect((error as Error).cause).toBe(reason);
    // What is shared may end; nothing of this call follows it.
    release();
    await settle();
    expect([platform.count('discovery'), platform.count('sentinel'), platform.count('gateway')]).toEqual(counts);
  });

  test('while it waits for its repeat', async () => {
    const { promise: arrived, resolve: arrive } = promiseOf();
    platform.answers.gateway = (response) => {
      response.writeHead(503, { 'retry-after': '30' }).end();
      arrive();
    };
    const controller = new AbortController();
    const call = client.invokeByUuid(UUID, 1, { signal: controller.signal, idempotent: true });
    const failed = call.catch((caught: unknown) => caught);
    await arrived;
    await settle();
    controller.abort(reason);
    const error = await failed;
    expect(error).toMatchObject({ code: 'ABORTED', executed: 'maybe', attempts: 1 });
    expect((error as Error).cause).toBe(reason);
    await settle();
    expect(platform.count('gateway')).toBe(1);
  });

  test('after it is over: nothing happens, and no listener stays on the signal', async () => {
    const controller = new AbortController();
    const counted = countListeners(controller.signal);
    for (let n = 0; n < 20; n++) await client.invokeByUuid(UUID, n, { signal: controller.signal });
    expect(counted()).toBe(0);
    controller.abort(reason);
    await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
  });

  test('one caller’s signal does not end what others wait for', async () => {
    const { promise: arrived, resolve: arrive } = promiseOf();
    const healthy = platform.answers.sentinel;
    platform.answers.sentinel = (response, request, number) => {
      arrive();
      setTimeout(() => healthy(response, request, number), 50);
    };
    const controller = new AbortController();
    const calls = [
      client.invokeByUuid(UUID, 1, { signal: controller.signal }),
      client.invokeByUuid(UUID, 1),
      client.invokeByEvent('demo_event', 1),
    ];
    const outcomes = Promise.allSettled(calls);
    await arrived;
    controller.abort();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(platform.count('sentinel')).toBe(1);
  });

  test.each<[string, unknown]>([
    ['a text', 'stop'],
    ['nothing', undefined],
    ['null', null],
  ])('a reason that is %s is the cause', async (_name, value) => {
    const signal = AbortSignal.abort(value);
    const error: unknown = await client.invokeByUuid(UUID, 1, { signal }).catch((caught: unknown) => caught);
    expect((error as Error).cause).toBe(signal.reason as unknown);
  });
});

function promiseOf(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Counts the listeners that are on a signal. */
function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: 'abort', listener: () => void, options: object) => {
    listeners.add(listener);
    addEventListener.call(signal, type, listener, options);
  };
  signal.removeEventListener = (type: 'abort', listener: () => void) => {
    listeners.delete(listener);
    removeEventListener.call(signal, type, listener);
  };
  return () => listeners.size;
}
