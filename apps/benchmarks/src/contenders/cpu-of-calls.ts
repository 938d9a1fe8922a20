import type { ContenderAnswer, ContenderQuestion } from './contender-question.ts';

const MEGABYTE = 1_000_000;
const KILOBYTES_PER_MEGABYTE = 1_000;

/**
 * Makes calls and tells what they took. Garbage of earlier calls is collected before the clock starts, and the garbage of
 * these calls counts as far as it is collected meanwhile.
 *
 * @param invoke - one call.
 * @param question - how many calls, and how many of them at a time.
 */
export async function cpuOfCalls(
  invoke: () => Promise<void>,
  { calls, concurrency }: ContenderQuestion,
): Promise<ContenderAnswer> {
  globalThis.gc?.();
  const startedAtMs = performance.now();
  const before = process.resourceUsage();
  await inParallel(invoke, calls, concurrency);
  const after = process.resourceUsage();
  const cpuUs = after.userCPUTime - before.userCPUTime + after.systemCPUTime - before.systemCPUTime;
  const wallMs = performance.now() - startedAtMs;
  globalThis.gc?.();
  return {
    cpuUsPerCall: cpuUs / calls,
    wallMs,
    peakRssMb: after.maxRSS / KILOBYTES_PER_MEGABYTE,
    heapMb: process.memoryUsage().heapUsed / MEGABYTE,
  };
}

async function inParallel(invoke: () => Promise<void>, calls: number, concurrency: number): Promise<void> {
  let left = calls;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await invoke();
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, calls) }, lane));
}
