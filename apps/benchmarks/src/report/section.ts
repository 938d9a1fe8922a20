import type { Goal } from './goal.ts';
import type { Spread } from './spread.ts';
import { textTable } from './text-table.ts';

/** What one part of the benchmark found. */
export interface Section {
  readonly title: string;
  /** Names of the columns of `rows`. */
  readonly columns: readonly string[];
  readonly unit: string;
  /** Decimals to show. */
  readonly decimals: number;
  readonly rows: readonly { readonly name: string; readonly values: readonly Spread[] }[];
  readonly goals: readonly Goal[];
}

/** Decimals of a ratio. */
export const GOAL_DECIMALS = 3;

/** One section as a person reads it. */
export function describeSection({ title, columns, unit, decimals, rows, goals }: Section): string {
  const table = textTable([
    [unit, ...columns],
    ...rows.map(({ name, values }) => [name, ...values.map((value) => describeSpread(value, decimals))]),
  ]);
  const goalTable = textTable([
    ['goal', 'at most', 'measured', ''],
    ...goals.map(({ what, limit, measured, reached }) => [
      what,
      limit === undefined ? '–' : describeNumber(limit, GOAL_DECIMALS),
      describeSpread(measured, GOAL_DECIMALS),
      reached === undefined ? '' : reached ? 'reached' : 'NOT REACHED',
    ]),
  ]);
  return [`# ${title}`, '', table, ...(goals.length === 0 ? [] : ['', goalTable]), ''].join('\n');
}

/** A measurement as a person reads it: the median, and the range in brackets. */
export function describeSpread({ median, min, max }: Spread, decimals: number): string {
  const middle = describeNumber(median, decimals);
  return min === max ? middle : `${middle} [${describeNumber(min, decimals)}–${describeNumber(max, decimals)}]`;
}

/** A number as a person reads it. */
export function describeNumber(value: number, decimals: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: Number.isInteger(value) ? 0 : decimals });
}
