const LANGUAGES = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js' };

/**
 * The code fences of a Markdown text that hold TypeScript or JavaScript. `no-run` after the language says: compile only.
 *
 * @param {string} markdown
 * @returns {{ language: 'ts' | 'js', run: boolean, line: number, code: string }[]} `line` is that of the first line of code, from 1
 */
export function readmeFences(markdown) {
  const fences = [];
  let open;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    if (open === undefined) {
      const [, indent, mark, language, rest] = /^( *)(`{3,}|~{3,})\s*(\w*)\s*(.*)$/.exec(line) ?? [];
      if (mark !== undefined) open = { indent, mark, language: LANGUAGES[language], rest, line: index + 2, code: [] };
    } else if (line.trim() === open.mark) {
      if (open.language !== undefined) {
        const run = !/\bno-run\b/.test(open.rest);
        fences.push({ language: open.language, run, line: open.line, code: `${open.code.join('\n')}\n` });
      }
      open = undefined;
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  return fences;
}
