import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InterruptedError } from './interrupt.ts';

/**
 * Reads standard input to its end.
 *
 * @param signal - ends the reading: nobody may ever close the other side.
 * @throws InterruptedError
 */
export async function readStandardInput(signal: AbortSignal, stdin: Readable = process.stdin): Promise<string> {
  try {
    return await text(addAbortSignal(signal, stdin));
  } catch (error) {
    throw signal.aborted ? new InterruptedError() : error;
  }
}
