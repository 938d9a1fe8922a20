import { assert, constantFrom, double, integer, oneof, property, string } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { duration } from '../../src/terminal/duration.ts';

/** What Commander would tell the user, or the milliseconds. */
function read(text: string): number | 'refused' {
  try {
    return duration(text);
  } catch (error) {
    expect((error as { code: string }).code).toBe('commander.invalidArgument');
    return 'refused';
  }
}

describe('duration', () => {
  test.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['0.5', 500],
    ['500ms', 500],
    ['2m', 120_000],
    ['1.5m', 90_000],
    ['120h', 432_000_000],
  ])('%s is %i ms', (text, ms) => {
    expect(read(text)).toBe(ms);
  });

  test.each([
    '',
    ' ',
    '0',
    '0s',
    '-5h',
    '+5',
    '5 s',
    '5S',
    '5sec',
    '100d',
    '1e3',
    '0x10',
    '5m30s',
    's',
    '.5',
    '5.',
    'soon',
    'NaN',
    '9999h',
    '٣',
  ])('%j is refused', (text) => {
    expect(read(text)).toBe('refused');
  });

  it('C13: reads the whole text or nothing of it', () => {
    const units = { '': 1_000, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
    const unit = constantFrom(...(Object.keys(units) as (keyof typeof units)[]));
    assert(
      property(integer({ min: 1, max: 500 }), unit, (number, name) => {
        expect(read(`${String(number)}${name}`)).toBe(number * units[name]);
      }),
    );
    assert(
      property(
        integer({ min: 1, max: 500 }),
        unit,
        oneof(string({ minLength: 1 }), double().map(String)),
        (number, name, rest) => {
          const [before, after] = [`${rest}${String(number)}${name}`, `${String(number)}${name}${rest}`];
          const whole = /^\d{1,10}(?:\.\d{1,6})?(?:ms|s|m|h)?$/;
          if (!whole.test(before)) expect(read(before)).toBe('refused');
          if (!whole.test(after)) expect(read(after)).toBe('refused');
        },
      ),
    );
  });
});
