import type { RecordedOutcome } from './outcome-record.ts';

/** Code under which a line is written whose call was under way when lpfn was ended. */
export const UNKNOWN_CODE = 'OUTCOME_UNKNOWN';

/** Failures of one kind. */
export interface FailureCount {
  readonly code: string;
  readonly count: number;
  readonly firstLine: number;
}

/** Counts outcomes. */
export interface BatchTally {
  readonly ok: number;
  readonly failed: number;
  /** Lines with any outcome, an unknown one too. */
  readonly done: number;
  /** Lines whose outcome is unknown. */
  readonly unknownLines: readonly number[];
  add(outcome: RecordedOutcome): void;
  /** The most frequent first. */
  failures(): readonly FailureCount[];
}

/** Starts at nothing. */
export function createTally(): BatchTally {
  const unknownLines: number[] = [];
  const byCode = new Map<string, { count: number; firstLine: number }>();
  let [ok, failed] = [0, 0];
  return {
    get ok() {
      return ok;
    },
    get failed() {
      return failed;
    },
    get done() {
      return ok + failed + unknownLines.length;
    },
    unknownLines,
    add({ line, ok: succeeded, code = 'INTERNAL' }) {
      if (succeeded) ok += 1;
      else if (code === UNKNOWN_CODE) unknownLines.push(line);
      else {
        failed += 1;
        const known = byCode.get(code) ?? { count: 0, firstLine: line };
        byCode.set(code, { count: known.count + 1, firstLine: Math.min(known.firstLine, line) });
      }
    },
    failures: () =>
      [...byCode]
        .map(([code, { count, firstLine }]) => ({ code, count, firstLine }))
        .toSorted((a, b) => b.count - a.count || a.firstLine - b.firstLine),
  };
}
