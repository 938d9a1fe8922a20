import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defectsOf, renderDefectsDocument, shownDefects } from '../defects-document.mjs';
import { OFFICIAL_DEFECTS } from '../official-defects.mjs';
import { testTitles } from '../test-titles.mjs';
import { ROOT } from '../workspace.mjs';

const file = join(ROOT, 'docs', 'defects.md');

describe('docs/defects.md', () => {
  it('is what the titles of the tests say; if not, run scripts/generate-defects-doc.mjs', async () => {
    expect(await readFile(file, 'utf8')).toBe(await renderDefectsDocument(OFFICIAL_DEFECTS, shownDefects(), file));
  });

  it('lists what no test shows', async () => {
    const text = await renderDefectsDocument(
      { J2: 'b', J10: 'c', K1: 'a' },
      new Map([['J10', ['packages/x/test/unit/y.test.ts']]]),
      file,
    );
    expect(text).toMatch(
      /J10.*\[x: unit\/y\]\(\.\.\/packages\/x\/test\/unit\/y\.test\.ts\)[^]*Not shown yet[^]*J2[^]*K1/,
    );
  });

  it('refuses a number that nobody has described', async () => {
    await expect(renderDefectsDocument({}, new Map([['J99', ['x']]]), file)).rejects.toThrow('J99');
  });
});

describe('testTitles', () => {
  it('finds suites and tests, however they are called', () => {
    const source = `
      describe('J1: a', () => { test("J2: b", () => {}); it(\`J3: c\`, () => {}); });
      test.each([['J4: no title']])('J5: %s', (x) => other('J6: no title'));
      describe.skipIf(x).each(rows)(\`J7, K8: \${count} times\`, () => {});
      test.each\`a\${1}\`('J9: d', () => {});
      test(title, () => {});`;
    expect(testTitles(source)).toEqual(['J1: a', 'J2: b', 'J3: c', 'J5: %s', 'J7, K8: … times', 'J9: d']);
  });
});

describe('defectsOf', () => {
  it('reads the numbers at the start of a title', () => {
    const titles = ['J12: a', 'J1, K11: b', 'J12: again', 'C5, K2: c', 'about J3: d', 'J4 e', 'J5:f', 'K6 : g'];
    expect(defectsOf(titles)).toEqual(['J12', 'J1', 'K11', 'C5', 'K2']);
  });
});
