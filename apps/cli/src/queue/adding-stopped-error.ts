import { errorObject, messageOf } from '../terminal/error-text.ts';

/** How many items of a batch are in the queue. */
export interface BatchCounts {
  /** Added now. */
  added: number;
  /** There already, under the same key. */
  known: number;
}

/** A batch was not added to its end: what ended it, and how far it came. Ends the program as what ended it would. */
export class AddingStoppedError extends Error {
  readonly hint: string;
  readonly counts: BatchCounts;
  readonly endedBy: unknown;

  constructor(endedBy: unknown, counts: BatchCounts, keyed: boolean) {
    super(messageOf(endedBy));
    this.name = 'AddingStoppedError';
    const known = counts.known === 0 ? '' : `, ${String(counts.known)} were there already`;
    const again = keyed ? ' With the same --key, the whole file can be added again.' : '';
    this.hint = `${String(counts.added)} added before that${known}.${again}`;
    this.counts = { ...counts };
    this.endedBy = endedBy;
  }

  toJSON(): Record<string, unknown> {
    return { ...errorObject(this.endedBy), hint: this.hint, ...this.counts };
  }
}
