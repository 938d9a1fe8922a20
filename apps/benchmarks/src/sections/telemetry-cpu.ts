import { CONTENDER_TITLES, type ContenderName } from '../contenders/contender.ts';
import type { PlatformAnswer, PlatformQuestion } from '../platform/platform-question.ts';
import { type Goal, goal } from '../report/goal.ts';
import type { Section } from '../report/section.ts';
import { ratioOf, spreadOf } from '../report/spread.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { sampleCpu, type SampleOptions } from './cpu-samples.ts';

/** Below this there is no difference: see the README of this folder. */
const NOISE = 1.05;

/**
 * Measures what OpenTelemetry costs an invocation: unset, with the API alone, and with an SDK; and, if there is one, against
 * another build with telemetry unset.
 */
export async function measureTelemetryCpu(
  platform: WorkerProcess<PlatformQuestion, PlatformAnswer>,
  options: Omit<SampleOptions, 'contenders'>,
): Promise<Section> {
  const { concurrencies, rounds, calls, baselineDirectory } = options;
  const contenders: readonly ContenderName[] = [
    ...(baselineDirectory === undefined ? [] : (['baseline'] as const)),
    'lp-functions',
    'lp-functions-noop',
    'lp-functions-sdk',
  ];
  const found = await sampleCpu(platform, { ...options, contenders });
  const goals = concurrencies.flatMap((concurrency, at): readonly Goal[] => {
    const of = (name: ContenderName): readonly number[] => found[at]?.get(name) ?? [];
    const ours = of('lp-functions');
    const before = baselineDirectory === undefined ? [] : [goal(`unset / baseline at ${concurrency}`, ratioOf(ours, of('baseline')), NOISE)]; // prettier-ignore
    return [
      ...before,
      goal(`API without SDK / unset at ${concurrency}`, ratioOf(of('lp-functions-noop'), ours)),
      goal(`SDK / unset at ${concurrency}`, ratioOf(of('lp-functions-sdk'), ours)),
    ];
  });
  return {
    title: `CPU per invocation with OpenTelemetry, ${rounds} rounds of ${calls} calls each`,
    unit: 'µs of CPU per call: median [range]',
    columns: concurrencies.map((concurrency) => `${concurrency} at a time`),
    decimals: 1,
    rows: contenders.map((name) => ({
      name: name === 'lp-functions' ? 'telemetry: unset' : CONTENDER_TITLES[name],
      values: found.map((samples) => spreadOf(samples.get(name) ?? [])),
    })),
    goals,
  };
}
