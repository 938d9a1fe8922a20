import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchmarkOptions, type Part, readCommandLine, USAGE } from './command-line.ts';
import { startPlatform } from './platform/platform-question.ts';
import type { BenchmarkResults, MeasuredPart } from './report/benchmark-results.ts';
import { writeDocuments } from './report/documents.ts';
import { describeSection, type Section } from './report/section.ts';
import { measureBulkCost } from './sections/bulk-cost.ts';
import { measureCliInvoke } from './sections/cli-invoke.ts';
import { measureCliStart } from './sections/cli-start.ts';
import { measureColdStart } from './sections/cold-start.ts';
import { measureConsolePage } from './sections/console-page.ts';
import { countFirstCalls } from './sections/first-calls.ts';
import { measureImportTime } from './sections/import-time.ts';
import { measureInstallSize } from './sections/install-size.ts';
import { measureInvocationCpu } from './sections/invocation-cpu.ts';
import { measureMemoryUse } from './sections/memory-use.ts';
import { measureQueueThroughput } from './sections/queue-throughput.ts';
import { measureTelemetryCpu } from './sections/telemetry-cpu.ts';
import { describeSurroundings } from './surroundings.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LPFN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));

const options = commandLine();
if (options !== undefined) await runBenchmarks(options);

async function runBenchmarks({ parts, json, write, ...counts }: BenchmarkOptions): Promise<void> {
  const surroundings = describeSurroundings();
  const sections: MeasuredPart[] = [];
  const platform = startPlatform();
  const work: Readonly<Record<Part, () => Promise<Section | undefined>>> = {
    invocations: () => measureInvocationCpu(platform, counts),
    telemetry: () => measureTelemetryCpu(platform, counts),
    bulk: () => measureBulkCost(platform, counts),
    'first-calls': () => countFirstCalls(platform),
    import: () => measureImportTime(counts.startUps),
    'cold-start': () => measureColdStart(platform, counts.contenders, counts.startUps),
    memory: () =>
      measureMemoryUse(platform, counts.contenders, { calls: counts.memoryCalls, rounds: counts.bulkRounds }),
    cli: () => (existsSync(LPFN) ? measureCliStart(LPFN, counts.startUps) : Promise.resolve(undefined)),
    'cli-invoke': () =>
      existsSync(LPFN) ? measureCliInvoke(LPFN, platform, counts.startUps) : Promise.resolve(undefined),
    queue: () => measureQueueThroughput(counts.rounds, counts.queueItems),
    console: () => measureConsolePage(counts),
    install: () => measureInstallSize(ROOT),
  };
  if (!json)
    print(
      Object.entries(surroundings)
        .map(([name, value]) => `${name} ${value}`)
        .join(' · '),
      '',
    );
  try {
    for (const part of parts) {
      const section = await work[part]();
      if (section === undefined) continue;
      sections.push({ part, ...section });
      if (!json) print(describeSection(section));
    }
  } finally {
    await platform.stop();
  }
  const results: BenchmarkResults = { surroundings, sections };
  if (json) print(JSON.stringify(results, undefined, 2));
  if (write) await writeDocuments(join(ROOT, 'docs'), results);
}

function commandLine(): BenchmarkOptions | undefined {
  try {
    const read = readCommandLine(process.argv.slice(2));
    if (read === undefined) print(USAGE);
    return read;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
