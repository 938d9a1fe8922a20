// Writes docs/faults.md from the table that packages/client/test/contract/fault-matrix.test.ts holds the client to.
//
//   --check   writes nothing, and fails if the file is not what the table says
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { ROOT } from './workspace.mjs';

const { values: options } = parseArgs({ options: { check: { type: 'boolean' } } });
const file = join(ROOT, 'docs', 'faults.md');
const table = JSON.parse(readFileSync(join(ROOT, 'packages/client/test/fault-matrix.json'), 'utf8'));

function cell({ attempts, ran, outcome, executed, retryable }) {
  const counts = `sent ${attempts}, ran ${ran}`;
  if (outcome === 'result') return `${counts}: result`;
  return `${counts}: \`${outcome.split(' ')[1]}\`, executed ${executed}${retryable ? ', retryable' : ''}`;
}

const rows = Object.entries(table).map(
  ([name, { byUuid, byEvent, byUuidIdempotent, byEventIdempotent }]) =>
    `| ${[name, cell(byUuid), cell(byEvent), cell(byUuidIdempotent), cell(byEventIdempotent)].join(' | ')} |`,
);
const text = `# What every fault comes to

<!-- Written by scripts/generate-faults-doc.mjs from packages/client/test/fault-matrix.json, which a test compares with what happens. -->

Each fault is met by every attempt of a call, on both generations alike. How often a request was sent, how often the function may have run by then (the worst case), and the code of the error. All
codes are in [errors.md](errors.md). "by UUID" and "by event" are calls as they are; "idempotent" says \`idempotent: true\`.

| fault | by UUID | by event | by UUID, idempotent | by event, idempotent |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
const written = await format(text, { ...(await resolveConfig(file)), filepath: file });
if (options.check) {
  const current = existsSync(file) && readFileSync(file, 'utf8') === written;
  if (!current) console.error(`${relative(ROOT, file)} is out of date: run node scripts/generate-faults-doc.mjs`);
  process.exitCode = current ? 0 : 1;
} else {
  writeFileSync(file, written);
  console.log(`${relative(ROOT, file)} written`);
}
