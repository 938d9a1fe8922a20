const SECONDS = /^\d+(?:\.\d+)?$/;
/** The three date forms of RFC 9110 section 5.6.7. `Date.parse` alone would take many texts that are none. */
const IMF_DATE = /^[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/i;
const RFC_850_DATE = /^[a-z]{6,9}, \d{2}-[a-z]{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/i;
const ASCTIME_DATE = /^[a-z]{3} [a-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/i;

/**
 * Reads a `Retry-After` header (RFC 9110 section 10.2.3): seconds, or a date.
 *
 * @param value - the header, if there was one.
 * @param nowMs - the time in epoch milliseconds, against which a date counts.
 * @returns how long to wait in milliseconds, 0 for a date that has passed; `undefined` if it says nothing readable.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim();
  if (text === undefined) return undefined;
  if (SECONDS.test(text)) return Math.min(Math.ceil(Number(text) * 1000), Number.MAX_SAFE_INTEGER);
  const atMs = parseDate(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function parseDate(text: string): number {
  if (IMF_DATE.test(text) || RFC_850_DATE.test(text)) return Date.parse(text);
  // The form of C's asctime names no zone, and means GMT.
  return ASCTIME_DATE.test(text) ? Date.parse(`${text} GMT`) : NaN;
}
