import type { FunctionLog } from '@lp-functions/errors';

/** V1 allows ten lines of 6,000 characters together; a server that sends far more is not believed. */
const MAX_LINES = 100;
const MAX_DEPTH = 16;

/**
 * Reads the log lines that V1 attaches to a failure. What is no line is left out.
 *
 * @param lines - `errorLogs` as they came.
 * @param scrub - removes the secrets of this call from a text.
 */
export function readLogs(lines: readonly unknown[], scrub: (text: string) => string): readonly FunctionLog[] {
  return lines.slice(0, MAX_LINES).flatMap((line) => {
    if (typeof line !== 'object' || line === null) return [];
    const { level, message, timestamp, extras } = line as Record<string, unknown>;
    if (typeof message !== 'string') return [];
    return [
      {
        level: typeof level === 'string' ? scrub(level) : 'Info',
        message: scrub(message),
        ...(typeof timestamp === 'number' ? { timestamp } : {}),
        ...(Array.isArray(extras) ? { extras: extras.map((extra) => scrubValue(extra, scrub, 0)) } : {}),
      },
    ];
  });
}

/** Value by value: a scrubber that ran over JSON could break it, for a secret may look like a part of its syntax. */
function scrubValue(value: unknown, scrub: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'number') {
    const text = String(value);
    const scrubbed = scrub(text);
    return scrubbed === text ? value : scrubbed;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((inner) => scrubValue(inner, scrub, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [scrub(key), scrubValue(inner, scrub, depth + 1)]),
  );
}
