import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedRate, rateOf, rateWindow } from '../../src/rate-window.ts';

test.each([
  [10_000, { max: 1_000, durationMs: 100 }],
  [100, { max: 10, durationMs: 100 }],
  [25, { max: 2, durationMs: 80 }],
  [3, { max: 1, durationMs: 334 }],
  [0.5, { max: 1, durationMs: 2_000 }],
])('%d per second is counted in windows', (perSecond, window) => {
  expect(rateWindow(perSecond)).toEqual(window);
});

test('the rate is never above what was asked for, and near it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 100_000, noNaN: true }), (perSecond) => {
      const rate = rateOf(rateWindow(perSecond));
      expect(rate).toBeLessThanOrEqual(perSecond * 1.000_001);
      expect(rate).toBeGreaterThan(perSecond * 0.8);
    }),
  );
});

test('the rate that was asked for is told, unless other windows were set since', () => {
  expect(askedRate(rateWindow(19), 19)).toBe(19);
  expect(askedRate({ max: 5, durationMs: 100 }, 19)).toBe(50);
  expect(askedRate({ max: 5, durationMs: 100 }, NaN)).toBe(50);
  expect(askedRate({ max: 5, durationMs: 100 }, 0)).toBe(50);
});
