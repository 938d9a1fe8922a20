import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorText } from '../../src/terminal/error-text.ts';
import { tableText } from '../../src/terminal/table.ts';
import { withVisibleControls } from '../../src/terminal/visible-controls.ts';

const TITLE = '\u001b]0;PWNED\u0007\u001b[31mRED\u009b2J';
const SHOWN = String.raw`\u001b]0;PWNED\u0007\u001b[31mRED\u009b2J`;

describe('control characters of foreign text', () => {
  it.each([
    [TITLE, SHOWN],
    ['a\r\nb', String.raw`a\u000d` + '\nb'],
    ['tab\tand\nline', 'tab\tand\nline'],
    ['\u007f\u0085ünïcödé→', String.raw`\u007f\u0085ünïcödé→`],
  ])('%j is shown as %j', (text, shown) => {
    expect(withVisibleControls(text)).toBe(shown);
  });

  it('never pass, whatever the text, and JSON stays JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(withVisibleControls(text)).not.toMatch(/(?![\n\t])\p{Cc}/u);
        expect(JSON.parse(withVisibleControls(JSON.stringify(text)))).toBe(text);
      }),
    );
  });

  it('are made visible in errors, whoever wrote the message, and in columns; not in data for a pipe', () => {
    expect(errorText(new Error(TITLE))).toBe(`lpfn: ${SHOWN}`);
    expect(errorText(Object.assign(new Error('x'), { hint: TITLE }))).toBe(`lpfn: x\n  → ${SHOWN}`);
    expect(tableText([[TITLE, 'b']], true)).toBe(`${SHOWN}  b`);
    expect(tableText([[TITLE, 'b']], false)).toBe(`${TITLE}\tb`);
  });
});
