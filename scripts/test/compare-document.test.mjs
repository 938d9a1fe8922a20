import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparison, comparisonFaults, renderComparison } from '../compare-document.mjs';
import { ROOT } from '../workspace.mjs';

const file = join(ROOT, 'docs', 'compare.md');
const TESTS = new Map([['x: unit/y', { path: 'packages/x/test/unit/y.test.ts', has: (title) => title === 'does it' }]]);
const shown = (title) => [['x: unit/y', title]];
const faultsOf = (ours, ask = { answer: 'so', shown: shown('does it') }) =>
  comparisonFaults({ sections: [{ rows: [{ number: 1, ours }] }], asks: [{ number: 'U1', ...ask }] }, TESTS);

describe('docs/compare.md', () => {
  it('is what scripts/compare says; if not, run scripts/generate-compare.mjs', async () => {
    expect(readFileSync(file, 'utf8')).toBe(await renderComparison(comparison(), file));
  });

  it('answers every row and every ask, and each test that it names is there', () => {
    const compared = comparison();
    expect(compared.sections.flatMap(({ rows }) => rows.map(({ number }) => number))).toEqual(
      Array.from({ length: 143 }, (_, index) => index + 1),
    );
    expect(compared.asks).toHaveLength(36);
    expect(comparisonFaults(compared)).toEqual([]);
  });
});

describe('comparisonFaults', () => {
  it('takes a Y that is shown, a P with reason and test, an N with reason', () => {
    expect(faultsOf({ answer: 'Y', shown: shown('does it') })).toEqual([]);
    expect(faultsOf({ answer: 'P', why: 'half', shown: shown('does it') })).toEqual([]);
    expect(faultsOf({ answer: 'N', why: 'not yet' })).toEqual([]);
  });

  it.each([
    ['a row without an answer', undefined, '1: no answer'],
    ['a Y that nothing shows', { answer: 'Y', shown: [] }, '1: no test'],
    ['a test that was renamed', { answer: 'Y', shown: shown('did it') }, '1: x: unit/y has no "did it"'],
    ['a file that is gone', { answer: 'Y', shown: [['x: unit/z', 'does it']] }, '1: there is no x: unit/z'],
    ['a P without a reason', { answer: 'P', shown: shown('does it') }, '1: P without a reason'],
    ['a P that nothing shows', { answer: 'P', why: 'half', shown: [] }, '1: no test'],
    ['an N without a reason', { answer: 'N' }, '1: N without a reason'],
  ])('refuses %s', (_what, ours, fault) => {
    expect(faultsOf(ours)).toEqual([fault]);
  });

  it('refuses an ask without an answer, and one that nothing shows', () => {
    const ours = { answer: 'N', why: 'not yet' };
    expect(faultsOf(ours, { answer: undefined })).toEqual(['U1: no answer']);
    expect(faultsOf(ours, { answer: 'yes', shown: [] })).toEqual(['U1: no test']);
  });
});
