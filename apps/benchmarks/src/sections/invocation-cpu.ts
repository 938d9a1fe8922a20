import { CONTENDER_TITLES, type ContenderName } from '../contenders/contender.ts';
import { type ProfileOption, startContender } from '../contenders/contender-question.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { type Goal, goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';

/** How much is measured. */
export interface InvocationCpuOptions extends ProfileOption {
  readonly contenders: readonly ContenderName[];
  readonly concurrencies: readonly number[];
  readonly rounds: number;
  /** Per contender, concurrency and round. */
  readonly calls: number;
  readonly warmUpCalls: number;
}

/** Measurements of one contender at one concurrency, one per round. */
type Samples = ReadonlyMap<ContenderName, readonly number[]>;

const WARM_UP_CONCURRENCY = 16;
/** Calls per lane before the clock starts, so that connections are open again. */
const OPENING_CALLS = 4;
/** Architecture, section 4. They are promised for busy clients, from this concurrency on. */
const BUSY_FROM = 16;
const MOST_OF_UNDICI = 1.25;
const MOST_OF_OFFICIAL = 0.25;

/**
 * Measures the CPU that one invocation takes in the process of its caller. All contenders live through the whole run, each
 * in its own process; they take turns, in the other direction every second round, so that heat, noise and neighbours
 * burden all alike.
 */
export async function measureInvocationCpu(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  options: InvocationCpuOptions,
): Promise<Section> {
  const { contenders, concurrencies, rounds, calls, warmUpCalls } = options;
  const { port } = await platform.ask({ resetWithDelayMs: 0 });
  const workers = contenders.map((name) => ({ name, worker: startContender(name, port, options) }));
  const found = concurrencies.map(() => new Map<ContenderName, number[]>(contenders.map((name) => [name, []])));
  try {
    for (const { worker } of workers) await worker.ask({ calls: warmUpCalls, concurrency: WARM_UP_CONCURRENCY });
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? workers : workers.toReversed();
      for (const [at, concurrency] of concurrencies.entries()) {
        for (const { name, worker } of order) {
          await worker.ask({ calls: concurrency * OPENING_CALLS, concurrency });
          const { cpuUsPerCall } = await worker.ask({ calls, concurrency });
          found[at]?.get(name)?.push(cpuUsPerCall);
        }
      }
    }
  } finally {
    await Promise.all(workers.map(({ worker }) => worker.stop()));
  }
  return {
    title: `CPU per invocation, ${rounds} rounds of ${calls} calls each`,
    unit: 'µs of CPU per call: median [range]',
    columns: concurrencies.map((concurrency) => `${concurrency} at a time`),
    decimals: 0,
    rows: contenders.map((name) => ({
      name: CONTENDER_TITLES[name],
      values: found.map((samples) => spreadOf(samples.get(name) ?? [])),
    })),
    goals: concurrencies.flatMap((concurrency, at) => goalsAt(concurrency, found[at] ?? new Map())),
  };
}

function goalsAt(concurrency: number, samples: Samples): readonly Goal[] {
  const ours = samples.get('lp-functions');
  const undici = samples.get('undici');
  const official = samples.get('official');
  if (ours === undefined) return [];
  const at = `at ${concurrency}`;
  const busy = concurrency >= BUSY_FROM;
  const goals: Goal[] = [];
  if (undici !== undefined) {
    goals.push(goal(`ours / bare undici ${at}`, ratioOf(ours, undici), busy ? MOST_OF_UNDICI : undefined));
  }
  if (official !== undefined) {
    goals.push(goal(`ours / official ${at}`, ratioOf(ours, official), busy ? MOST_OF_OFFICIAL : undefined));
  }
  return goals;
}
