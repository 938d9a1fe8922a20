/** Time of day, to the millisecond, where the browser is. */
export function timeOfDay(epochMs: number): string {
  const date = new Date(epochMs);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits);
  return `${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Date and time, in UTC: `2026-01-31 23:59:59`. */
export function utcText(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** A latency, with as many digits as are of interest. */
export function latencyText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 10_000) return `${String(Math.round(ms))} ms`;
  return `${(ms / 1_000).toFixed(1)} s`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A span of time in its two greatest units: `7 h 59 m`. */
export function spanText(ms: number): string {
  let rest = Math.round(Math.abs(ms) / 1_000) * 1_000;
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const amount = Math.floor(rest / length);
    if (amount > 0 || parts.length > 0) parts.push(`${String(amount)} ${unit}`);
    rest -= amount * length;
  }
  return parts.length === 0
    ? '0 s'
    : parts
        .slice(0, 2)
        .filter((part) => !part.startsWith('0 '))
        .join(' ');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
