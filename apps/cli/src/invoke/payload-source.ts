import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from '../terminal/usage-error.ts';

/** What is sent when nothing is said. */
const EMPTY = '{}';

/**
 * Reads the payload: JSON as it stands, `@FILE`, or `-` for standard input. Standard input is read in no other case.
 *
 * @param data - value of `--data`, if it was given.
 * @param stdin - read for `-`.
 * @throws UsageError if the file cannot be read or the text is no JSON.
 */
export async function readPayload(
  data: string = EMPTY,
  stdin: NodeJS.ReadableStream = process.stdin,
): Promise<unknown> {
  const json = data === '-' ? await text(stdin) : data.startsWith('@') ? await readDataFile(data.slice(1)) : data;
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
    throw new UsageError(`the payload file cannot be read: ${(error as Error).message}`);
  }
}
