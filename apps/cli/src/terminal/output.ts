import picocolors from 'picocolors';
import { type ColorWishes, wantsColor } from './color-choice.ts';
import { errorObject, errorText } from './error-text.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import type { OutputWatch } from './lost-output.ts';
import { withVisibleControls } from './visible-controls.ts';

/** What a command answers. */
export interface Answer {
  /** The data: printed as it is with `--json`. `undefined` prints nothing. */
  readonly result: unknown;
  /** What a person, or a shell, gets instead of the JSON of `result`. Nothing is printed for an empty one. */
  readonly text?: string | undefined;
  /** `text` was asked for as it is: it is printed even if it is empty, and control characters are not made visible, even on a terminal. */
  readonly verbatim?: boolean | undefined;
  /** The `X-Request-ID` of the call, if there was one. */
  readonly requestId?: string | undefined;
  /** The answer is that of a function, which has run for it. */
  readonly ran?: boolean | undefined;
  /** Exit code, if an answer is not all there is to say. Default 0. */
  readonly exitCode?: ExitCode | undefined;
}

/** Colours of an answer. */
export type AnswerColors = Readonly<Record<'green' | 'red' | 'yellow' | 'dim', (text: string) => string>>;

/** Where a command prints. */
export interface Output {
  /** Whether stdout is a terminal, and a person reads there: not with `json`. */
  readonly interactive: boolean;
  /** Colours for what is printed on stdout; they do nothing where none are wanted. */
  readonly colors: AnswerColors;
  /** Prints a line on stdout as it is. For commands that answer more than once. */
  print(line: string): void;
  /** Prints an answer on stdout. */
  answer(answer: Answer): void;
  /** Prints an error, and sets the exit code. */
  fail(error: unknown): void;
  /** Talks to a person, on stderr; not with `quiet`. */
  say(line: string): void;
  /** Tells a person what to do now, on stderr, also with `quiet`: nothing goes on without it. */
  ask(line: string): void;
}

/** In which form to print. */
export interface OutputForm {
  readonly json: boolean;
  readonly quiet: boolean;
  /** What is wished for; what the streams are is looked at here. */
  readonly color: ColorWishes;
  /** Told what is lost if stdout takes nothing. */
  readonly watch: OutputWatch;
}

/**
 * Makes the output of one run. stdout carries the answer and nothing else; with `json` it is one object,
 * `{ ok, result | error, requestId }`, whatever happens.
 */
export function createOutput({ json, quiet, color, watch }: OutputForm): Output {
  const errorColors = picocolors.createColors(wantsColor(color, process.stderr.isTTY));
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  /** A person's terminal would obey what a pipe takes for data. JSON has escaped some of it itself, and stays JSON. */
  const printForeign = (text: string): void => {
    print(process.stdout.isTTY ? withVisibleControls(text) : text);
  };
  return {
    interactive: process.stdout.isTTY && !json,
    colors: picocolors.createColors(wantsColor(color, process.stdout.isTTY)),
    print,
    answer({ result, text, verbatim, requestId, ran, exitCode }) {
      if (ran === true) watch.ran('yes', requestId);
      if (exitCode !== undefined) process.exitCode = exitCode;
      if (json) printForeign(JSON.stringify({ ok: true, result: result ?? null, requestId: requestId ?? null }));
      else if (text !== undefined) {
        if (verbatim === true) print(text);
        // A table without rows has no line.
        else if (text !== '') printForeign(text);
      }
      // A person gets it indented, a pipe in one line.
      else if (result !== undefined) printForeign(JSON.stringify(result, undefined, process.stdout.isTTY ? 2 : 0));
    },
    fail(error) {
      process.exitCode = exitCodeOf(error);
      const { executed } = Object(error) as { readonly executed?: unknown };
      if (executed === 'yes' || executed === 'maybe') watch.ran(executed, requestIdOf(error) ?? undefined);
      if (json) printForeign(JSON.stringify({ ok: false, error: errorObject(error), requestId: requestIdOf(error) }));
      else process.stderr.write(`${errorText(error, errorColors)}\n`);
    },
    say(line) {
      if (!quiet) process.stderr.write(`${withVisibleControls(line)}\n`);
    },
    ask(line) {
      process.stderr.write(`${withVisibleControls(line)}\n`);
    },
  };
}

function requestIdOf(error: unknown): string | null {
  const requestId = (error as { readonly requestId?: unknown } | undefined)?.requestId;
  return typeof requestId === 'string' ? requestId : null;
}
