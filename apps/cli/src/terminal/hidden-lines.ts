import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Reads lines that are not shown while they are typed or pasted. */
export interface HiddenLines {
  /**
   * Asks for a line.
   *
   * @param question - written to stderr.
   * @returns `undefined` at the end of the input.
   */
  next(question: string): Promise<string | undefined>;
  /** Gives the input back. A question under way is answered `undefined`. */
  close(): void;
}

/**
 * Reads lines from a terminal without showing them, or from a pipe. On a terminal a line may be of any length: its own editing, which ends
 * at 1,024 or 4,096 characters, is switched off.
 *
 * @param stdin - usually `process.stdin`.
 */
export function openHiddenLines(stdin: NodeJS.ReadStream = process.stdin): HiddenLines {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY, historySize: 0 });
  const read: string[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  lines.on('line', (line) => {
    read.push(line);
    wake?.();
  });
  lines.on('close', () => {
    ended = true;
    wake?.();
  });
  // With its own editing off, the terminal does not turn Ctrl+C into a signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return {
    async next(question) {
      process.stderr.write(question);
      while (read.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      // Nothing of what was typed is there, not even the line's end.
      process.stderr.write('\n');
      return read.shift();
    },
    close: () => lines.close(),
  };
}
