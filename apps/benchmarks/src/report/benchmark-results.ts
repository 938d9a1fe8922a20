import type { Part } from '../command-line.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Section } from './section.ts';

/** What one part found, and which part it was. */
export interface MeasuredPart extends Section {
  readonly part: Part;
  /** When it was measured, if that was not with the others: an ISO date and time. */
  readonly measuredAt?: string | undefined;
}

/** What a run found. */
export interface BenchmarkResults {
  readonly surroundings: Surroundings;
  readonly sections: readonly MeasuredPart[];
}
