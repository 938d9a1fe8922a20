/** What a token answer says about its life. */
export interface LifetimeClues {
  /** `expires_in` of the answer, in seconds. */
  readonly expiresInSeconds?: number | undefined;
  /** `iat` and `exp` of the access token, if it is a JWT, in epoch seconds. */
  readonly issuedAtSeconds?: number | undefined;
  readonly expiresAtSeconds?: number | undefined;
}

/** For a token of which nothing is known. LivePerson advises to renew user tokens every 30 minutes. */
export const UNKNOWN_LIFETIME_MS: number = 30 * 60_000;

/**
 * How long an access token lives: what the answer says, else what the token says of itself, else half an hour. A claim
 * that makes no sense (next to nothing left, not a number) counts as absent, so that no token lives for ever.
 *
 * @param clues - what is known.
 * @param nowMs - epoch milliseconds; used for a JWT that has `exp` but no `iat`.
 * @returns milliseconds, at least 1: less is lost when it is added to an epoch.
 */
export function lifetimeOf(clues: LifetimeClues, nowMs: number): number {
  const { expiresInSeconds, issuedAtSeconds, expiresAtSeconds } = clues;
  const claimed =
    expiresAtSeconds === undefined ? undefined : expiresAtSeconds * 1000 - (issuedAtSeconds ?? nowMs / 1000) * 1000;
  const said = expiresInSeconds === undefined ? undefined : expiresInSeconds * 1000;
  return [said, claimed].find((ms) => ms !== undefined && Number.isFinite(ms) && ms >= 1) ?? UNKNOWN_LIFETIME_MS;
}
