import type { BulkAnswer, BulkQuestion } from './bulk-question.ts';

/** By then everything that a bulk needs is there. */
const SETTLED_IN = 1 / 20;
const MEGABYTE = 1_000_000;
const KILOBYTES_PER_MEGABYTE = 1_000;

/**
 * Runs a bulk and tells what it took. Garbage is collected five times meanwhile, which both ways pay alike.
 *
 * @param run - the bulk; tells of every outcome.
 * @param question - how many items.
 */
export async function costOfBulk(
  run: (settled: () => void) => Promise<void>,
  { items }: BulkQuestion,
): Promise<BulkAnswer> {
  let count = 0;
  let heapBefore = 0;
  let mostAfter = 0;
  const first = Math.max(1, Math.floor(items * SETTLED_IN));
  const quarter = Math.max(1, Math.floor(items / 4));
  const startedAtMs = performance.now();
  const before = process.resourceUsage();
  await run(() => {
    count += 1;
    if (count === first) heapBefore = heapAfterCollection();
    else if (count % quarter === 0) mostAfter = Math.max(mostAfter, heapAfterCollection());
  });
  const after = process.resourceUsage();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  if (count !== items) throw new Error(`${count} outcomes of ${items} items`);
  const cpuUs = after.userCPUTime - before.userCPUTime + after.systemCPUTime - before.systemCPUTime;
  return {
    itemsPerSecond: items / seconds,
    peakRssMb: after.maxRSS / KILOBYTES_PER_MEGABYTE,
    heapGrowthMb: (mostAfter - heapBefore) / MEGABYTE,
    cpuUsPerItem: cpuUs / items,
  };
}

function heapAfterCollection(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
