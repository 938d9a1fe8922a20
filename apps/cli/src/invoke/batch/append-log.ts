import type { FileHandle } from 'node:fs/promises';
import { fileError } from './batch-file-error.ts';

/** A file to whose end texts are written. */
export interface AppendLog {
  /**
   * Resolves once the text is written, and with `durable` is on the disk. Texts that arrive while others are being written go together: one
   * sync serves all of them. After a failure every further call fails, since what was written may be torn.
   */
  append(text: string): Promise<void>;
  /** Puts everything on the disk, and closes the file. */
  close(): Promise<void>;
}

/**
 * @param file - opened for appending.
 * @param path - of the file, for errors.
 * @param options - `durable`: whether a text has to survive a power cut, too. What was written survives the death of this process anyway.
 */
export function createAppendLog(file: FileHandle, path: string, { durable }: { readonly durable: boolean }): AppendLog {
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const text = waiting.join('');
    waiting = [];
    next = undefined;
    try {
      await file.appendFile(text);
      if (durable) await file.datasync();
    } catch (error) {
      throw fileError(path, error);
    }
  }

  return {
    append(text) {
      waiting.push(text);
      // `then` and not `finally`: a failure is everybody's.
      if (next === undefined) current = next = current.then(write);
      return next;
    },
    async close() {
      try {
        await current;
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}
