// Writes docs/errors.md from the catalogues in packages/errors, which must have been built.
//
//   --check   writes nothing, and fails if the file is not what the catalogues say
import { join } from 'node:path';
import { ERROR_CODES, PLATFORM_CODES } from '../packages/errors/dist/index.js';
import { renderErrorsDocument } from './errors-document.mjs';
import { writeGeneratedFiles } from './generated-files.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'errors.md');
await writeGeneratedFiles({ [file]: await renderErrorsDocument(ERROR_CODES, PLATFORM_CODES, file) });
