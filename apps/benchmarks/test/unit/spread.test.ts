import { describe, expect, it } from 'vitest';
import { ratioOf, spreadOf } from '../../src/report/spread.ts';

describe('spreadOf', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[10, 9, 100], { median: 10, min: 9, max: 100 }],
    [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4 }],
  ])('of %j', (samples, expected) => {
    expect(spreadOf(samples)).toEqual(expected);
  });
});

describe('ratioOf', () => {
  it('compares within a round, so that a noisy round burdens both sides', () => {
    expect(ratioOf([10, 30, 20], [20, 60, 40])).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
  });
});
