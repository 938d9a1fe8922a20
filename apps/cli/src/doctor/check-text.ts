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

/**
 * One stage as a person reads it: what was tried, what was seen, what to do.
 *
 * @param symbols - whether a symbol stands for the word: on a terminal.
 */
export function checkText({ stage, status, tried, saw, advice }: CheckResult, symbols: boolean): string {
  const mark = symbols ? `${SYMBOLS[status]} ` : WORDS[status].padEnd(WORD_WIDTH);
  const head = `${mark}${stage.padEnd(STAGE_WIDTH)}`;
  const under = ' '.repeat(head.length);
  if (status === 'skipped') return `${head}not tried: ${saw}`;
  const lines = [`${head}${tried}`, `${under}${saw}`];
  if (advice !== undefined) lines.push(`${under}→ ${advice}`);
  return lines.join('\n');
}
