import { BULK_TITLES, type BulkAnswer, type BulkName, BULKS, startBulk } from '../bulk/bulk-question.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';

/** How much is measured. */
export interface BulkCostOptions {
  readonly items: number;
  readonly bulkRounds: number;
}

const CONCURRENCY = 64;
/** Architecture, section 4: at least 0.8 of the loop's rate. */
const MOST_OF_TIME = 1 / 0.8;
const MOST_OF_RSS = 1.3;
const MOST_HEAP_GROWTH_MB = 20;

/**
 * Measures `invokeEach` against a loop by hand on the same client: rate, memory, CPU. Every run has a process of its own,
 * since the most memory that a process had never goes down; they take turns, in the other order every second round.
 */
export async function measureBulkCost(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  { items, bulkRounds }: BulkCostOptions,
): Promise<Section> {
  const { port } = await platform.ask({ resetWithDelayMs: 0 });
  const found = new Map<BulkName, BulkAnswer[]>(BULKS.map((name) => [name, []]));
  for (let round = 0; round < bulkRounds; round += 1) {
    for (const name of round % 2 === 0 ? BULKS : BULKS.toReversed()) {
      const worker = startBulk(name, port);
      try {
        found.get(name)?.push(await worker.ask({ items, concurrency: CONCURRENCY }));
      } finally {
        await worker.stop();
      }
    }
  }
  const of = (name: BulkName, field: keyof BulkAnswer): readonly number[] =>
    (found.get(name) ?? []).map((answer) => answer[field]);
  return {
    title: `${items.toLocaleString('en-GB')} items, ${CONCURRENCY} at a time, ${bulkRounds} processes each`,
    unit: 'median [range]',
    columns: ['items/s', 'peak RSS, MB', 'heap growth, MB', 'CPU, µs/item'],
    decimals: 1,
    rows: BULKS.map((name) => ({
      name: BULK_TITLES[name],
      values: (['itemsPerSecond', 'peakRssMb', 'heapGrowthMb', 'cpuUsPerItem'] as const).map((field) =>
        spreadOf(of(name, field)),
      ),
    })),
    goals: [
      // The loop's rate over ours: their times the other way round.
      goal('time, invokeEach / loop', ratioOf(of('loop', 'itemsPerSecond'), of('invokeEach', 'itemsPerSecond')), MOST_OF_TIME), // prettier-ignore
      goal('peak RSS, invokeEach / loop', ratioOf(of('invokeEach', 'peakRssMb'), of('loop', 'peakRssMb')), MOST_OF_RSS),
      goal('heap growth of invokeEach, MB', spreadOf(of('invokeEach', 'heapGrowthMb')), MOST_HEAP_GROWTH_MB),
    ],
  };
}
