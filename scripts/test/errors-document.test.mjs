import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, PLATFORM_CODES } from '../../packages/errors/src/index.ts';
import { renderErrorsDocument } from '../errors-document.mjs';
import { ROOT } from '../workspace.mjs';

const file = join(ROOT, 'docs', 'errors.md');

describe('docs/errors.md', () => {
  it('is what the source says; if not, build and run scripts/generate-errors-doc.mjs', async () => {
    expect(await readFile(file, 'utf8')).toBe(await renderErrorsDocument(ERROR_CODES, PLATFORM_CODES, file));
  });

  it('has a row for every code', async () => {
    const rows = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(Object.keys(ERROR_CODES).length + PLATFORM_CODES.length);
  });
});
