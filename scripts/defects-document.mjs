import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { formatted, markdownTable } from './markdown-document.mjs';
import { linkTo, testFiles, testName, testTitles } from './test-titles.mjs';
import { ROOT, workspacePackages } from './workspace.mjs';

/** Where a title begins with defects. */
const NUMBERED = /^((?:[JKC]\d+)(?:, [JKC]\d+)*): /;

/** Where a C is a contradiction of the contract, which are numbered so, too. */
const CONTRADICTIONS = /^packages\/(?:emulator|sentinel-oauth)\//;

/**
 * The defects that titles name.
 *
 * @param {readonly string[]} titles
 * @returns {string[]} `J19` and the like, each once
 */
export function defectsOf(titles) {
  return [...new Set(titles.flatMap((title) => NUMBERED.exec(title)?.[1]?.split(', ') ?? []))];
}

/**
 * Which test files show which defect absent, over all packages and apps and the gates.
 *
 * @param {string} [root]
 * @returns {Map<string, string[]>} defect to files, relative to the root
 */
export function shownDefects(root = ROOT) {
  const shown = new Map();
  for (const directory of [...workspacePackages(root).map((one) => one.directory), join(root, 'scripts')]) {
    for (const file of testFiles(join(directory, 'test'))) {
      const path = relative(root, file);
      for (const defect of defectsOf(testTitles(readFileSync(file, 'utf8'), file))) {
        if (defect.startsWith('C') && CONTRADICTIONS.test(path)) continue;
        shown.set(defect, [...(shown.get(defect) ?? []), path]);
      }
    }
  }
  return shown;
}

/**
 * Writes docs/defects.md.
 *
 * @param {Readonly<Record<string, string>>} defects what each is
 * @param {ReadonlyMap<string, readonly string[]>} shown
 * @param {string} file for which it is formatted
 * @returns {Promise<string>}
 * @throws Error if a test names a defect that has no description
 */
export async function renderDefectsDocument(defects, shown, file) {
  const unknown = [...shown.keys()].filter((defect) => !Object.hasOwn(defects, defect));
  if (unknown.length > 0) {
    throw new Error(`scripts/official-defects.mjs does not describe ${unknown.join(', ')}`);
  }
  const numbers = Object.keys(defects).sort(byNumber);
  const present = numbers.filter((defect) => shown.has(defect));
  const missing = numbers.filter((defect) => !shown.has(defect));
  const text = [
    '# Defects of the official clients, and where they are shown absent here',
    '<!-- Written by scripts/generate-defects-doc.mjs from the titles of the tests. Name a defect in a title, not here. -->',
    'J is the JavaScript client `liveperson-functions-client` 2.2.0, K the Java client `functions-client` 1.1.4, C LivePerson’s command line and what comes with it. Each row was reproduced by ' +
      'running that client, or read in its source. The tests run ours through its public interface, over real sockets where bytes matter.',
    markdownTable(
      ['defect', 'what the official client does', 'shown absent in'],
      present.map((defect) => [
        defect,
        defects[defect],
        shown
          .get(defect)
          .map((path) => linkTo(testName(path), path, file))
          .join('<br>'),
      ]),
    ),
    ...(missing.length === 0
      ? []
      : [
          '## Not shown yet',
          markdownTable(
            ['defect', 'what the official client does'],
            missing.map((defect) => [defect, defects[defect]]),
          ),
        ]),
  ].join('\n\n');
  return formatted(text, file);
}

function byNumber(one, other) {
  return one.charCodeAt(0) - other.charCodeAt(0) || Number(one.slice(1)) - Number(other.slice(1));
}
