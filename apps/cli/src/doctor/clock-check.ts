import { skewOf } from '@lp-functions/sentinel-oauth';
import { EXIT } from '../terminal/exit-code.ts';
import { type CheckResult, failed, passed, skipped } from './check-result.ts';
import type { Sighting } from './witness-transport.ts';

/** Tokens are verified with this tolerance; what is more gets signatures, logs and certificates into trouble. */
const TOLERANCE_MS = 30_000;
const TRIED = "compared this machine's clock with the Date of answers";

/** Judges this machine's clock by what servers say. A function of its argument. */
export function checkClock(sightings: readonly Sighting[]): CheckResult {
  const skews = sightings
    .map(({ date, sentAtMs, receivedAtMs }) => skewOf(date, sentAtMs, receivedAtMs))
    .filter((skew) => skew !== undefined);
  if (skews.length === 0) return skipped('clock', TRIED, 'no answer told its time');
  // One server may be wrong; the one that agrees most with us is the witness for us.
  const least = skews.reduce((best, skew) => (Math.abs(skew) < Math.abs(best) ? skew : best));
  if (Math.abs(least) <= TOLERANCE_MS) {
    return passed('clock', TRIED, least === 0 ? 'they agree' : `${duration(least)} apart, which does no harm`);
  }
  const direction = least > 0 ? 'behind' : 'ahead';
  return failed(
    'clock',
    TRIED,
    `this machine's clock is ${duration(least)} ${direction}`,
    'Set it, best by NTP: tokens and certificates are judged by it.',
    EXIT.configuration,
  );
}

function duration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.round(minutes / 60))} h`;
}
