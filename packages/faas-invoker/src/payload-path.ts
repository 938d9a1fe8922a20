import { shorten } from '@lp-functions/http';

const SHOWN_CHARACTERS = 200;

/**
 * Writes a path as code spells it: `payload.items[3]["a b"]`. Long ones are cut.
 *
 * @param path - the first is a name, the others are keys.
 */
export function pathText(path: readonly string[]): string {
  return shorten(path.map(segment).join(''), SHOWN_CHARACTERS);
}

function segment(key: string, at: number): string {
  if (at === 0) return key;
  if (/^\d+$/.test(key)) return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
