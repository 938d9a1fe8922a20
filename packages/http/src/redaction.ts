import { spellingPattern } from './secret-spelling.ts';

const SHOWN = '[secret]';

/**
 * Makes a function that removes exactly these secrets from any text, in the spellings in which a server may echo them:
 * as they are, percent-encoded, form-encoded, escaped for JSON or HTML, in Base64 (alone or within more) and in hex.
 *
 * @param secrets - the values; empty ones are ignored.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const patterns = [...new Set(secrets)].filter((secret) => secret !== '').map(spellingPattern);
  if (patterns.length === 0) return (text) => text;
  return (text) => replaceRanges(text, rangesOf(text, patterns));
}

interface Range {
  readonly start: number;
  end: number;
}

/** Where the patterns match; overlapping matches are one range, so that no secret hides the end of another. */
function rangesOf(text: string, patterns: readonly RegExp[]): Range[] {
  const found: Range[] = [];
  for (const pattern of patterns) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      found.push({ start: match.index, end: pattern.lastIndex });
      pattern.lastIndex = match.index + 1;
    }
  }
  found.sort((a, b) => a.start - b.start);
  const merged: Range[] = [];
  for (const range of found) {
    const last = merged.at(-1);
    if (last !== undefined && range.start < last.end) last.end = Math.max(last.end, range.end);
    else merged.push(range);
  }
  return merged;
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    parts.push(text.slice(at, start), SHOWN);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
