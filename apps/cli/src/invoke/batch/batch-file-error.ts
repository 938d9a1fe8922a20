import { isSystemError, systemWords } from '../../terminal/system-words.ts';

/** Why a batch cannot be begun or gone on with on these files. */
export type BatchFileCode = 'BATCH_LOCKED' | 'BATCH_CHANGED' | 'BATCH_FILE';

/** Something about the files of a batch is not as it has to be. Nothing was sent. */
export class BatchFileError extends Error {
  readonly code: BatchFileCode;
  readonly hint: string | undefined;

  constructor(code: BatchFileCode, message: string, hint?: string) {
    super(message);
    this.name = 'BatchFileError';
    this.code = code;
    this.hint = hint;
  }
}

/** What a system call on one of the files says, in the words of a person; every other error as it is. */
export function fileError(path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new BatchFileError('BATCH_FILE', `${path} cannot be used: ${systemWords(error)}`);
}
