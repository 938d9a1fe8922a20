import { describe, expect, test } from 'vitest';
import { systemClock } from '@lp-functions/http';
import { chunksOf } from '../../src/chunks.ts';
import { all } from '../queue-under-test.ts';

const chunks = <T>(items: Iterable<T> | AsyncIterable<T>, size = 3, lingerMs = 10) =>
  chunksOf(items, size, lingerMs, systemClock);
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('chunks', () => {
  test('hold so many of a source that is quick, and the rest', async () => {
    expect(await all(chunks([1, 2, 3, 4, 5, 6, 7]))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(await all(chunks([]))).toEqual([]);
  });

  test('of a source that is slow do not wait for the next item', async () => {
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    async function* slow() {
      yield 1;
      yield 2;
      await gate;
      yield 3;
    }
    const iterator = chunks(slow());
    expect((await iterator.next()).value).toEqual([1, 2]);
    letGo();
    expect((await iterator.next()).value).toEqual([3]);
    expect((await iterator.next()).done).toBe(true);
  });

  test('come before the failure of their source, which is told in its turn', async () => {
    async function* failing() {
      yield 1;
      await delay(30);
      throw new Error('source');
    }
    const iterator = chunks(failing());
    expect((await iterator.next()).value).toEqual([1]);
    await expect(iterator.next()).rejects.toThrow('source');
  });

  test.each([
    ['at once', 0],
    ['later', 30],
  ])('hold what a source gave before it failed %s; its failure is told after them', async (_when, ms) => {
    function* failing() {
      yield 1;
      yield 2;
      throw new Error('source');
    }
    async function* failingLater() {
      yield* [1, 2];
      if (ms > 0) await delay(ms);
      throw new Error('source');
    }
    for (const source of [failing(), failingLater()]) {
      const given: (readonly number[])[] = [];
      await expect(
        (async () => {
          for await (const chunk of chunks(source)) given.push(chunk);
        })(),
      ).rejects.toThrow('source');
      expect(given).toEqual([[1, 2]]);
    }
  });

  test('that are left close their source, and take nothing in advance', async () => {
    let [made, closed] = [0, false];
    function* items() {
      try {
        for (;;) yield (made += 1);
      } finally {
        closed = true;
      }
    }
    for await (const chunk of chunks(items())) {
      expect(chunk).toEqual([1, 2, 3]);
      break;
    }
    expect([made, closed]).toEqual([3, true]);
  });
});
