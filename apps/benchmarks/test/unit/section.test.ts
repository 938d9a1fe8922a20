import { expect, it } from 'vitest';
import { counted, goal } from '../../src/report/goal.ts';
import { describeSection } from '../../src/report/section.ts';

it('shows measurements with their range, and goals with whether they are reached', () => {
  const text = describeSection({
    title: 'CPU',
    unit: 'µs',
    columns: ['1 at a time', '16 at a time'],
    decimals: 0,
    rows: [
      { name: 'ours', values: [{ median: 81.6, min: 68, max: 106 }, counted(1000)] },
      { name: 'other', values: [counted(3)] },
    ],
    goals: [
      goal('small', counted(1), 1),
      goal('large', { median: 1.3, min: 1.1, max: 2 }, 1.25),
      goal('open', counted(2)),
    ],
  });
  expect(text).toBe(
    [
      '# CPU',
      '',
      'µs      1 at a time   16 at a time',
      '──────────────────────────────────',
      'ours    82 [68–106]          1,000',
      'other             3',
      '',
      'goal    at most      measured',
      '───────────────────────────────────────────',
      'small         1             1       reached',
      'large      1.25   1.3 [1.1–2]   NOT REACHED',
      'open          –             2',
      '',
    ].join('\n'),
  );
});
