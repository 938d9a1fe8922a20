import { SentinelOAuthError } from '@lp-functions/errors';
import { phaseOf, type TokenPhase } from './renewal-windows.ts';
import { isTokenSet, type TokenSet } from './token-set.ts';

/** Tokens in use, with their age on the monotonic clock: a wall clock that jumps changes nothing. */
export interface HeldToken {
  readonly tokens: TokenSet;
  readonly lifetimeMs: number;
  /** On the monotonic clock, from before they were asked for. */
  readonly bornAtMs: number;
}

/**
 * Takes up tokens.
 *
 * @param tokens - what obtaining them gave; anything may have come from a function of the caller's.
 * @param bornAtMs - on the monotonic clock.
 * @throws {@link SentinelOAuthError} AUTHORIZER_FAILED if they are none.
 */
export function hold(tokens: unknown, bornAtMs: number): HeldToken {
  if (isTokenSet(tokens)) return { tokens, lifetimeMs: tokens.expiresAtMs - tokens.obtainedAtMs, bornAtMs };
  throw new SentinelOAuthError('the function that obtains tokens did not return a TokenSet', {
    code: 'AUTHORIZER_FAILED',
    fault: 'caller',
    hint: 'Let it return accessToken as a Secret, and obtainedAtMs and expiresAtMs as epoch milliseconds.',
  });
}

/** Where in its life a token is. */
export function phaseOfHeld({ lifetimeMs, bornAtMs }: HeldToken, nowMs: number, renewAfterMs?: number): TokenPhase {
  return phaseOf(nowMs - bornAtMs, lifetimeMs, renewAfterMs);
}
