import { isFaaSError, isTransportError } from '@lp-functions/errors';
import type { Clock } from './clock.ts';

/** Keeps calls from piling up on a service that is out of order: a circuit breaker. */
export interface OutageBrake {
  /**
   * Asks, unless the service is left alone: then it rejects with the last failure, at once. Whoever asks first after the pause
   * is the probe.
   *
   * @param refusal - makes something else of the last failure, for who has to tell it from a new one.
   */
  guard<T>(ask: () => Promise<T>, refusal?: (last: unknown) => unknown): Promise<T>;
  /** Forgets failures: the next question is asked. */
  reset(): void;
}

/** Failures in a row from which on a service counts as out of order. Each has been repeated by the policy. */
const OUTAGE_AFTER = 5;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
/** What a service says, or a proxy before it, that cannot answer. */
const OUT_OF_ORDER: ReadonlySet<string> = new Set(['SENTINEL_UNAVAILABLE', 'DISCOVERY_UNAVAILABLE']);
/** The call was ended from this side. */
const OURS: ReadonlySet<string> = new Set(['ABORTED', 'CLOSED']);

/**
 * Makes a brake that is off. After five failures in a row it holds for 1 s, doubling with each further one to 30 s. Only no
 * answer, or one that says so, is a failure of this kind: a refusal is an answer.
 *
 * @param onPause - told for how long the service is left alone, in milliseconds.
 */
export function createOutageBrake(clock: Clock, onPause?: (pauseMs: number) => void): OutageBrake {
  let count = 0;
  let last: { readonly error: unknown; readonly untilMs: number } | undefined;

  function reset(): void {
    count = 0;
    last = undefined;
  }

  function failed(error: unknown): void {
    count++;
    if (count < OUTAGE_AFTER) return;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (count - OUTAGE_AFTER), MAX_PAUSE_MS);
    last = { error, untilMs: clock.monotonicNow() + pauseMs };
    onPause?.(pauseMs);
  }

  return {
    async guard(ask, refusal = (error) => error) {
      if (last !== undefined && clock.monotonicNow() < last.untilMs) throw refusal(last.error);
      try {
        const answer = await ask();
        reset();
        return answer;
      } catch (error) {
        if (isOutage(error)) failed(error);
        throw error;
      }
    },
    reset,
  };
}

function isOutage(error: unknown): boolean {
  if (isTransportError(error)) return !OURS.has(error.code);
  return isFaaSError(error) && OUT_OF_ORDER.has(error.code);
}
