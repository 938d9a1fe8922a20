import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../src/retry-after.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 12);

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['20', 20_000],
    [' 20 ', 20_000],
    ['1.5', 1_500],
    ['0.0001', 1],
    ['120', 120_000],
    ['Thu, 15 Jan 2026 12:00:30 GMT', 30_000],
    ['thu, 15 jan 2026 12:00:30 gmt', 30_000],
    ['Thu, 15 Jan 2026 11:59:00 GMT', 0],
    ['Thursday, 15-Jan-26 12:00:30 GMT', 30_000],
    ['Thu Jan 15 12:00:30 2026', 30_000],
    ['Sun Feb  1 12:00:00 2026', 17 * 86_400_000],
  ])('%j is %i ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW_MS)).toBe(expected);
  });

  it.each([
    [undefined],
    [''],
    ['   '],
    ['soon'],
    ['-5'],
    ['+5'],
    ['1e3'],
    ['0x10'],
    ['5s'],
    ['5, 10'],
    ['1.'],
    ['Infinity'],
    ['NaN'],
    ['Monday 5'],
    ['May 1'],
    ['Thu, 99 Jan 2026 12:00:30 GMT'],
    ['Thu, 15 Xxx 2026 12:00:30 GMT'],
    ['Thu, 15 Jan 2026 12:00:30 +0200'],
    ['2026-01-15T12:00:30Z'],
    ['2026'.padEnd(5, '-')],
  ])('%j says nothing', (value) => {
    expect(parseRetryAfter(value, NOW_MS)).toBeUndefined();
  });

  it('stays a number that JSON can write, however long the digits', () => {
    expect(parseRetryAfter('9'.repeat(400), NOW_MS)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('a date without a zone', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('is GMT wherever the machine stands', () => {
    process.env['TZ'] = 'America/New_York';
    expect(new Date(NOW_MS).getHours()).toBe(7);
    expect(parseRetryAfter('Thu Jan 15 12:00:30 2026', NOW_MS)).toBe(30_000);
  });
});

describe('any header', () => {
  it('gives a whole number of milliseconds or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('0123456789. -eE+')) })),
        (value) => {
          const waitMs = parseRetryAfter(value, NOW_MS);
          if (waitMs !== undefined) {
            expect(Number.isSafeInteger(waitMs)).toBe(true);
            expect(waitMs).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (seconds) => {
        expect(parseRetryAfter(String(seconds), NOW_MS)).toBe(seconds * 1_000);
        expect(parseRetryAfter(new Date(NOW_MS + seconds * 1_000).toUTCString(), NOW_MS)).toBe(seconds * 1_000);
      }),
    );
  });
});
