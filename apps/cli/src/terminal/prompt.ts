import { createInterface } from 'node:readline';
import { openHiddenLines } from './hidden-lines.ts';
import { InterruptedError } from './interrupt.ts';
import { UsageError } from './usage-error.ts';

/** What a question is asked with. */
export interface PromptOptions {
  /** What is typed is not shown. */
  readonly secret?: boolean | undefined;
  /** Ends the question. */
  readonly signal: AbortSignal;
}

/**
 * Asks the person at the terminal, on stderr: stdout is for the answer of the program.
 *
 * @param question - shown as it is.
 * @returns the answer without blanks around it; it may be empty.
 * @throws InterruptedError on Ctrl+C, UsageError if standard input ends.
 */
export async function ask(question: string, { secret = false, signal }: PromptOptions): Promise<string> {
  const lines = secret ? openHiddenLines() : openShownLines();
  const end = (): void => lines.close();
  signal.addEventListener('abort', end, { once: true });
  try {
    const answer = await lines.next(question);
    if (signal.aborted) throw new InterruptedError();
    if (answer === undefined) throw new UsageError('standard input ended before the question was answered');
    return answer.trim();
  } finally {
    signal.removeEventListener('abort', end);
    lines.close();
  }
}

function openShownLines(): ReturnType<typeof openHiddenLines> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes Ctrl+C for itself.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return {
    next: (question) =>
      new Promise((resolve) => {
        reader.once('close', () => resolve(undefined));
        reader.question(question, resolve);
      }),
    close: () => reader.close(),
  };
}
