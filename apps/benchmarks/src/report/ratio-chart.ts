import type { Part } from '../command-line.ts';
import { CONTENDER_TITLES } from '../contenders/contender.ts';
import type { BenchmarkResults } from './benchmark-results.ts';
import { describeNumber } from './section.ts';

/** What the chart compares: a column of a part in which both clients have a row. */
interface Comparison {
  readonly part: Part;
  readonly column: string;
  readonly title: string;
  readonly ours: string;
  readonly official: string;
}

/** One bar. */
interface Bar {
  readonly title: string;
  readonly ratio: number;
}

const clients = { ours: CONTENDER_TITLES['lp-functions'], official: CONTENDER_TITLES.official };
const imports = { ours: `import('@lp-functions/client')`, official: `import('liveperson-functions-client')` };
const COMPARISONS: readonly Comparison[] = [
  { part: 'invocations', column: '1 at a time', title: 'CPU per call, one at a time', ...clients },
  { part: 'invocations', column: '16 at a time', title: 'CPU per call, 16 at a time', ...clients },
  { part: 'invocations', column: '64 at a time', title: 'CPU per call, 64 at a time', ...clients },
  { part: 'import', column: 'net of node -e 0', title: 'time to import', ...imports },
  { part: 'cold-start', column: 'net of node -e 0', title: 'start, first call, end', ...clients },
  { part: 'memory', column: 'peak RSS', title: 'peak memory of 20,000 calls', ...clients },
  { part: 'install', column: 'packages', title: 'packages installed', ...clients },
  { part: 'install', column: 'kB apparent size', title: 'size installed', ...clients },
];

const WIDTH = 760;
const LABELS = 230;
const ROW = 34;
const TOP = 56;
const BAR_HEIGHT = 18;
/** So that a bar above the official client's still fits. */
const MOST_RATIO = 1.25;

/** Draws what ours costs as parts of what the official client costs, one bar for each comparison that was measured. */
export function ratioChart(results: BenchmarkResults): string {
  const bars = COMPARISONS.flatMap((comparison) => barOf(results, comparison));
  const height = TOP + ROW * bars.length + 28;
  const scale = (ratio: number): number => ((WIDTH - LABELS - 70) * Math.min(ratio, MOST_RATIO)) / MOST_RATIO;
  const line = LABELS + scale(1);
  const label = 'What @lp-functions/client costs, the official client being 1';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}" font-family="system-ui, sans-serif" font-size="14">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="600" fill="#1a1a1a">${label}</text>`,
    ...bars.flatMap(({ title, ratio }, at) => {
      const y = TOP + ROW * at;
      const middle = y + BAR_HEIGHT / 2 + 5;
      const width = scale(ratio).toFixed(1);
      return [
        `<text x="${LABELS - 12}" y="${middle}" text-anchor="end" fill="#1a1a1a">${title}</text>`,
        `<rect x="${LABELS}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="3" fill="${ratio <= 1 ? '#1f6feb' : '#b35900'}"/>`,
        `<text x="${(LABELS + scale(ratio) + 8).toFixed(1)}" y="${middle}" fill="#1a1a1a" stroke="#ffffff" stroke-width="4" paint-order="stroke">${describeNumber(ratio, 2)}</text>`,
      ];
    }),
    `<line x1="${line.toFixed(1)}" y1="${TOP - 10}" x2="${line.toFixed(1)}" y2="${height - 24}" stroke="#6e7781" stroke-dasharray="4 3"/>`,
    `<text x="${line.toFixed(1)}" y="${height - 8}" text-anchor="middle" fill="#57606a" font-size="12">official client</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function barOf({ sections }: BenchmarkResults, { part, column, title, ours, official }: Comparison): readonly Bar[] {
  const section = sections.find((one) => one.part === part);
  const at = section?.columns.indexOf(column) ?? -1;
  const medianOf = (name: string): number | undefined =>
    section?.rows.find((row) => row.name === name)?.values[at]?.median;
  const mine = medianOf(ours);
  const theirs = medianOf(official);
  return mine === undefined || theirs === undefined ? [] : [{ title, ratio: mine / theirs }];
}
