// Writes docs/defects.md, which says for every defect of the official clients which test file shows it absent in ours.
//
//   --check   writes nothing, and fails if the file is not what the titles of the tests say
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { renderDefectsDocument, shownDefects } from './defects-document.mjs';
import { OFFICIAL_DEFECTS } from './official-defects.mjs';
import { ROOT } from './workspace.mjs';

const { values: options } = parseArgs({ options: { check: { type: 'boolean' } } });
const file = join(ROOT, 'docs', 'defects.md');
const text = await renderDefectsDocument(OFFICIAL_DEFECTS, shownDefects(), file);
if (options.check) {
  const current = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (!current) console.error(`${relative(ROOT, file)} is out of date: run node scripts/generate-defects-doc.mjs`);
  process.exitCode = current ? 0 : 1;
} else {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`${relative(ROOT, file)} written`);
}
