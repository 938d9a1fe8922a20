import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { HELPERS } from './sandbox-scripts.mjs';
import { SECRET_NAMES } from './variables.mjs';

/** The functions of sandbox-scripts.mjs as they are written there, whatever loads the module. */
const SOURCES = functionSources(join(import.meta.dirname, 'sandbox-scripts.mjs'));

/**
 * The text of a sandbox script as Postman runs it: the helpers that it uses, then its body, with what depends on the generation put in.
 *
 * @param {() => void} script one of sandbox-scripts.mjs
 * @param {'v1' | 'v2'} generation
 * @returns {string[]} lines
 */
export function scriptLines(script, generation) {
  const body = bodyOf(script);
  const text = [...helpersOf(body).map((helper) => SOURCES.get(helper.name)), body].join('\n\n');
  return text
    .replaceAll('...REFUSAL_FIELDS', generation === 'v1' ? "'errorCode', 'errorMsg'" : "'code', 'message'")
    .replaceAll('GENERATION', generation.toUpperCase())
    .replaceAll(/\bSECRET_NAMES\b/g, JSON.stringify(SECRET_NAMES))
    .split('\n');
}

/** The helpers that a text calls, and those that these call. */
function helpersOf(text, known = new Set()) {
  for (const helper of HELPERS) {
    if (known.has(helper) || !new RegExp(`\\b${helper.name}\\(`).test(text)) continue;
    known.add(helper);
    helpersOf(bodyOf(helper), known);
  }
  return HELPERS.filter((helper) => known.has(helper));
}

/** What stands between the braces, moved to the left. */
function bodyOf(script) {
  const lines = SOURCES.get(script.name).split('\n').slice(1, -1);
  return lines.map((line) => line.replace(/^ {2}/, '')).join('\n');
}

/** Text of every function that a module declares, by name, without `export`, and without what is said above it. */
function functionSources(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023);
  return new Map(
    source.statements
      .filter(ts.isFunctionDeclaration)
      .map((declared) => [
        declared.name.text,
        source.text.slice(declared.getStart(source), declared.end).replace('export ', ''),
      ]),
  );
}
