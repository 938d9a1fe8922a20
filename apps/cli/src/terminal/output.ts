import { errorObject, errorText } from './error-text.ts';
import { exitCodeOf } from './exit-code.ts';

/** What a command answers. */
export interface Answer {
  /** The data: printed as it is with `--json`. `undefined` prints nothing. */
  readonly result: unknown;
  /** What a person, or a shell, gets instead of the JSON of `result`. */
  readonly text?: string | undefined;
  /** The `X-Request-ID` of the call, if there was one. */
  readonly requestId?: string | undefined;
}

/** Where a command prints. */
export interface Output {
  /** Whether stdout is a terminal, and a person reads there: not with `json`. */
  readonly interactive: boolean;
  /** Prints a line on stdout as it is. For commands that answer more than once. */
  print(line: string): void;
  /** Prints an answer on stdout. */
  answer(answer: Answer): void;
  /** Prints an error, and sets the exit code. */
  fail(error: unknown): void;
  /** Talks to a person, on stderr; not with `quiet`. */
  say(line: string): void;
}

/**
 * Makes the output of one run. stdout carries the answer and nothing else; with `json` it is one object,
 * `{ ok, result | error, requestId }`, whatever happens.
 */
export function createOutput({ json, quiet }: { readonly json: boolean; readonly quiet: boolean }): Output {
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  return {
    interactive: process.stdout.isTTY && !json,
    print,
    answer({ result, text, requestId }) {
      if (json) print(JSON.stringify({ ok: true, result: result ?? null, requestId: requestId ?? null }));
      else if (text !== undefined) print(text);
      // A person gets it indented, a pipe in one line.
      else if (result !== undefined) print(JSON.stringify(result, undefined, process.stdout.isTTY ? 2 : 0));
    },
    fail(error) {
      process.exitCode = exitCodeOf(error);
      if (json) print(JSON.stringify({ ok: false, error: errorObject(error), requestId: requestIdOf(error) }));
      else process.stderr.write(`${errorText(error)}\n`);
    },
    say(line) {
      if (!quiet) process.stderr.write(`${line}\n`);
    },
  };
}

function requestIdOf(error: unknown): string | null {
  const requestId = (error as { readonly requestId?: unknown } | undefined)?.requestId;
  return typeof requestId === 'string' ? requestId : null;
}
