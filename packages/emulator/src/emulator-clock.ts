/** The emulator's idea of time: token lifetimes, `iat` and `exp`, rates. The time limit of functions is not on it. */
export interface EmulatorClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the clock, backwards if negative. */
  advance(ms: number): void;
  /** Sets the clock to a moment, from which it goes on running. */
  set(epochMs: number): void;
  /** Goes back to the machine's time. */
  reset(): void;
}

/** Creates a clock that runs with the machine's, with an offset that can be moved. */
export function createEmulatorClock(): EmulatorClock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    advance: (ms) => {
      offsetMs += ms;
    },
    set: (epochMs) => {
      offsetMs = epochMs - Date.now();
    },
    reset: () => {
      offsetMs = 0;
    },
  };
}
