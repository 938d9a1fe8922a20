import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { OUR_ANSWERS } from './compare/our-answers.mjs';
import { OUR_FEATURES } from './compare/our-features.mjs';
import { formatted, markdownTable } from './markdown-document.mjs';
import { linkTo, testFiles, testName, testTitles } from './test-titles.mjs';
import { readJson, ROOT, workspacePackages } from './workspace.mjs';

const DATA = join(import.meta.dirname, 'compare');
const SCRIPT_TESTS = join(ROOT, 'scripts', 'test');
/** Programs that refuse what is wrong, and are no test files. */
const GATES = ['tools/consumer/run.mjs', 'scripts/check-readme-snippets.mjs', 'scripts/check-changesets.mjs'];
const PEERS = ['js', 'java', 'lpf', 'aws', 'others'];

/**
 * Everything that docs/compare.md says: rows with what the others do and what ours does, asks of users with our answers.
 *
 * @returns {{ sections: { section: string, rows: object[] }[], asks: object[] }}
 */
export function comparison() {
  const sections = readJson(join(DATA, 'peers-features.json')).map(({ section, rows }) => ({
    section,
    rows: rows.map((row) => ({ ...row, ours: OUR_FEATURES[row.number] })),
  }));
  const asks = readJson(join(DATA, 'users-asks.json')).map((ask) => ({ ...ask, ...OUR_ANSWERS[ask.number] }));
  return { sections, asks };
}

/**
 * What is claimed and not shown: a row without an answer, an answer without test or reason, a test that is not there.
 *
 * @param {ReturnType<typeof comparison>} compared
 * @param {ReturnType<typeof knownTests>} [tests]
 * @returns {string[]}
 */
export function comparisonFaults({ sections, asks }, tests = knownTests()) {
  const features = sections
    .flatMap(({ rows }) => rows)
    .flatMap(({ number, ours }) => {
      if (ours === undefined) return [`${number}: no answer`];
      if (ours.answer !== 'Y' && !ours.why) return [`${number}: ${ours.answer} without a reason`];
      return ours.answer === 'N' ? [] : shownFaults(number, ours.shown, tests);
    });
  const answers = asks.flatMap(({ number, answer, shown }) =>
    answer ? shownFaults(number, shown, tests) : [`${number}: no answer`],
  );
  return [...features, ...answers];
}

function shownFaults(number, shown, tests) {
  if (shown.length === 0) return [`${number}: no test`];
  return shown.flatMap(([file, title]) => {
    const test = tests.get(file);
    if (test === undefined) return [`${number}: there is no ${file}`];
    return test.has(title) ? [] : [`${number}: ${file} has no ${JSON.stringify(title)}`];
  });
}

/**
 * Everything that shows something, by the name that it is called by here: test files with their titles, and the programs of the
 * gates with what they say of themselves.
 *
 * @returns {Map<string, { path: string, has: (title: string) => boolean }>}
 */
export function knownTests() {
  const known = new Map();
  const packages = workspacePackages().map(({ directory }) => directory);
  for (const file of [...packages.map((directory) => join(directory, 'test')), SCRIPT_TESTS].flatMap(testFiles)) {
    const path = relative(ROOT, file);
    const titles = testTitles(readFileSync(file, 'utf8'), file);
    known.set(testName(path), { path, has: (title) => titles.includes(title) });
  }
  for (const path of GATES) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    known.set(path, { path, has: (title) => text.includes(title) });
  }
  return known;
}

/**
 * docs/compare.md.
 *
 * @param {ReturnType<typeof comparison>} compared
 * @param {string} file for which it is formatted
 * @returns {Promise<string>}
 * @throws Error naming what is claimed and not shown
 */
