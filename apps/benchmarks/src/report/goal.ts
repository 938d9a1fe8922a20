import type { Spread } from './spread.ts';

/** A number to reach, and what was measured. A report, not a test: nothing fails because of it. */
export interface Goal {
  readonly what: string;
  /** The measured number should not be above this. Absent if nothing is promised. */
  readonly limit: number | undefined;
  readonly measured: Spread;
  readonly reached: boolean | undefined;
}

/**
 * Holds a measurement against its limit, by its median.
 *
 * @param what - in words.
 * @param measured - the measurement.
 * @param limit - the most that it may be, if anything is promised.
 */
export function goal(what: string, measured: Spread, limit?: number): Goal {
  return { what, limit, measured, reached: limit === undefined ? undefined : measured.median <= limit };
}

/** A number that was counted, not measured: it has no spread. */
export function counted(count: number): Spread {
  return { median: count, min: count, max: count };
}
