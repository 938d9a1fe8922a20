import { errorObject } from '../../terminal/error-text.ts';
import { tableText } from '../../terminal/table.ts';
import { type BatchTally, type FailureCount } from './batch-tally.ts';
import { numberText, rateText, secondsText } from './progress-text.ts';

/** What came of a batch, over all its runs. Result of `lpfn invoke --batch … --json`. */
export interface BatchSummary {
  /** Lines in all; `null` if the input was not read to its end. */
  readonly total: number | null;
  readonly ok: number;
  readonly failed: number;
  /** Lines that were under way when lpfn was ended. */
  readonly unknown: number;
  /** Lines without an outcome yet; `null` if `total` is. */
  readonly pending: number | null;
  /** Lines that this run sent. */
  readonly sent: number;
  readonly seconds: number;
  readonly failures: readonly FailureCount[];
  readonly unknownLines: readonly number[];
  /** Output file; `null` for stdout. */
  readonly out: string | null;
}

/** Everything a {@link BatchSummary} is made from. */
export interface BatchEnd {
  readonly tally: BatchTally;
  readonly total: number | undefined;
  readonly sent: number;
  readonly elapsedMs: number;
  readonly out: string | undefined;
}

/** Sums a batch up. */
export function summarise({ tally, total, sent, elapsedMs, out }: BatchEnd): BatchSummary {
  const { ok, failed, unknownLines } = tally;
  const unknown = unknownLines.length;
  return {
    total: total ?? null,
    ok,
    failed,
    unknown,
    pending: total === undefined ? null : total - ok - failed - unknown,
    sent,
    seconds: Math.round(elapsedMs) / 1_000,
    failures: tally.failures(),
    unknownLines: unknownLines.toSorted((a, b) => a - b),
    out: out ?? null,
  };
}

const SHOWN_RANGES = 20;

/** The summary as a table for a person. */
export function summaryText(summary: BatchSummary): string {
  const { total, ok, failed, unknown, pending, sent, seconds, failures, unknownLines } = summary;
  const rows = [
    ...(total === null ? [] : [['lines', numberText(total)]]),
    ['ok', numberText(ok)],
    ['failed', numberText(failed)],
    ...failures.map(({ code, count, firstLine }) => [
      `  ${code}`,
      `${numberText(count)}, first on line ${String(firstLine)}`,
    ]),
    ...(unknown === 0 ? [] : [['unknown', `${numberText(unknown)}, on line ${linesText(unknownLines)}`]]),
    ...(pending === null || pending === 0 ? [] : [['not sent', numberText(pending)]]),
    [
      'sent now',
      `${numberText(sent)} in ${seconds < 10 ? `${seconds.toFixed(1)} s` : secondsText(seconds)}${seconds < 1 ? '' : `, ${rateText(sent / seconds)}`}`,
    ],
  ];
  return tableText(rows, true);
}

/** Lines that follow each other as one range: `7, 12-15`. */
function linesText(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  const shown = ranges
    .slice(0, SHOWN_RANGES)
    .map(([from, to]) => (from === to ? String(from) : `${String(from)}-${String(to)}`));
  const more = ranges.length > SHOWN_RANGES ? ' and others: --json tells all' : '';
  return `${shown.join(', ')}${more}`;
}

/** A batch that is over, and not every line of which succeeded; or that could not go on. */
export class BatchError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly summary: BatchSummary;
  /** What ended it before its time; the exit code is that error's. */
  readonly endedBy: unknown;

  constructor(
    code: string,
    message: string,
    summary: BatchSummary,
    more: { hint?: string | undefined; endedBy?: unknown },
  ) {
    super(message);
    this.name = 'BatchError';
    this.code = code;
    this.hint = more.hint;
    this.summary = summary;
    this.endedBy = more.endedBy;
  }

  /** What happened, with the summary and what ended it. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, hint, summary, endedBy } = this;
    const cause = endedBy === undefined ? {} : { endedBy: errorObject(endedBy) };
    return { name, message, code, ...(hint === undefined ? {} : { hint }), ...cause, summary };
  }
}
