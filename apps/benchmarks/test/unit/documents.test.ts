import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { BenchmarkResults, MeasuredPart } from '../../src/report/benchmark-results.ts';
import { counted, goal } from '../../src/report/goal.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { ratioChart } from '../../src/report/ratio-chart.ts';

const read = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8');

const surroundings: BenchmarkResults['surroundings'] = {
  node: 'v20.20.2',
  processor: 'a processor',
  cores: 2,
  loadBefore: 0.51,
  undici: '7.0.0',
  got: '14.0.0',
  startedAt: '2026-01-02T03:04:05.000Z',
};

function part(changes: Partial<MeasuredPart>): MeasuredPart {
  return {
    part: 'memory',
    title: 'T',
    unit: 'MB',
    columns: ['peak RSS', 'more'],
    decimals: 1,
    rows: [],
    goals: [],
    ...changes,
  };
}

const rows = [
  { name: '@lp-functions/client', values: [counted(30), counted(1)] },
  { name: 'liveperson-functions-client 2.2.0', values: [counted(20)] },
];

it('docs/benchmarks.md and .svg are what docs/benchmarks.json says; if not, run bench --write', () => {
  const results = JSON.parse(read('benchmarks.json')) as BenchmarkResults;
  expect(read('benchmarks.md')).toBe(markdownReport(results));
  expect(read('benchmarks.svg')).toBe(ratioChart(results));
});

it('what docs/benchmarks.md compares was measured with the full counts, against the official client', () => {
  const { sections } = JSON.parse(read('benchmarks.json')) as BenchmarkResults;
  const parts = sections.map((section) => section.part);
  expect(parts).toEqual(expect.arrayContaining(['invocations', 'first-calls', 'import', 'cold-start', 'memory', 'bulk', 'install'])); // prettier-ignore
  expect(sections.find((section) => section.part === 'invocations')?.title).toContain('5 rounds of 4000 calls');
});

it('a document names what is not reached, and where ours costs more', () => {
  const goals = [goal('ours / official', counted(1.5), 1.2), goal('ours / other', counted(1.1)), goal('small', counted(1), 2)]; // prettier-ignore
  const text = markdownReport({ surroundings, sections: [part({ rows, goals })] });
  expect(text).toContain('Not reached: ours / official.');
  expect(text).toContain('| `memory` | ours / official | 1.2 | 1.5 | **not reached** |');
  expect(text).toContain('- memory: ours / official: 1.5\n- memory: ours / other: 1.1\n');
  expect(text).toContain('| @lp-functions/client | 30 | 1 |\n| liveperson-functions-client 2.2.0 | 20 |  |');
  const later = markdownReport({ surroundings, sections: [part({ rows, measuredAt: '2026-01-03T00:00:00.000Z' })] });
  expect(later).toContain('All are reached.');
  expect(later).toContain('Measured apart from the others, at 2026-01-03T00:00:00.000Z.');
  expect(text).not.toContain('Measured apart');
});

it('a chart has a bar for what was measured, and does not hide one above the official client', () => {
  const chart = ratioChart({ surroundings, sections: [part({ goals: [goal('peak RSS, ours / liveperson-functions-client 2.2.0', counted(1.5))] }), part({ part: 'install', columns: ['packages'], rows }), part({ part: 'import' })] }); // prettier-ignore
  expect(chart.match(/<rect [^>]*rx/g)).toHaveLength(2);
  expect(chart).toContain('peak memory');
  expect(chart).toContain('packages installed');
  expect(chart).toContain('>1.5</text>');
  expect(chart).toContain('#b35900');
});
