// Writes docs/defects.md, which says for every defect of the official clients which test file shows it absent in ours.
//
//   --check   writes nothing, and fails if the file is not what the titles of the tests say
import { join } from 'node:path';
import { renderDefectsDocument, shownDefects } from './defects-document.mjs';
import { writeGeneratedFiles } from './generated-files.mjs';
import { OFFICIAL_DEFECTS } from './official-defects.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'defects.md');
await writeGeneratedFiles({ [file]: await renderDefectsDocument(OFFICIAL_DEFECTS, shownDefects(), file) });
