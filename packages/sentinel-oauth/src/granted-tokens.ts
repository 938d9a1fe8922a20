import { Secret } from '@lp-functions/errors';
import { jwtTimes } from './jwt-times.ts';
import type { GrantedTokens } from './sentinel-request.ts';
import { lifetimeOf } from './token-lifetime.ts';
import type { TokenSet } from './token-set.ts';

/**
 * Makes a set of tokens out of an answer.
 *
 * @param granted - what Sentinel answered.
 * @param startedAtMs - before the request was sent, by our clock.
 * @param skewMs - how far Sentinel's clock is ahead: a JWT's `exp` is in Sentinel's time.
 */
export async function readTokens(
  { answer, idToken }: GrantedTokens,
  startedAtMs: number,
  skewMs: number,
): Promise<TokenSet> {
  const { access_token: accessToken, expires_in: expiresInSeconds, refresh_token: refreshToken, scope } = answer;
  const clues = expiresInSeconds === undefined ? await jwtTimes(accessToken) : { expiresInSeconds };
  return {
    accessToken: new Secret(accessToken),
    obtainedAtMs: startedAtMs,
    expiresAtMs: startedAtMs + lifetimeOf(clues, startedAtMs + skewMs),
    ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
    ...(idToken === undefined ? {} : { idToken: new Secret(idToken) }),
    ...(scope === undefined ? {} : { scope }),
  };
}
