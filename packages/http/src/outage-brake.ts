import type { Clock } from './clock.ts';

/** Keeps calls from piling up on a service that is out of order: a circuit breaker. */
export interface OutageBrake {
  /**
   * What to fail with at once, instead of asking: the last failure, while the service is left alone. `undefined` if it may be
   * asked; whoever asks next is the probe.
   */
  failure(): { readonly error: unknown } | undefined;
  /**
   * A question failed, with all its repeats, and there was nothing to fall back on.
   *
   * @returns for how long the service is left alone, in milliseconds: 0 for the first four failures in a row.
   */
  failed(error: unknown): number;
  /** A question was answered. */
  answered(): void;
}

/** Failures in a row from which on a service counts as out of order. Each has been repeated by the policy. */
const OUTAGE_AFTER = 5;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/** Makes a brake that is off. After five failures in a row it holds for 1 s, doubling with each further one to 30 s. */
export function createOutageBrake(clock: Clock): OutageBrake {
  let count = 0;
  let last: { readonly error: unknown; readonly untilMs: number } | undefined;
  return {
    failure: () => (last !== undefined && clock.monotonicNow() < last.untilMs ? last : undefined),
    failed(error) {
      count++;
      if (count < OUTAGE_AFTER) return 0;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (count - OUTAGE_AFTER), MAX_PAUSE_MS);
      last = { error, untilMs: clock.monotonicNow() + pauseMs };
      return pauseMs;
    },
    answered() {
      count = 0;
      last = undefined;
    },
  };
}
