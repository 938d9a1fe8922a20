import type { Clock, HttpAnswer } from '@lp-functions/http';
import { headerValue } from '@lp-functions/http';

/**
 * Sentinel's time, learned from the `Date` header of its answers. It is for what names a moment: `exp` and `nbf` of a JWT. A
 * span needs none, be it `expires_in` or `exp` less `iat`.
 */
export interface ServerTime {
  /** Epoch milliseconds by Sentinel's clock; by ours as long as nothing is known. */
  now(): number;
  /** How far Sentinel's clock is ahead of ours, in milliseconds. */
  skewMs(): number;
  /** Learns from an answer, given when its request was sent. */
  learn(answer: Pick<HttpAnswer, 'headers'>, sentAtMs: number): void;
}

/** `Date` has whole seconds, and an answer takes its time: what is less is no skew. */
const UNNOTICED_MS = 2_000;

/**
 * Follows Sentinel's clock, so that a machine whose own is wrong still judges tokens rightly.
 *
 * @param clock - ours.
 */
export function createServerTime(clock: Clock): ServerTime {
  let skew = 0;
  return {
    now: () => clock.now() + skew,
    skewMs: () => skew,
    learn({ headers }, sentAtMs) {
      // Out of a cache: it was dated when it was made, and nobody knows how far that clock can be trusted.
      if ((headerValue(headers, 'age') ?? '0') !== '0') return;
      const seen = skewOf(headerValue(headers, 'date'), sentAtMs, clock.now());
      if (seen !== undefined) skew = seen;
    },
  };
}

/**
 * How far a server's clock is ahead.
 *
 * @param date - its `Date` header.
 * @param sentAtMs - when the request was sent for the first time, by our clock.
 * @param receivedAtMs - when the answer had come.
 * @returns milliseconds, 0 if it cannot be told from the time the answer took; `undefined` if there is no such header.
 */
export function skewOf(date: string | undefined, sentAtMs: number, receivedAtMs: number): number | undefined {
  const saidMs = date === undefined ? Number.NaN : Date.parse(date);
  if (!Number.isFinite(saidMs)) return undefined;
  // The header was written somewhere between, and its second may be almost over.
  if (saidMs + UNNOTICED_MS >= sentAtMs && saidMs - UNNOTICED_MS <= receivedAtMs) return 0;
  // Measured from its coming: before it there may have been repeats, and pauses between them.
  return Math.round(saidMs + 500 - receivedAtMs);
}
