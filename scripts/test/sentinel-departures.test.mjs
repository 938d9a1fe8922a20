import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testTitles } from '../test-titles.mjs';
import { ROOT } from '../workspace.mjs';

// One table says where each departure of Sentinel is dealt with. It is a comment: this keeps it true.

const PACKAGE = join(ROOT, 'packages', 'sentinel-oauth');
const TABLE = readFileSync(join(PACKAGE, 'src', 'sentinel-normalisation.ts'), 'utf8');
const ROWS = [...TABLE.matchAll(/^ \* \| (C\d+) +\| (.+?) +\| (\S+) +\|$/gm)].map(([, row, , file]) => ({ row, file }));
const TITLES = readdirSync(join(PACKAGE, 'test'), { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .flatMap((name) => testTitles(readFileSync(join(PACKAGE, 'test', name), 'utf8'), name));

/** The rows about the authorization server; those left out are about other services. */
const CONTRADICTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 25, 29, 31, 32, 34].map((number) => `C${number}`);

describe('the table of departures in sentinel-normalisation.ts', () => {
  it('has a row for every contradiction', () => {
    expect(ROWS.map(({ row }) => row)).toEqual(CONTRADICTIONS);
  });

  it.each(ROWS)('$row: $file says so, and a test is named after it', ({ row, file }) => {
    const source = readFileSync(join(PACKAGE, 'src', file), 'utf8').replaceAll(/^ \* \|.*$/gm, '');
    expect(source).toMatch(new RegExp(`\\b${row}\\b`));
    expect(TITLES.filter((title) => new RegExp(`^(?:[CJK]\\d+, )*${row}(?:, [CJK]\\d+)*: `).test(title))).not.toEqual(
      [],
    );
  });
});
