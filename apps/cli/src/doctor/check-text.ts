import type { AnswerColors } from '../terminal/output.ts';
import { withVisibleControls } from '../terminal/visible-controls.ts';
import type { CheckResult } from './check-result.ts';

const SYMBOLS: Readonly<Record<CheckResult['status'], string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };
const WORDS: Readonly<Record<CheckResult['status'], string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'FAILED',
  skipped: 'skipped',
};
const STAGE_WIDTH = 15;
const WORD_WIDTH = 9;

/** Narrower, nothing is gained by folding. */
const MIN_TEXT_WIDTH = 30;

/** Where the text is to appear. */
export interface Screen {
  /** Whether a symbol stands for the word: on a terminal. */
  readonly symbols: boolean;
  /** Characters of a line, on a terminal; elsewhere lines are not folded. */
  readonly columns: number | undefined;
  readonly colors: AnswerColors;
}

/** One stage as a person reads it: what was tried, what was seen, what to do. */
export function checkText(
  { stage, status, tried, saw, advice }: CheckResult,
  { symbols, columns, colors }: Screen,
): string {
  const mark = symbols ? `${SYMBOLS[status]} ` : WORDS[status].padEnd(WORD_WIDTH);
  const head = `${mark}${stage.padEnd(STAGE_WIDTH)}`;
  const under = ' '.repeat(head.length);
  const width = columns === undefined ? Infinity : Math.max(MIN_TEXT_WIDTH, columns - head.length - 1);
  const parts = status === 'skipped' ? [`not tried: ${saw}`] : [tried, saw];
  const lines = parts.flatMap((part) => folded(part, width));
  if (advice !== undefined)
    lines.push(...folded(advice, width - 2).map((line, at) => `${at === 0 ? '→' : ' '} ${line}`));
  const color = { ok: colors.green, warning: colors.yellow, failed: colors.red, skipped: colors.dim }[status];
  const shown = status === 'skipped' ? lines.map((line) => colors.dim(line)) : lines;
  return shown.map((line, at) => `${at === 0 ? color(head) : under}${line}`).join('\n');
}

function folded(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of withVisibleControls(text).split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
