/**
 * Sets rows in columns: the first flush left, the others flush right.
 *
 * @param rows - cells as text; the first row is the heading.
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('   ')
      .trimEnd(),
  );
  const [heading = '', ...rest] = lines;
  const ruler = widths.map((width) => '─'.repeat(width)).join('───');
  return [heading, ruler, ...rest].join('\n');
}
