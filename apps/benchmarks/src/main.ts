import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BenchmarkOptions, type Part, readCommandLine, USAGE } from './command-line.ts';
import { startPlatform } from './platform/platform-question.ts';
import { describeSection, type Section } from './report/section.ts';
import { measureBulkCost } from './sections/bulk-cost.ts';
import { measureCliInvoke } from './sections/cli-invoke.ts';
import { measureCliStart } from './sections/cli-start.ts';
import { measureConsolePage } from './sections/console-page.ts';
import { countFirstCalls } from './sections/first-calls.ts';
import { measureImportTime } from './sections/import-time.ts';
import { measureInstallSize } from './sections/install-size.ts';
import { measureInvocationCpu } from './sections/invocation-cpu.ts';
import { measureQueueThroughput } from './sections/queue-throughput.ts';
import { measureTelemetryCpu } from './sections/telemetry-cpu.ts';
import { describeSurroundings } from './surroundings.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LPFN = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));

const options = commandLine();
if (options !== undefined) await runBenchmarks(options);

async function runBenchmarks({ parts, json, ...counts }: BenchmarkOptions): Promise<void> {
  const surroundings = describeSurroundings();
  const sections: Section[] = [];
  const platform = startPlatform();
  const work: Readonly<Record<Part, () => Promise<Section | undefined>>> = {
    invocations: () => measureInvocationCpu(platform, counts),
    telemetry: () => measureTelemetryCpu(platform, counts),
    bulk: () => measureBulkCost(platform, counts),
    'first-calls': () => countFirstCalls(platform),
    import: () => measureImportTime(counts.startUps),
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
      sections.push(section);
      if (!json) print(describeSection(section));
    }
  } finally {
    await platform.stop();
  }
  if (json) print(JSON.stringify({ surroundings, sections }, undefined, 2));
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
