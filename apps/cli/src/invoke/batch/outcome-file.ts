import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createAppendLog } from './append-log.ts';
import { BatchFileError } from './batch-file-error.ts';
import { syncFolder } from './batch-journal.ts';
import { readChunks, wholeLines } from './file-chunks.ts';
import { splitLines } from './jsonl-lines.ts';
import type { OutcomeFormat, RecordedOutcome } from './outcome-record.ts';

/**
 * Reads the outcomes of a file, one by one, and cuts off a torn last one.
 *
 * @param onOutcome - told of every whole outcome.
 * @throws BatchFileError BATCH_FILE if it holds something else.
 */
export async function readOutcomes(
  path: string,
  format: OutcomeFormat,
  onOutcome: (outcome: RecordedOutcome) => void,
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const bytes = await wholeLines(file);
    for await (const { outcome } of outcomesOf(path, file, bytes, format))
      if (outcome !== undefined) onOutcome(outcome);
    await file.truncate(bytes);
    // A header that was torn, too.
    if (bytes === 0 && format.header !== '') await file.write(format.header, 0);
  } finally {
    await file.close();
  }
}

/**
 * Takes outcomes out of a file: writes the others to a new one, and puts it in the place of the old.
 *
 * @param path - as {@link readOutcomes} left it.
 * @param drop - tells which to take out.
 */
export async function dropOutcomes(
  path: string,
  format: OutcomeFormat,
  drop: (outcome: RecordedOutcome) => boolean,
): Promise<void> {
  const temporary = `${path}.rewritten`;
  await rm(temporary, { force: true });
  const file = await open(path, 'r');
  try {
    const log = createAppendLog(await open(temporary, 'ax'), temporary, { durable: false });
    try {
      for await (const { text, outcome } of outcomesOf(path, file, Infinity, format)) {
        if (outcome === undefined || !drop(outcome)) await log.append(`${text}\n`);
      }
    } finally {
      await log.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } finally {
    await file.close();
  }
}

/** An answer is read up to 10 MiB; written in quotes it may become several times as long. */
const MAX_OUTCOME_BYTES = 128 * 1024 * 1024;

/** The lines of a file; the header has no outcome. */
async function* outcomesOf(
  path: string,
  file: FileHandle,
  bytes: number,
  format: OutcomeFormat,
): AsyncGenerator<{ readonly text: string; readonly outcome: RecordedOutcome | undefined }> {
  for await (const { line, text } of splitLines(readChunks(file, bytes), MAX_OUTCOME_BYTES)) {
    const outcome = format.read(text);
    const isHeader = line === 1 && `${text}\n` === format.header;
    if (outcome === undefined && !isHeader) {
      throw new BatchFileError(
        'BATCH_FILE',
        `${path}, line ${String(line)} is no outcome that lpfn wrote`,
        'Put the file back as it was, or begin anew with another --out.',
      );
    }
    yield { text, outcome };
  }
}