export async function renderComparison({ sections, asks }, file) {
  const tests = knownTests();
  const faults = comparisonFaults({ sections, asks }, tests);
  if (faults.length > 0) throw new Error(`scripts/compare claims what is not shown:\n${faults.join('\n')}`);
  const rows = sections.flatMap((section) => section.rows);
  const short = rows.filter(({ ours }) => ours.answer !== 'Y');
  const links = (shown) => shown.map(([name, title]) => linkTo(readable(title), tests.get(name).path, file)).join('; ');
  const text = [
    introduction(rows),
    '## Where ours falls short',
    'Everything below that is not a Y, in one place.',
    markdownTable(
      ['row', 'feature', 'ours', 'why'],
      short.map(({ number, feature, nobody, ours }) => [
        String(number),
        `${feature}${nobody ? ' ●' : ''}`,
        ours.answer,
        ours.why,
      ]),
    ),
    '## Feature by feature',
    ...sections.flatMap((section) => [
      `### ${section.section}`,
      markdownTable(
        ['row', 'feature', 'ours', 'shown by', 'JS', 'Java', 'lpf', 'AWS', 'Az/G'],
        section.rows.map(({ number, feature, nobody, ours, ...peers }) => [
          String(number),
          `${feature}${nobody ? ' ●' : ''}`,
          ours.answer === 'Y' ? '**Y**' : ours.answer,
          [ours.why, ours.answer === 'N' ? undefined : links(ours.shown)].filter(Boolean).join(': '),
          ...PEERS.map((peer) => peers[peer]),
        ]),
      ),
    ]),
    '## What users ask for',
    'Collected from public threads about clients of the same kind, since LivePerson’s own repositories have next to none. The answer here is ours.',
    markdownTable(
      ['ask', 'what', 'asked in', 'ours', 'shown by'],
      asks.map(({ number, ask, threads, answer, shown }) => [number, ask, threads, answer, links(shown)]),
    ),
  ].join('\n\n');
  return formatted(text, file);
}

function introduction(rows) {
  const count = (of, peer, letter) => of.filter((row) => letterOf(row, peer) === letter).length;
  const nobodys = rows.filter(({ nobody }) => nobody);
  const names = { ours: '**lp-functions**', js: 'JS', java: 'Java', lpf: 'lpf', aws: 'AWS', others: 'Az/G' };
  return `# Comparison

<!-- Written by scripts/generate-compare.mjs from scripts/compare. Edit the data, not this file. -->

For whoever decides whether to switch: what the official clients do, what the best of the wider field does, and what these packages do. Every Y and P of ours leads to tests that show it; \`pnpm test\` fails
if one of them is missing, or does not pass.

- **JS**: LivePerson’s \`liveperson-functions-client\` 2.2.0. **Java**: its \`functions-client\` 1.1.4. **lpf**: its command line 2.0.6-beta. Looked at by running them against a local server, or by reading their
  source. J, K and C with a number are their defects, described in [defects.md](defects.md).
- **AWS**: Lambda SDK v3 and \`aws lambda\`. **Az/G**: the best of Azure’s identity library and core pipeline, Google’s auth library, Firebase callables and emulators, and \`gcloud\`. Another platform each, so
  none of them is an alternative: they say how good it can be. Read in their published packages; of their command lines, from general knowledge.
- **Y** yes, **P** in part, **N** no, **–** does not apply, **●** nobody in those columns has it in full.

${markdownTable(
  ['who', 'Y', 'P', 'N', 'does not apply'],
  Object.entries(names).map(([peer, name]) => [
    name,
    ...['Y', 'P', 'N', '–'].map((letter) => String(count(rows, peer, letter))),
  ]),
)}

Of ${rows.length} features. Of the ${nobodys.length} that nobody else has in full (●), ours has ${count(nobodys, 'ours', 'Y')}, and ${count(nobodys, 'ours', 'P')} in part. The list was drawn up by the authors of these packages, so
counts say little: what ours does not have comes first, and the rows that matter to you are yours to pick.`;
}

/** Y, P, N or – of one column; others' cells have a remark behind the letter. */
function letterOf(row, peer) {
  return peer === 'ours' ? row.ours.answer : row[peer][0];
}

/** A title as a reader takes it: what a test puts in is left open. */
function readable(title) {
  return title.replaceAll(/%[sdijo]\b|\$\w+/g, '…').replaceAll(/([[\]*_`<>])/g, '\\$1');
}
