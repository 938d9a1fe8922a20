// Writes the list of differences in docs/migration/from-the-official-javascript-client.md from the table that
// packages/client/test/contract/official-client.test.ts holds both clients to.
//
//   --check   writes nothing, and fails if the list is not what the table says
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGeneratedFiles } from './generated-files.mjs';
import { formatted, markdownTable } from './markdown-document.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'migration', 'from-the-official-javascript-client.md');
const differences = JSON.parse(readFileSync(join(ROOT, 'packages/client/test/compat/differences.json'), 'utf8'));

const table = markdownTable(
  ['the official client', 'here', ''],
  Object.values(differences).map(({ official, ours, defects }) => [official, ours, defects.join(', ')]),
);
const text = readFileSync(file, 'utf8').replace(
  /(<!-- differences -->)[^]*(<!-- \/differences -->)/,
  (_all, begin, end) => `${begin}\n\n${table}\n\n${end}`,
);
await writeGeneratedFiles({ [file]: await formatted(text, file) });
