import { firstMistakeIn } from './json-mistake.ts';

/** What an editor's text is: a value, or a mistake with the place of it. */
export type ParsedJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** Parses JSON that a person wrote; a mistake is told with line and column. */
export function parsedJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    if (text.trim() === '') return { ok: false, message: 'There is no JSON. An empty object is {}.' };
    const { offset, reason } = firstMistakeIn(text);
    const before = text.slice(0, offset).split(/\r\n|[\r\n]/);
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    return { ok: false, message: `Line ${String(line)}, column ${String(column)}: ${reason}.` };
  }
}

/** Writes a value as a person reads it. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

/** Spreads JSON out to be read; text that is none stays as it is. */
export function prettyText(text: string): string {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return prettyJson(JSON.parse(text));
  } catch {
    return text;
  }
}
