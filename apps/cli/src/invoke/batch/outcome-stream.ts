import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { BatchStore } from './batch-store.ts';
import type { OutcomeFormat } from './outcome-record.ts';

/**
 * Writes outcomes to stdout. They are not kept, so that there is nothing to resume.
 *
 * @param onGone - told why nothing can be written any more: usually, since nobody reads.
 */
export function openOutcomeStream(
  format: OutcomeFormat,
  stream: NodeJS.WriteStream,
  onGone: (error: NodeJS.ErrnoException) => void,
): BatchStore {
  let gone = false;
  stream.once('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    onGone(error);
  });
  return {
    id: randomUUID(),
    isDone: () => false,
    started: () => Promise.resolve(),
    async finished(record) {
      // A reader that is slow slows the batch down. One that is gone has been told of above.
      if (!gone && !stream.write(format.write(record)))
        await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined);
    },
    notSent: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
