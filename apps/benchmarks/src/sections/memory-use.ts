import { CONTENDER_TITLES, type ContenderName } from '../contenders/contender.ts';
import { type ContenderAnswer, startContender } from '../contenders/contender-question.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';

const CONCURRENCY = 64;
/** Calls after which everything is there that calls need. */
const SETTLED_AFTER = 1_000;

interface MemoryUse {
  readonly settled: ContenderAnswer;
  readonly after: ContenderAnswer;
}

/** Measures the memory of a process that calls: each contender has a new process in every round. */
export async function measureMemoryUse(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  contenders: readonly ContenderName[],
  { calls, rounds }: { readonly calls: number; readonly rounds: number },
): Promise<Section> {
  const { port } = await platform.ask({ resetWithDelayMs: 0 });
  const found = new Map<ContenderName, MemoryUse[]>(contenders.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const worker = startContender(name, port);
      try {
        const settled = await worker.ask({ calls: SETTLED_AFTER, concurrency: CONCURRENCY });
        found.get(name)?.push({ settled, after: await worker.ask({ calls, concurrency: CONCURRENCY }) });
      } finally {
        await worker.stop();
      }
    }
  }
  const of = (name: ContenderName, read: (use: MemoryUse) => number): readonly number[] =>
    (found.get(name) ?? []).map(read);
  const peak = ({ after }: MemoryUse): number => after.peakRssMb;
  return {
    title: `Memory of a process that makes ${calls.toLocaleString('en-GB')} calls, ${CONCURRENCY} at a time, ${rounds} processes each`,
    unit: 'MB: median [range]',
    columns: ['peak RSS', 'heap after GC', 'its growth'],
    decimals: 1,
    rows: contenders.map((name) => ({
      name: CONTENDER_TITLES[name],
      values: [
        peak,
        ({ after }: MemoryUse) => after.heapMb,
        ({ settled, after }: MemoryUse) => after.heapMb - settled.heapMb,
      ].map((read) => spreadOf(of(name, read))),
    })),
    goals: (['official', 'undici'] as const)
      .filter((other) => contenders.includes(other) && contenders.includes('lp-functions'))
      .map((other) =>
        goal(`peak RSS, ours / ${CONTENDER_TITLES[other]}`, ratioOf(of('lp-functions', peak), of(other, peak))),
      ),
  };
}
