import { EmulatorError } from './emulator-error.ts';

/** The emulator's idea of time: token lifetimes, `iat` and `exp`, rates. The time limit of functions is not on it. */
export interface EmulatorClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Moves the clock, backwards if negative.
   *
   * @throws {@link EmulatorError} INVALID_OPTION if the moment is not between the years 1970 and 9999
   */
  advance(ms: number): void;
  /**
   * Sets the clock to a moment, from which it goes on running.
   *
   * @throws {@link EmulatorError} INVALID_OPTION if the moment is not between the years 1970 and 9999
   */
  set(epochMs: number): void;
  /** Goes back to the machine's time. */
  reset(): void;
}

/** The last moment whose year has four digits. */
const LATEST_MS = Date.UTC(10_000, 0) - 1;

/** Creates a clock that runs with the machine's, with an offset that can be moved. */
export function createEmulatorClock(): EmulatorClock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      checked(Date.now() + offsetMs + ms);
      offsetMs += ms;
    },
    set: (epochMs) => {
      offsetMs = checked(epochMs) - Date.now();
    },
    reset: () => {
      offsetMs = 0;
    },
  };
}

function checked(epochMs: number): number {
  if (epochMs >= 0 && epochMs <= LATEST_MS) return epochMs;
  throw new EmulatorError('INVALID_OPTION', 'The clock knows moments between the years 1970 and 9999.');
}
