import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../scripts/workspace.mjs';

/** A newcomer's path: docs/first-steps.md. */
const DOCUMENT = join(ROOT, 'docs', 'first-steps.md');

/**
 * Reads the newcomer's path out of its document: shell fences are commands, one a line; a JavaScript fence is a file, whose name
 * stands in backticks in the paragraph above (`no-run` is for the check of snippets, which installs nothing); the last fence, without language, is what the last command prints.
 *
 * @param {string} markdown
 * @returns {{ commands: string[], file: { name: string, text: string }, prints: string }}
 * @throws Error if one of them is missing
 */
export function readFirstSteps(markdown) {
  const fences = [...markdown.matchAll(/```(\w*)(?: no-run)?\n([^]*?)```/g)].map((match) => ({
    language: match[1],
    text: match[2],
    above: markdown.slice(0, match.index),
  }));
  const commands = fences
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line !== '');
  const script = fences.find(({ language }) => language === 'js');
  const [, name] = /`([\w-]+\.m?js)`[^`]*$/.exec(script?.above ?? '') ?? [];
  const prints = fences.findLast(({ language }) => language === '')?.text;
  if (commands.length === 0 || name === undefined || prints === undefined) {
    throw new Error('the first steps lack a command, a file or what is printed');
  }
  return { commands, file: { name, text: script.text }, prints };
}

/**
 * Goes the newcomer's path in a shell, as it is written.
 *
 * @param {string} directory an empty one
 * @param {(command: string, cwd: string) => Promise<{ code: number, stdout: string, output: string }>} shell
 * @returns {Promise<{ ok: boolean, output: string, seconds: number[] }>} `seconds` that each command took
 */
export async function goFirstSteps(directory, shell) {
  const { commands, file, prints } = readFirstSteps(await readFile(DOCUMENT, 'utf8'));
  const seconds = [];
  let cwd = directory;
  let printed = '';
  for (const command of commands) {
    // The file is written once there is something to import: where the reader is told to.
    if (command === commands.at(-1)) await writeFile(join(cwd, file.name), file.text);
    const startedAtMs = performance.now();
    const { code, stdout, output } = await shell(command, cwd);
    seconds.push((performance.now() - startedAtMs) / 1_000);
    if (code !== 0) return { ok: false, output: `$ ${command}\n${output}`, seconds };
    const [, folder] = /&& cd (\S+)$/.exec(command) ?? [];
    if (folder !== undefined) cwd = join(cwd, folder);
    printed = stdout;
  }
  return { ok: printed === prints, output: `expected\n${prints}got\n${printed}`, seconds };
}
