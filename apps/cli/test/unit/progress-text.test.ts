import { describe, expect, it, test, vi } from 'vitest';
import { barLine, createProgress } from '../../src/invoke/batch/batch-progress.ts';
import { progressText, rateText, secondsText } from '../../src/invoke/batch/progress-text.ts';

const counts = { done: 4_512, failed: 3, doneNow: 4_000, total: 10_000, elapsedMs: 5_000 };

describe('progressText', () => {
  test.each([
    [counts, '4,512 of 10,000 · 800/s · 3 failed · 7 s left'],
    [{ ...counts, failed: 0, elapsedMs: 900 }, '4,512 of 10,000'],
    [{ ...counts, total: undefined }, '4,512 done · 800/s · 3 failed'],
    [{ ...counts, done: 10_000 }, '10,000 of 10,000 · 800/s · 3 failed'],
    [{ ...counts, doneNow: 0 }, '4,512 of 10,000 · 0.0/s · 3 failed'],
  ])('%j', (given, text) => {
    expect(progressText(given)).toBe(text);
  });

  test.each([
    [0.2, '1 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3_600, '1 h'],
    [7_500, '2 h 5 min'],
  ])('%d s', (seconds, text) => {
    expect(secondsText(seconds)).toBe(text);
  });

  it('shows slow rates with a decimal', () => {
    expect([rateText(0.42), rateText(9.96), rateText(12_345.6)]).toEqual(['0.4/s', '10.0/s', '12,346/s']);
  });
});

describe('barLine', () => {
  const draw = (share: number, characters: number): string =>
    '#'.repeat(Math.round(share * characters)).padEnd(characters, '.');

  test.each([200, 80, 60, 50, 40, 20, 5])('fits into %i columns', (width) => {
    expect(barLine(counts, width, draw).length).toBeLessThan(width);
  });

  it('shows bar, share and text', () => {
    expect(barLine(counts, 200, draw)).toBe(
      `${'#'.repeat(14)}${'.'.repeat(16)}  45% 4,512 of 10,000 · 800/s · 3 failed · 7 s left`,
    );
    expect(barLine({ ...counts, total: undefined }, 200, draw)).toBe('4,512 done · 800/s · 3 failed');
  });
});

describe('createProgress on a pipe', () => {
  it('prints a line for every tenth, though not more often than once a second, and one at least every ten', () => {
    const say = vi.fn();
    const now = { done: 0, failed: 0, doneNow: 0, total: 100, elapsedMs: 0 };
    const progress = createProgress({ bar: false, counts: () => ({ ...now }), say });
    const at = (done: number, elapsedMs: number): number => {
      Object.assign(now, { done, doneNow: done, elapsedMs });
      progress.update();
      return say.mock.calls.length;
    };
    expect([at(50, 500), at(51, 1_000), at(59, 5_000), at(60, 5_001), at(61, 14_000), at(61, 15_002)]).toEqual([
      0, 1, 1, 2, 2, 3,
    ]);
    progress.stop();
  });

  it('says nothing where there is nobody to tell', () => {
    const progress = createProgress(undefined);
    progress.update();
    progress.stop();
  });
});
