import type { Clock } from '@lp-functions/http';

/** Until when something may take to close. The earliest that was asked for counts. */
export interface ClosingDeadline {
  /** Resolves when it has passed. */
  readonly passed: Promise<void>;
  /** @param deadlineMs - from now on, in milliseconds. Cannot put off what was asked for before. */
  by(deadlineMs: number): void;
  /** Nothing is left to wait for. */
  end(): void;
}

/** Makes a deadline that never passes, until it is told to. */
export function createClosingDeadline(clock: Clock): ClosingDeadline {
  const ended = new AbortController();
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  return {
    passed,
    by(deadlineMs) {
      if (deadlineMs <= 0) pass();
      else clock.sleep(deadlineMs, ended.signal).then(pass, () => undefined);
    },
    end: () => {
      ended.abort();
    },
  };
}
