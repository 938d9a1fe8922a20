// Writes docs/errors.md from the catalogues in packages/errors, which must have been built.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ERROR_CODES, PLATFORM_CODES } from '../packages/errors/dist/index.js';
import { renderErrorsDocument } from './errors-document.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'errors.md');
await mkdir(dirname(file), { recursive: true });
await writeFile(file, await renderErrorsDocument(ERROR_CODES, PLATFORM_CODES, file));
console.log(`${relative(ROOT, file)} written`);
