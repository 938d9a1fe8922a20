import { describe, expect, it } from 'vitest';
import { summarise, summaryText } from '../../src/invoke/batch/batch-summary.ts';
import { createTally } from '../../src/invoke/batch/batch-tally.ts';

function tallyOf(
  unknown: readonly number[],
  failed: readonly (readonly [number, string])[] = [],
): ReturnType<typeof createTally> {
  const tally = createTally();
  tally.add({ line: 1, ok: true });
  for (const [line, code] of failed) tally.add({ line, ok: false, code });
  for (const line of unknown) tally.add({ line, ok: false, code: 'OUTCOME_UNKNOWN' });
  return tally;
}

describe('summaryText', () => {
  it('tells the most frequent failures first, and lines in ranges', () => {
    const tally = tallyOf(
      [12, 9, 8, 7, 20],
      [
        [5, 'THROTTLED'],
        [4, 'FUNCTION_THREW'],
        [3, 'FUNCTION_THREW'],
      ],
    );
    const text = summaryText(summarise({ tally, total: 1_020, sent: 1_000, elapsedMs: 125_000, out: undefined }));
    expect(text.split('\n')).toEqual([
      'lines             1,020',
      'ok                1',
      'failed            3',
      '  FUNCTION_THREW  2, first on line 3',
      '  THROTTLED       1, first on line 5',
      'unknown           5, on line 7-9, 12, 20',
      'not sent          1,011',
      'sent now          1,000 in 2 min 5 s, 8.0/s',
    ]);
  });

  it('stays short', () => {
    const tally = tallyOf(Array.from({ length: 500 }, (_, at) => at * 2));
    const text = summaryText(summarise({ tally, total: undefined, sent: 1, elapsedMs: 10, out: 'x' }));
    expect(text.length).toBeLessThan(300);
    expect(text).toContain('and others');
    expect(text).not.toContain('not sent');
  });
});
