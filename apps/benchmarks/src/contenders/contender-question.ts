import { startWorker, type WorkerProcess } from '../worker-process.ts';
import type { ContenderName } from './contender.ts';

/** Asks a contender's process to make calls. */
export interface ContenderQuestion {
  readonly calls: number;
  /** Calls in flight at any time. */
  readonly concurrency: number;
}

/** What the calls took. */
export interface ContenderAnswer {
  /** User and system time of the whole process, in microseconds per call. */
  readonly cpuUsPerCall: number;
  readonly wallMs: number;
  /** The most memory that the process ever had, in megabytes. */
  readonly peakRssMb: number;
  /** What is in use after garbage collection, in megabytes. */
  readonly heapMb: number;
}

/** How contenders are started. */
export interface StartOptions {
  /** Where profiles of the contenders are written, if they are wanted. */
  readonly profileDirectory?: string | undefined;
  /** A checkout of this repository in which everything is built, for the contender `baseline`. */
  readonly baselineDirectory?: string | undefined;
}

/**
 * Starts a contender in a process of its own.
 *
 * @param name - which one.
 * @param port - of the server.
 */
export function startContender(
  name: ContenderName,
  port: number,
  { profileDirectory, baselineDirectory }: StartOptions = {},
): WorkerProcess<ContenderQuestion, ContenderAnswer> {
  const profiling =
    profileDirectory === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`, `--cpu-prof-name=${name}.cpuprofile`];
  const checkout = baselineDirectory === undefined ? [] : [baselineDirectory];
  return startWorker('contender-main.js', [name, String(port), ...checkout], ['--expose-gc', ...profiling]);
}
