import type { ContenderName } from '../contenders/contender.ts';
import { startContender, type StartOptions } from '../contenders/contender-question.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import type { WorkerProcess } from '../worker-process.ts';

/** How much is measured. */
export interface SampleOptions extends StartOptions {
  readonly contenders: readonly ContenderName[];
  readonly concurrencies: readonly number[];
  readonly rounds: number;
  /** Per contender, concurrency and round. */
  readonly calls: number;
  readonly warmUpCalls: number;
}

/** Microseconds of CPU per call by contender, one per round. */
export type Samples = ReadonlyMap<ContenderName, readonly number[]>;

const WARM_UP_CONCURRENCY = 16;
/** Calls per lane before the clock starts, so that connections are open again. */
const OPENING_CALLS = 4;

/**
 * Measures the CPU that one invocation takes in the process of its caller. All contenders live through the whole run, each
 * in its own process; they take turns, in the other direction every second round, so that heat, noise and neighbours
 * burden all alike.
 *
 * @returns for each concurrency, in the given order.
 */
export async function sampleCpu(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  options: SampleOptions,
): Promise<readonly Samples[]> {
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
  return found;
}
