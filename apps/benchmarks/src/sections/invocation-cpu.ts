import { CONTENDER_TITLES } from '../contenders/contender.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { type Goal, goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { sampleCpu, type SampleOptions, type Samples } from './cpu-samples.ts';

/** Architecture, section 4. They are promised for busy clients, from this concurrency on. */
const BUSY_FROM = 16;
const MOST_OF_UNDICI = 1.25;
const MOST_OF_OFFICIAL = 0.25;

/** Measures the CPU that one invocation takes in the process of its caller, against other clients. */
export async function measureInvocationCpu(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  options: SampleOptions,
): Promise<Section> {
  const { contenders, concurrencies, rounds, calls } = options;
  const found = await sampleCpu(platform, options);
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
