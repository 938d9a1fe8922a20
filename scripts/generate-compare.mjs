// Writes docs/compare.md from scripts/compare. Refuses to if an answer of ours names a test that is not there.
//
//   --check   writes nothing, and fails if the file is not what the data say
import { join } from 'node:path';
import { comparison, renderComparison } from './compare-document.mjs';
import { writeGeneratedFiles } from './generated-files.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'compare.md');
await writeGeneratedFiles({ [file]: await renderComparison(comparison(), file) });
