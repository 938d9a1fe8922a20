import type { Part } from '../command-line.ts';
import { CONTENDER_TITLES } from '../contenders/contender.ts';
import type { BenchmarkResults } from './benchmark-results.ts';
import { describeNumber } from './section.ts';

/** What the chart compares: a ratio that a part tells, or one of a column in which both clients have a row. */
interface Comparison {
  readonly part: Part;
  readonly title: string;
  readonly goal?: string;
  readonly column?: string;
}

/** One bar. */
interface Bar {
  readonly title: string;
  readonly ratio: number;
}

const OURS = CONTENDER_TITLES['lp-functions'];
const OFFICIAL = CONTENDER_TITLES.official;
const COMPARISONS: readonly Comparison[] = [
  { part: 'invocations', goal: 'ours / official at 1', title: 'CPU per call, one at a time' },
  { part: 'invocations', goal: 'ours / official at 16', title: 'CPU per call, 16 at a time' },
  { part: 'invocations', goal: 'ours / official at 64', title: 'CPU per call, 64 at a time' },
  { part: 'import', goal: 'ours / official, net', title: 'time to import' },
  { part: 'cold-start', goal: 'ours / official, net', title: 'start, first call, end' },
  { part: 'memory', goal: `peak RSS, ours / ${OFFICIAL}`, title: 'peak memory' },
  { part: 'install', column: 'packages', title: 'packages installed' },
  { part: 'install', goal: 'size, ours / official', title: 'size installed' },
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

function barOf({ sections }: BenchmarkResults, { part, title, goal, column }: Comparison): readonly Bar[] {
  const section = sections.find((one) => one.part === part);
  if (section === undefined) return [];
  const told = section.goals.find(({ what }) => what === goal)?.measured.median;
  const at = section.columns.findIndex((name) => name === column);
  const medianOf = (name: string): number => section.rows.find((row) => row.name === name)?.values[at]?.median ?? NaN;
  const ratio = told ?? medianOf(OURS) / medianOf(OFFICIAL);
  return Number.isFinite(ratio) ? [{ title, ratio }] : [];
}
