import { InvalidArgumentError } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Timers of Node cannot wait longer. */
const LONGEST_MS = 2_147_483_647;

/**
 * Reads a duration, strictly: the whole text is one number, alone or with one unit. `30` and `30s` are seconds, `500ms`, `2m`, `1h`.
 *
 * @returns milliseconds.
 * @throws InvalidArgumentError for anything else, 0 and what is longer than 24 days.
 */
export function duration(value: string): number {
  const [, number = '', unit = 's'] = /^(\d{1,10}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(value) ?? [];
  const ms = Number(number) * (UNITS_MS[unit] ?? 0);
  if (number === '' || ms <= 0 || ms > LONGEST_MS) {
    throw new InvalidArgumentError('It must be a duration such as 30 (seconds), 30s, 500ms or 2m.');
  }
  return ms;
}
