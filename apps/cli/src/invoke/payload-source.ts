import { readFile } from 'node:fs/promises';
import { readStandardInput } from '../terminal/standard-input.ts';
import { systemWords } from '../terminal/system-words.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What is sent when nothing is said. */
const EMPTY = '{}';

/**
 * Reads the payload: JSON as it stands, `@FILE`, or `-` for standard input. Standard input is read in no other case.
 *
 * @param data - value of `--data`, if it was given.
 * @param signal - ends the reading of standard input.
 * @throws UsageError if the file cannot be read or the text is no JSON.
 */
export async function readPayload(data: string = EMPTY, signal: AbortSignal): Promise<unknown> {
  const json =
    data === '-' ? await readStandardInput(signal) : data.startsWith('@') ? await readDataFile(data.slice(1)) : data;
  try {
    // Editors of some systems begin a file with a byte order mark.
    return JSON.parse(json.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw new UsageError(
      `the payload is not JSON: ${(error as Error).message}`,
      'Texts need quotes of their own: --data \'"text"\'. Write @FILE for a file, - for standard input.',
    );
  }
}

async function readDataFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`the payload file ${path} cannot be read: ${systemWords(error)}`);
  }
}
