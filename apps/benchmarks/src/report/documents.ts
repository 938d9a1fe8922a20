import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchmarkResults } from './benchmark-results.ts';
import { markdownReport } from './markdown-report.ts';
import { ratioChart } from './ratio-chart.ts';

/**
 * Writes what a run found as data, as tables and as a chart.
 *
 * @param directory - where they go.
 */
export async function writeDocuments(directory: string, results: BenchmarkResults): Promise<void> {
  await writeFile(join(directory, 'benchmarks.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(directory, 'benchmarks.md'), markdownReport(results));
  await writeFile(join(directory, 'benchmarks.svg'), ratioChart(results));
}
