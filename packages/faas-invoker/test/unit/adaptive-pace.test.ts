import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAdaptivePace } from '../../src/adaptive-pace.ts';

describe('createAdaptivePace', () => {
  test('one 429 halves the lanes and holds all; those that were under way count with it', () => {
    let nowMs = 0;
    const pace = createAdaptivePace(16, undefined, () => nowMs);
    for (let n = 0; n < 16; n++) pace.answered(429, undefined);
    expect([pace.lanes, pace.throttled, pace.delayMs()]).toEqual([8, 16, 1_000]);
    nowMs = 1_000;
    expect(pace.delayMs()).toBe(0);
    pace.answered(429, 5_000);
    expect([pace.lanes, pace.delayMs()]).toEqual([4, 5_000]);
  });

  test('a lane comes back with every round of answers', () => {
    const pace = createAdaptivePace(8, undefined, () => 0);
    pace.answered(429, undefined);
    for (let n = 0; n < 4 + 5 + 6; n++) pace.answered(200, undefined);
    expect(pace.lanes).toBe(7);
    for (let n = 0; n < 100; n++) pace.answered(901, undefined);
    expect(pace.lanes).toBe(8);
  });

  test('an hour’s Retry-After holds the others for a minute', () => {
    const pace = createAdaptivePace(8, undefined, () => 0);
    pace.answered(429, 3_600_000);
    expect(pace.delayMs()).toBe(60_000);
  });

  test('however often it is asked, no second has more turns than the rate, but for what timers were late', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.nat(40), { maxLength: 300 }), (rate, steps) => {
        let nowMs = 0;
        const pace = createAdaptivePace(8, rate, () => nowMs);
        const turns: number[] = [];
        for (const step of steps) {
          nowMs += step;
          while (pace.delayMs() === 0) turns.push(nowMs);
        }
        for (const at of turns) {
          const within = turns.filter((other) => other >= at && other < at + 1_000).length;
          expect(within).toBeLessThanOrEqual(Math.ceil(rate * 1.05) + 1);
        }
      }),
    );
  });
});
