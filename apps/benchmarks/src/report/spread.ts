/** Several measurements of the same thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Sums measurements up.
 *
 * @param samples - at least one.
 */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (position: number): number => sorted[position] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/**
 * Compares round by round, so that what burdens a whole round burdens both sides.
 *
 * @param samples - one measurement per round.
 * @param others - measurements of the same rounds to divide by.
 */
export function ratioOf(samples: readonly number[], others: readonly number[]): Spread {
  return spreadOf(samples.map((value, round) => value / (others[round] ?? Number.NaN)));
}
