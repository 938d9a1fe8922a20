import { startWorker, type WorkerProcess } from '../worker-process.ts';

/** The two ways to call for every item of a source. */
export const BULKS = ['invokeEach', 'loop'] as const;

/** Name of one of them. */
export type BulkName = (typeof BULKS)[number];

/** How the report calls them. */
export const BULK_TITLES: Readonly<Record<BulkName, string>> = {
  invokeEach: 'invokeEach',
  loop: 'a loop by hand around invokeByUuid',
};

/** Asks for a bulk. */
export interface BulkQuestion {
  readonly items: number;
  /** Calls in flight at any time. */
  readonly concurrency: number;
}

/** What it took. */
export interface BulkAnswer {
  readonly itemsPerSecond: number;
  /** The most memory that the process ever had, in megabytes. */
  readonly peakRssMb: number;
  /** Heap after garbage collection, the most at any quarter above what it was after a twentieth, in megabytes. */
  readonly heapGrowthMb: number;
  /** User and system time, in microseconds per item. */
  readonly cpuUsPerItem: number;
}

/** Starts a bulk in a process of its own. */
export function startBulk(name: BulkName, port: number): WorkerProcess<BulkQuestion, BulkAnswer> {
  return startWorker('bulk-main.js', [name, String(port)], ['--expose-gc']);
}
