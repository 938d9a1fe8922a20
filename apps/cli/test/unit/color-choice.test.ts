import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/settings/environment.ts';
import { wantsColor } from '../../src/terminal/color-choice.ts';
import { errorText } from '../../src/terminal/error-text.ts';

describe('colour', () => {
  test.each<[Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: 'true', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ FORCE_COLOR: '' }, true, true],
  ])('%j on a terminal: %s', (variables, isTerminal, colored) => {
    expect(wantsColor(readEnvironment(variables), isTerminal)).toBe(colored);
  });

  test('is for what stands out in an error, and nowhere by default', () => {
    const mark = { red: (text: string) => `<${text}>`, dim: (text: string) => `(${text})` };
    expect(errorText(new Error('x'), mark)).toBe('<lpfn:> x');
    expect(errorText(new Error('x'))).toBe('lpfn: x');
  });
});
