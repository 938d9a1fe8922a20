import type { BenchmarkResults, MeasuredPart } from './benchmark-results.ts';
import type { Goal } from './goal.ts';
import { describeNumber, describeSpread, GOAL_DECIMALS } from './section.ts';

/**
 * Writes results as a document: the goals first, then where ours costs more than what it is compared with, then every table.
 */
export function markdownReport({ surroundings, sections }: BenchmarkResults): string {
  const { node, processor, cores, loadBefore, undici, got, startedAt } = surroundings;
  const goals = sections.flatMap((section) => section.goals.map((one) => ({ section, one })));
  const promised = goals.filter(({ one }) => one.limit !== undefined);
  const missed = promised.filter(({ one }) => one.reached === false);
  const dearer = goals.filter(({ one }) => /\//.test(one.what) && one.limit !== 1 && one.measured.median > 1);
  return [
    '# Benchmarks',
    '<!-- Written by `bench --write` from benchmarks.json, as the chart is. -->',
    'Side by side in one run on one machine. Read ratios, not times: they were taken round by round, and a machine that is slower, or busier, is so for all. What is measured, how, and how far to trust it: [apps/benchmarks](../apps/benchmarks/README.md).',
    `Node ${node.replace(/^v/, '')}, undici ${undici}, got ${got}, on ${cores} cores of ${processor}; ${describeNumber(loadBefore, 1)} processes wanted a core when it began, on ${startedAt.slice(0, 10)}. Medians, with the least and the greatest in brackets.`,
    '![Costs relative to the official client](benchmarks.svg)',
    '## Goals',
    missed.length === 0 ? 'All are reached.' : `Not reached: ${missed.map(({ one }) => one.what).join('; ')}.`,
    goalTable(promised),
    '## Where ours costs more',
    dearer.length === 0
      ? 'Nowhere in this run.'
      : dearer
          .map(({ section, one }) => `- ${section.part}: ${one.what}: ${describeSpread(one.measured, GOAL_DECIMALS)}`)
          .join('\n'),
    ...sections.flatMap((section) => [
      `## ${section.title}`,
      ...measuredLater(section),
      rowTable(section),
      ...comparisons(section),
    ]),
  ]
    .join('\n\n')
    .concat('\n');
}

function goalTable(goals: readonly { readonly section: MeasuredPart; readonly one: Goal }[]): string {
  return table(
    ['part', 'what', 'at most', 'measured', ''],
    goals.map(({ section, one }) => [
      `\`${section.part}\``,
      one.what,
      describeNumber(one.limit ?? Number.NaN, GOAL_DECIMALS),
      describeSpread(one.measured, GOAL_DECIMALS),
      one.reached === true ? 'reached' : '**not reached**',
    ]),
  );
}

function rowTable({ unit, columns, rows, decimals }: MeasuredPart): string {
  return table(
    [unit, ...columns],
    rows.map(({ name, values }) => [
      name,
      ...columns.map((_, at) => {
        const value = values[at];
        return value === undefined ? '' : describeSpread(value, decimals);
      }),
    ]),
  );
}

/** Says so where a part is not of the run that the head of the document describes. */
function measuredLater({ measuredAt }: MeasuredPart): readonly string[] {
  return measuredAt === undefined ? [] : [`Measured apart from the others, at ${measuredAt}.`];
}

/** Ratios without a promise. */
function comparisons({ goals }: MeasuredPart): readonly string[] {
  const open = goals.filter(({ limit }) => limit === undefined);
  return open.length === 0
    ? []
    : [open.map(({ what, measured }) => `${what}: ${describeSpread(measured, GOAL_DECIMALS)}.`).join(' ')];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows].map(line).join('\n');
}
