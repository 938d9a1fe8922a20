import { withVisibleControls } from './visible-controls.ts';

/**
 * Rows as text: in columns for a person, tab separated for a pipe.
 *
 * @param data - cells of one line each.
 * @param columns - whether to align.
 */
export function tableText(data: readonly (readonly string[])[], columns: boolean): string {
  if (!columns) return data.map((row) => row.join('\t')).join('\n');
  const rows = data.map((row) => row.map(withVisibleControls));
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '))
    .join('\n');
}
