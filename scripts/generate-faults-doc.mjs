// Writes docs/faults.md from the table that packages/client/test/contract/fault-matrix.test.ts holds the client to.
//
//   --check   writes nothing, and fails if the file is not what the table says
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGeneratedFiles } from './generated-files.mjs';
import { formatted, markdownTable } from './markdown-document.mjs';
import { ROOT } from './workspace.mjs';

const file = join(ROOT, 'docs', 'faults.md');
const table = JSON.parse(readFileSync(join(ROOT, 'packages/client/test/fault-matrix.json'), 'utf8'));

function cell({ attempts, ran, outcome, executed, retryable }) {
  const counts = `sent ${attempts}, ran ${ran}`;
  if (outcome === 'result') return `${counts}: result`;
  return `${counts}: \`${outcome.split(' ')[1]}\`, executed ${executed}${retryable ? ', retryable' : ''}`;
}

const text = `# What every fault comes to

<!-- Written by scripts/generate-faults-doc.mjs from packages/client/test/fault-matrix.json, which a test compares with what happens. -->

Each fault is met by every attempt of a call, on both generations alike. How often a request was sent, how often the function may have run by then (the worst case), and the code of the error. All
codes are in [errors.md](errors.md). "by UUID" and "by event" are calls as they are; "idempotent" says \`idempotent: true\`.

${markdownTable(
  ['fault', 'by UUID', 'by event', 'by UUID, idempotent', 'by event, idempotent'],
  Object.entries(table).map(([name, { byUuid, byEvent, byUuidIdempotent, byEventIdempotent }]) => [
    name,
    ...[byUuid, byEvent, byUuidIdempotent, byEventIdempotent].map(cell),
  ]),
)}
`;
await writeGeneratedFiles({ [file]: await formatted(text, file) });
