import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process that answers one question at a time. */
export interface WorkerProcess<Question, Answer> {
  /**
   * Asks and waits for the answer.
   *
   * @throws Error if the process ends first, or says that it failed.
   */
  ask(question: Question): Promise<Answer>;
  /** Lets the process end by itself, and waits for that. */
  stop(): Promise<void>;
}

const ANSWER_LIMIT_MS = 600_000;

/** What travels back. */
type Reply<Answer> = { readonly answer: Answer } | { readonly failure: string };

/**
 * Starts one of the entries beside this file.
 *
 * @param entry - file name of the entry in `dist`.
 * @param args - its arguments.
 * @param execArgv - options for its Node.
 */
export function startWorker<Question extends object, Answer>(
  entry: 'contender-main.js' | 'platform-main.js' | 'bulk-main.js' | 'emulator-main.js' | 'load-main.js',
  args: readonly string[],
  execArgv: readonly string[] = [],
): WorkerProcess<Question, Answer> {
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), args, { execArgv: [...execArgv] });
  const ended = once(child, 'exit');
  return {
    async ask(question) {
      child.send(question);
      const reply = (await nextMessage(child, `${entry} ${args.join(' ')}`)) as Reply<Answer>;
      if ('failure' in reply) throw new Error(`${entry} ${args.join(' ')}: ${reply.failure}`);
      return reply.answer;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/**
 * Answers questions from the parent process until it disconnects.
 *
 * @param answer - works one question out.
 */
export function serveParent(answer: (question: never) => Promise<unknown>): void {
  process.on('message', (question) => {
    answer(question as never).then(
      (found) => process.send?.({ answer: found } satisfies Reply<unknown>),
      (error: unknown) =>
        process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

async function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  // A client that hangs must not hang the benchmark.
  const limit = setTimeout(() => child.kill('SIGKILL'), ANSWER_LIMIT_MS);
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const ending = once(child, 'exit', { signal }).then(() => {
      throw new Error(`${name} ended before it answered`);
    });
    const [message] = (await Promise.race([once(child, 'message', { signal }), ending])) as unknown[];
    return message;
  } finally {
    clearTimeout(limit);
    waiting.abort();
  }
}
