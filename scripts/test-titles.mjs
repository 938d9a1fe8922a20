import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { ROOT } from './workspace.mjs';

/**
 * The titles of a test file's suites and tests. Parts that are computed are left out.
 *
 * @param {string} source
 * @param {string} [fileName]
 * @returns {string[]}
 */
export function testTitles(source, fileName = 'x.ts') {
  const titles = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTestFunction(node.expression)) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
      if (title !== undefined && ts.isTemplateExpression(title)) {
        titles.push([title.head.text, ...title.templateSpans.map(({ literal }) => literal.text)].join('…'));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, source, ts.ScriptTarget.ES2023));
  return titles;
}

/** True for `test`, `it`, `describe`, and for `test.each(rows)`, `describe.skipIf(flag)` and the like. */
function isTestFunction(callee) {
  if (ts.isIdentifier(callee)) return ['test', 'it', 'describe'].includes(callee.text);
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee)) {
    return isTestFunction(callee.expression ?? callee.tag);
  }
  return false;
}

/**
 * The test files below a folder, in alphabetical order; none if there is no such folder.
 *
 * @param {string} directory
 * @returns {string[]} absolute paths
 */
export function testFiles(directory) {
  let entries = [];
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch {
    // A package without tests.
  }
  return entries
    .filter((entry) => entry.isFile() && /\.test(?:-d)?\.m?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * What a test file is called in a document: `client: contract/tokens`.
 *
 * @param {string} path relative to the root
 */
export function testName(path) {
  const [, name, rest] = /^(?:(?:apps|packages)\/)?([^/]+)\/test\/(.*)$/.exec(path) ?? [];
  return name === undefined ? path : `${name}: ${rest.replace(/\.test(-d)?\.m?[jt]s$/, '')}`;
}

/**
 * A Markdown link to a file of the repository.
 *
 * @param {string} text
 * @param {string} path relative to the root
 * @param {string} from the document
 */
export function linkTo(text, path, from) {
  return `[${text}](${relative(dirname(from), join(ROOT, path))})`;
}
