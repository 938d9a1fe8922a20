/**
 * Where in its life a token is. `fresh`: use it. `soft`: use it, and renew it in the background. `hard`: wait for its
 * renewal, use it if that fails. `expired`: do not use it.
 */
export type TokenPhase = 'fresh' | 'soft' | 'hard' | 'expired';

const SOFT_SHARE = 0.2;
const SOFT_MAX_MS = 5 * 60_000;
const HARD_SHARE = 0.05;
const HARD_MAX_MS = 30_000;

/**
 * Tells where in its life a token is. Both windows shrink with the lifetime, so that a short-lived token is reused too.
 *
 * @param ageMs - since before it was asked for.
 * @param lifetimeMs - from the same moment.
 * @param renewAfterMs - age from which it is renewed in the background, however long it lives.
 */
export function phaseOf(ageMs: number, lifetimeMs: number, renewAfterMs: number = Infinity): TokenPhase {
  const leftMs = lifetimeMs - ageMs;
  // Written so that NaN is expired, too.
  if (!(leftMs > 0)) return 'expired';
  if (leftMs <= Math.min(lifetimeMs * HARD_SHARE, HARD_MAX_MS)) return 'hard';
  if (leftMs <= Math.min(lifetimeMs * SOFT_SHARE, SOFT_MAX_MS)) return 'soft';
  return ageMs >= renewAfterMs ? 'soft' : 'fresh';
}
