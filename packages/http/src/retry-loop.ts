/** One round of a call: what came of it, and how long to wait if it is to be repeated. */
export interface Round<T> {
  readonly result: T;
  /** Pause before the next round in milliseconds; `undefined` if this was the last. */
  readonly repeatInMs: number | undefined;
}

class RepeatRequested extends Error {}

/**
 * Repeats rounds until one asks for no more. The first round has been made by the caller, so that calls which are never
 * repeated do not pay for this loop.
 *
 * @param first - what the first round asked for.
 * @param wait - waits on the injected clock; p-retry itself only loops. If it gives a result, the wait was ended early and
 *   that is the end.
 * @param round - makes one round.
 * @returns the result of the last round.
 */
export async function repeatRounds<T>(
  first: Round<T>,
  wait: (ms: number) => Promise<T | undefined>,
  round: () => Promise<Round<T>>,
): Promise<T> {
  const { default: pRetry } = await import('p-retry');
  let last = first;
  return pRetry(
    async () => {
      const early = await wait(last.repeatInMs ?? 0);
      if (early !== undefined) return early;
      last = await round();
      if (last.repeatInMs !== undefined) throw new RepeatRequested();
      return last.result;
    },
    {
      // The policy counts. p-retry's own waiting is off: its timers cannot be injected.
      retries: Number.MAX_SAFE_INTEGER,
      minTimeout: 0,
      maxTimeout: 0,
      shouldRetry: ({ error }) => error instanceof RepeatRequested,
    },
  );
}
