import { createTestClock } from '@lp-functions/http/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnswerCache } from '../../src/implemented-cache.ts';

describe('createAnswerCache', () => {
  test('J34: however many keys, it stays bounded', async () => {
    const clock = createTestClock();
    const cache = createAnswerCache<boolean>(60_000, 100, clock);
    for (let n = 0; n < 10_000; n++) {
      if (n % 1_000 === 0) clock.advance(61_000);
      await cache.get(String(n), () => Promise.resolve(n % 2 === 0), false);
    }
    expect(cache.size).toBeLessThanOrEqual(100);
  });

  test('one that falls out while it is asked for is answered all the same', async () => {
    const cache = createAnswerCache<boolean>(60_000, 1, createTestClock());
    const first = cache.get('a', () => new Promise((resolve) => setImmediate(resolve, true)), false);
    const second = cache.get('b', () => Promise.resolve(false), false);
    expect(await Promise.all([first, second])).toEqual([true, false]);
  });

  test('a failure is not kept, and a forgotten answer is asked for anew', async () => {
    const cache = createAnswerCache<boolean>(60_000, 10, createTestClock());
    await expect(cache.get('a', () => Promise.reject(new Error('no')), false)).rejects.toThrow('no');
    expect(await cache.get('a', () => Promise.resolve(true), false)).toBe(true);
    cache.forget('a');
    expect(await cache.get('a', () => Promise.resolve(false), false)).toBe(false);
  });

  test('J32, K13: an answer is that of its own key, for its own time, whatever the wall clock says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(40_000)), { maxLength: 40 }), async (steps) => {
        let wall = 0;
        const clock = { ...createTestClock(), now: () => (wall -= 3_600_000) };
        let elapsedMs = 0;
        const cache = createAnswerCache<string>(60_000, 10, { ...clock, monotonicNow: () => 1 + elapsedMs });
        const askedAt = new Map<number, number>();
        for (const [key, waitMs] of steps) {
          elapsedMs += waitMs;
          const answer = await cache.get(
            String(key),
            () => {
              askedAt.set(key, elapsedMs);
              return Promise.resolve(`${String(key)} at ${String(elapsedMs)}`);
            },
            false,
          );
          expect(answer).toBe(`${String(key)} at ${String(askedAt.get(key))}`);
          expect(elapsedMs - askedAt.get(key)!).toBeLessThanOrEqual(60_000);
        }
      }),
    );
  });
});
