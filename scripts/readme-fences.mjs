const LANGUAGES = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js', sh: 'sh', bash: 'sh' };

/**
 * The code fences of a Markdown text that hold TypeScript, JavaScript or shell commands. `no-run` after the language says: compile only.
 *
 * @param {string} markdown
 * @returns {{ language: 'ts' | 'js' | 'sh', run: boolean, line: number, code: string }[]} `line` is that of the first line of code, from 1
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

/** Programs that reach beyond this machine, or do not end by themselves: a fence with one of them has to be marked `no-run`. */
const NOT_FOR_A_TEST =
  /(?:^\s*|[;&|(]\s*|\$\(\s*)(?:sudo\s+)?(npm|npx|pnpm|yarn|git|docker|kubectl|brew|apt-get|apt|mvn|lpfn emulator)\b/m;

/**
 * The first program of a shell fence that no test may start.
 *
 * @param {string} code
 * @returns {string | undefined}
 */
export function programNotForATest(code) {
  return NOT_FOR_A_TEST.exec(code)?.[1];
}
