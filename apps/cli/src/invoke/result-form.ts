/** How a result is printed. */
export type ResultForm = 'json' | 'pretty' | 'raw';

/**
 * A result as text: `json` in one line, `pretty` indented, `raw` a text without its quotes and all else as JSON.
 *
 * @returns `undefined` if the function returned nothing, and so nothing is printed.
 */
export function resultText(result: unknown, form: ResultForm): string | undefined {
  if (form === 'raw' && typeof result === 'string') return result;
  return JSON.stringify(result, undefined, form === 'pretty' ? 2 : 0);
}
