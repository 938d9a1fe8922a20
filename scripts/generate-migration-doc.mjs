// Writes the list of differences in docs/migration/from-the-official-javascript-client.md from the table that
// packages/client/test/contract/official-client.test.ts holds both clients to.
//
//   --check   writes nothing, and fails if the list is not what the table says
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { ROOT } from './workspace.mjs';

const { values: options } = parseArgs({ options: { check: { type: 'boolean' } } });
const file = join(ROOT, 'docs', 'migration', 'from-the-official-javascript-client.md');
const differences = JSON.parse(readFileSync(join(ROOT, 'packages/client/test/compat/differences.json'), 'utf8'));

const rows = Object.values(differences).map(
  ({ official, ours, defects }) => `| ${[official, ours, defects.join(', ')].join(' | ')} |`,
);
const table = ['| the official client | here | |', '| --- | --- | --- |', ...rows].join('\n');
const current = readFileSync(file, 'utf8');
const text = current.replace(
  /(<!-- differences -->)[^]*(<!-- \/differences -->)/,
  (_all, begin, end) => `${begin}\n\n${table}\n\n${end}`,
);
const written = await format(text, { ...(await resolveConfig(file)), filepath: file });
if (options.check) {
  if (written !== current)
    console.error(`${relative(ROOT, file)} is out of date: run node scripts/generate-migration-doc.mjs`);
  process.exitCode = written === current ? 0 : 1;
} else {
  writeFileSync(file, written);
}
