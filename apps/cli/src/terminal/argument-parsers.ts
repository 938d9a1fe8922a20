import { InvalidArgumentError } from 'commander';

/** Collects the values of a flag that may be repeated. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** A whole number from 0. */
export function count(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(value);
}

/** A number of calls that are under way at once. */
export function lanes(value: string): number {
  const number = count(value);
  if (number < 1 || number > 10_000) throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
  return number;
}

/** A number above 0, also with decimals. */
export function positiveNumber(value: string): number {
  const number = /^\d{1,9}(?:\.\d{1,6})?$/.test(value) ? Number(value) : 0;
  if (number <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

/** A TCP port; 0 is a free one. */
export function portNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65_535) throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return number;
}
