import { BatchFileError } from './batch-file-error.ts';

/** What a batch is: a journal of another one is of no use. */
export interface BatchIdentity {
  /** Hex digest of the input; `null` for one that cannot be read again. */
  readonly sha256: string | null;
  readonly items: number | null;
  /** What is sent besides the payloads, and where to: names of flags and their values. */
  readonly call: Readonly<Record<string, unknown>>;
}

/**
 * What was begun with one input, or one function, must not be gone on with on another.
 *
 * @param path - of the output, for the error.
 * @throws BatchFileError BATCH_CHANGED
 */
export function requireSameBatch(wanted: BatchIdentity, known: BatchIdentity, path: string): void {
  const hint = `Run it as it was begun, or begin anew with another --out than ${path}.`;
  if (known.sha256 === null) {
    throw new BatchFileError(
      'BATCH_CHANGED',
      'the batch was begun on standard input, which cannot be read again',
      hint,
    );
  }
  if (wanted.sha256 !== known.sha256) {
    throw new BatchFileError('BATCH_CHANGED', 'the input is not the one that the batch was begun with', hint);
  }
  const names = new Set([...Object.keys(wanted.call), ...Object.keys(known.call)]);
  const other = [...names].find((name) => JSON.stringify(wanted.call[name]) !== JSON.stringify(known.call[name]));
  if (other === undefined) return;
  throw new BatchFileError('BATCH_CHANGED', `${other} is not what the batch was begun with`, hint);
}
