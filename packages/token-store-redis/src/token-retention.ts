import type { StoredTokens } from '@lp-functions/sentinel-oauth';

/** Clocks of several machines differ; and whoever has just read a token may need it a moment longer. */
const MARGIN_MS = 60_000;

/**
 * How long tokens are kept, in milliseconds: for the life of what in them lives longest.
 *
 * @param tokens - to be written.
 * @param nowMs - epoch milliseconds.
 * @param refreshTokenLifeMs - LivePerson does not say how long a refresh token lives. That a login is required is
 *   remembered for as long: by then nobody sends the old one any more.
 */
export function retentionMs(tokens: StoredTokens, nowMs: number, refreshTokenLifeMs: number): number {
  const accessMs = Math.max(0, tokens.expiresAtMs - nowMs);
  const keepsLogin = tokens.refreshToken !== undefined || tokens.loginRequired === true;
  return Math.ceil(Math.max(accessMs, keepsLogin ? refreshTokenLifeMs : 0) + MARGIN_MS);
}
