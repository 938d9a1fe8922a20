import type { Part } from '../command-line.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Section } from './section.ts';

/** What one part found, and which part it was. */
export interface MeasuredPart extends Section {
  readonly part: Part;
}

/** What a run found. */
export interface BenchmarkResults {
  readonly surroundings: Surroundings;
  readonly sections: readonly MeasuredPart[];
}
