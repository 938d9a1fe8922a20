import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLoadingCache, type Loaded } from '../../src/loading-cache.ts';
import { createTestClock } from '../../src/testing.ts';

const TTL_MS = 60_000;

/** A load that ends when it is told to. */
function heldLoad<T>(): {
  readonly work: () => Promise<Loaded<T>>;
  readonly end: (value: T) => void;
  readonly runs: () => number;
} {
  let runs = 0;
  let resolve: (loaded: Loaded<T>) => void = () => undefined;
  const promise = new Promise<Loaded<T>>((settle) => {
    resolve = settle;
  });
  return {
    work: () => {
      runs += 1;
      return promise;
    },
    end: (value) => {
      resolve({ value });
    },
    runs: () => runs,
  };
}

function give<T>(value: T, ttlMs?: number): () => Promise<Loaded<T>> {
  return () => Promise.resolve({ value, ttlMs });
}

describe('createLoadingCache', () => {
  test('J34: however many keys, it stays bounded', async () => {
    const clock = createTestClock();
    const cache = createLoadingCache<boolean>({ ttlMs: TTL_MS, max: 100, clock });
    for (let n = 0; n < 10_000; n++) {
      if (n % 1_000 === 0) clock.advance(TTL_MS + 1);
      await cache.load(String(n), give(n % 2 === 0));
    }
    expect(cache.size).toBe(100);
  });

  test('the key that was not asked for the longest goes first', async () => {
    const cache = createLoadingCache<number>({ ttlMs: TTL_MS, max: 2, clock: createTestClock() });
    await cache.load('a', give(1));
    await cache.load('b', give(2));
    expect(cache.fresh('a')).toBe(1);
    await cache.load('c', give(3));
    expect([cache.fresh('a'), cache.fresh('b'), cache.fresh('c')]).toEqual([1, undefined, 3]);
    expect(await cache.load('a', give(9))).toBe(1);
    await cache.load('d', give(4));
    expect([cache.fresh('a'), cache.fresh('c'), cache.fresh('d')]).toEqual([1, undefined, 4]);
  });

  test('J1, J36: all who ask while it is loaded wait for one load, a forced one too', async () => {
    const cache = createLoadingCache<number>({ ttlMs: TTL_MS, max: 2, clock: createTestClock() });
    const { work, end, runs } = heldLoad<number>();
    const waiting = [cache.load('a', work), cache.load('a', work), cache.load('a', work, true)];
    end(7);
    expect(await Promise.all(waiting)).toEqual([7, 7, 7]);
    expect(runs()).toBe(1);
  });

  test('one that falls out while it is asked for is answered all the same', async () => {
    const cache = createLoadingCache<boolean>({ ttlMs: TTL_MS, max: 1, clock: createTestClock() });
    const { work, end } = heldLoad<boolean>();
    const first = cache.load('a', work);
    expect(await cache.load('b', give(false))).toBe(false);
    end(true);
    expect(await first).toBe(true);
  });

  test('a failure is not kept, and the last value stays as fresh as it was', async () => {
    const clock = createTestClock();
    const cache = createLoadingCache<number>({ ttlMs: TTL_MS, max: 10, clock });
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(cache.load('a', fail)).rejects.toThrow('no');
    expect(await cache.load('a', give(1))).toBe(1);
    await expect(cache.load('a', fail, true)).rejects.toThrow('no');
    expect(cache.fresh('a')).toBe(1);
    clock.advance(TTL_MS + 1);
    expect(cache.fresh('a')).toBeUndefined();
    await expect(cache.load('a', fail)).rejects.toThrow('no');
  });

  test('work that throws before it waits is a load that failed', async () => {
    const cache = createLoadingCache<number>({ ttlMs: TTL_MS, max: 10, clock: createTestClock() });
    const failing = cache.load('a', () => {
      throw new Error('at once');
    });
    await expect(failing).rejects.toThrow('at once');
    expect(await cache.load('a', give(1))).toBe(1);
  });

  test('a load is given the last value, run out or not, and says for how long the new one holds', async () => {
    const clock = createTestClock();
    const cache = createLoadingCache<number>({ ttlMs: TTL_MS, max: 10, clock });
    const next = (last: number | undefined): Promise<Loaded<number>> =>
      Promise.resolve({ value: (last ?? 0) + 1, ttlMs: 1_000 });
    expect(await cache.load('a', next)).toBe(1);
    clock.advance(1_000);
    expect(await cache.load('a', next)).toBe(1);
    clock.advance(1);
    expect(await cache.load('a', next)).toBe(2);
    expect(await cache.load('a', next, true)).toBe(3);
  });

  test('a value is ending in the last fifth of its own life, and not before, nor when there is none', async () => {
    const clock = createTestClock();
    const cache = createLoadingCache<number>({ ttlMs: 1_000, max: 10, clock });
    await cache.load('a', give(1));
    await cache.load('brief', () => Promise.resolve({ value: 1, ttlMs: 100 }));
    expect([cache.ending('a'), cache.ending('brief'), cache.ending('none')]).toEqual([false, false, false]);
    clock.advance(80);
    expect([cache.ending('a'), cache.ending('brief')]).toEqual([false, true]);
    clock.advance(719);
    expect(cache.ending('a')).toBe(false);
    clock.advance(1);
    expect([cache.ending('a'), cache.fresh('a')]).toEqual([true, 1]);
    await cache.load('a', give(2), true);
    expect([cache.ending('a'), cache.fresh('a')]).toEqual([false, 2]);
  });

  test('J35: what is forgotten while it is loaded reaches who waits and is not kept', async () => {
    const cache = createLoadingCache<number>({ ttlMs: TTL_MS, max: 10, clock: createTestClock() });
    const { work, end } = heldLoad<number>();
    const before = cache.load('a', work);
    cache.forget('a');
    expect(await cache.load('a', give(2))).toBe(2);
    end(1);
    expect(await before).toBe(1);
    expect(cache.fresh('a')).toBe(2);
    cache.forget('a');
    expect([cache.fresh('a'), cache.size]).toEqual([undefined, 0]);
  });

  test('J32, K13: a value is that of its own key, for its own time, whatever the wall clock says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(40_000)), { maxLength: 40 }), async (steps) => {
        let wall = 0;
        let elapsedMs = 0;
        const clock = { ...createTestClock(), now: () => (wall -= 3_600_000), monotonicNow: () => elapsedMs };
        const cache = createLoadingCache<string>({ ttlMs: TTL_MS, max: 10, clock });
        const loadedAt = new Map<number, number>();
        for (const [key, waitMs] of steps) {
          elapsedMs += waitMs;
          const value = await cache.load(String(key), () => {
            loadedAt.set(key, elapsedMs);
            return Promise.resolve({ value: `${String(key)} at ${String(elapsedMs)}` });
          });
          expect(value).toBe(`${String(key)} at ${String(loadedAt.get(key))}`);
          expect(elapsedMs - loadedAt.get(key)!).toBeLessThanOrEqual(TTL_MS);
        }
      }),
    );
  });
});
