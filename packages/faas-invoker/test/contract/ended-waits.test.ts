import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, createHttpClient, type HttpClient, type HttpTransport, systemClock } from '@lp-functions/http';
import { afterEach, describe, expect, test } from 'vitest';
import { createFaasInvoker, type FaasInvoker, type InvocationOutcome } from '../../src/index.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** Longer than any test may take: who waits it out fails. */
const AN_HOUR_MS = 3_600_000;

/** An invoker on a clock that tells which waits are under way. */
interface Watched {
  readonly invoker: FaasInvoker;
  readonly http: HttpClient;
  /** Milliseconds of the waits that have neither passed nor been ended. */
  readonly asleep: ReadonlySet<number>;
}

const clients: HttpClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((http) => http.close()));
});

function watchedInvoker(send: HttpTransport['send']): Watched {
  const asleep = new Set<number>();
  const clock: Clock = {
    ...systemClock,
    async sleep(ms, signal) {
      asleep.add(ms);
      try {
        await systemClock.sleep(ms, signal);
      } finally {
        asleep.delete(ms);
      }
    },
  };
  const http = createHttpClient({ transport: { send, close: () => Promise.resolve() }, clock });
  clients.push(http);
  const invoker = createFaasInvoker({
    accountId: '1',
    gatewayDomain: () => 'http://fninvocations.localhost:1',
    listingDomain: () => 'http://fninvocations.localhost:1',
    authorizer: { authorize: () => Promise.resolve({ authorization: 'Bearer some-token' }) },
    http,
  });
  return { invoker, http, asleep };
}

const answering =
  (status: number, text: string, headers: Record<string, string> = {}): HttpTransport['send'] =>
  () =>
    Promise.resolve({ status, headers, text });

/** How a wait can be ended from outside, and what it says then. */
const ENDINGS = [
  ['an abort', 'ABORTED', (stop: AbortController) => Promise.resolve(stop.abort(new Error('enough')))],
  ['close()', 'CLOSED', (_stop: AbortController, http: HttpClient) => http.close()],
] as const;

describe.each(ENDINGS)('J22, C22: %s ends', (_name, code, end) => {
  test('the pause between two looks of waitUntilProductive', async () => {
    const { invoker, http, asleep } = watchedInvoker(answering(200, '[]'));
    const stop = new AbortController();
    const options = { pollMs: AN_HOUR_MS, deadlineMs: 2 * AN_HOUR_MS, signal: stop.signal };
    const waiting = invoker.waitUntilProductive({ name: 'soon' }, options).catch((error: unknown) => error);
    await expect.poll(() => [...asleep]).toEqual([AN_HOUR_MS]);
    await end(stop, http);
    expect(await waiting).toMatchObject({ code, operation: 'waitUntilProductive', target: 'soon', executed: 'no' });
    await expect.poll(() => asleep.size).toBe(0);
  });

  test('the look itself', async () => {
    const { invoker, http } = watchedInvoker(() => new Promise(() => {}));
    const stop = new AbortController();
    const waiting = invoker
      .waitUntilProductive({ name: 'soon' }, { signal: stop.signal })
      .catch((error: unknown) => error);
    await delay(20);
    await end(stop, http);
    expect(await waiting).toMatchObject({ code, operation: 'waitUntilProductive' });
  });

  /** Fetches until the bulk rejects. */
  async function drain(outcomes: AsyncIterable<InvocationOutcome<number, unknown>>): Promise<{
    readonly seen: readonly InvocationOutcome<number, unknown>[];
    readonly error: unknown;
  }> {
    const seen: InvocationOutcome<number, unknown>[] = [];
    try {
      for await (const outcome of outcomes) seen.push(outcome);
    } catch (error) {
      return { seen, error };
    }
    return { seen, error: undefined };
  }

  test('the pacing of invokeEach', async () => {
    const { invoker, http, asleep } = watchedInvoker(answering(200, '1'));
    const stop = new AbortController();
    let answered = 0;
    const outcomes = invoker.invokeEach([1, 2, 3], {
      uuid: UUID,
      ratePerSecond: 1_000 / AN_HOUR_MS,
      onProgress: ({ succeeded }) => (answered = succeeded),
      signal: stop.signal,
    });
    const drained = drain(outcomes);
    await expect.poll(() => [asleep.size, answered]).toEqual([1, 1]);
    await end(stop, http);
    const { seen, error } = await drained;
    expect(error).toMatchObject({ code, operation: 'invokeEach' });
    // The second was taken, and so has an outcome; the third was not.
    expect(seen).toMatchObject([
      { ok: true, index: 0 },
      { ok: false, index: 1, error: { code, executed: 'no' } },
    ]);
    expect(seen).toHaveLength(2);
    await expect.poll(() => asleep.size).toBe(0);
  });

  test('the slow-down of invokeEach after a 429', async () => {
    const { invoker, http, asleep } = watchedInvoker(answering(429, '', { 'retry-after': '50' }));
    const stop = new AbortController();
    const outcomes = invoker.invokeEach([1, 2, 3, 4, 5], { uuid: UUID, concurrency: 2, signal: stop.signal });
    const drained = drain(outcomes);
    await expect.poll(() => asleep.size).toBeGreaterThan(0);
    await end(stop, http);
    const { seen, error } = await drained;
    expect(error).toMatchObject({ code });
    expect(seen.length).toBeLessThan(5);
    expect(seen.every((outcome) => !outcome.ok && outcome.error.code === code && outcome.error.executed === 'no')).toBe(
      true,
    );
    await expect.poll(() => asleep.size).toBe(0);
  });

  test('invokeEach that waits for its source', async () => {
    const { invoker, http } = watchedInvoker(answering(200, '1'));
    const stop = new AbortController();
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    }
    const drained = drain(invoker.invokeEach(silent(), { uuid: UUID, signal: stop.signal }));
    await delay(20);
    await end(stop, http);
    expect(await drained).toMatchObject({ seen: [{ ok: true }], error: { code } });
  });

  test('invokeEach before its first item', async () => {
    const { invoker, http } = watchedInvoker(answering(200, '1'));
    const stop = new AbortController();
    const outcomes = invoker.invokeEach([1, 2], { uuid: UUID, signal: stop.signal });
    await end(stop, http);
    expect(await drain(outcomes)).toMatchObject({ seen: [], error: { code } });
  });
});
