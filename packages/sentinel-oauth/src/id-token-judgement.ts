import { isFaaSError, isSentinelOAuthError } from '@lp-functions/errors';
import type { CallLimits, HttpClient, Logger } from '@lp-functions/http';
import type { SentinelKeys } from './sentinel-keys.ts';
import { checkSignature, type IdTokenClaims, readIdToken, type TokenExpectation } from './token-verification.ts';

/** Judges ID tokens that came straight from Sentinel. */
export interface IdTokenJudge {
  /**
   * The one of a login. Without a key for its signature it is believed, with a warning.
   *
   * @throws {@link SentinelOAuthError} TOKEN_INVALID.
   */
  ofLogin(idToken: string, nonce: string | undefined, limits: CallLimits): Promise<IdTokenClaims>;
  /**
   * The one of a refresh, which must be about the same user (OIDC Core section 12.2). The refresh token is spent by now: one that
   * is refused costs a warning, and not the session.
   *
   * @param earlier - the one before.
   * @returns false if it is refused.
   */
  isGoodAfterRefresh(idToken: string, earlier: string | undefined): Promise<boolean>;
}

/** Parts of {@link createIdTokenJudge}. */
export interface IdTokenJudgeParts {
  readonly accountId: string;
  readonly clientId: string;
  readonly http: HttpClient;
  readonly keys: SentinelKeys;
  readonly logger: Logger | undefined;
  readonly expectation: (operation: string, nonce?: string) => TokenExpectation;
}

/** How long a refresh waits for keys: others wait for its lock, and the new tokens are not safe yet. */
const KEY_PATIENCE_MS = 5_000;

/** Makes a judge for one app. */
export function createIdTokenJudge(parts: IdTokenJudgeParts): IdTokenJudge {
  const { http, keys, logger, expectation } = parts;
  const named = { accountId: parts.accountId, target: parts.clientId };

  /** Claims first, by the time that came with the tokens. */
  async function judge(idToken: string, expected: TokenExpectation, limits: CallLimits): Promise<IdTokenClaims> {
    const claims = await readIdToken(idToken, expected);
    try {
      await checkSignature(idToken, keys.finder(limits), expected);
    } catch (error) {
      if (!isSentinelOAuthError(error) || error.code !== 'KEY_UNAVAILABLE') throw error;
      logger?.warn(
        'there is no key for the signature of an ID token; it is believed, since Sentinel sent it itself',
        named,
      );
    }
    return claims;
  }

  return {
    ofLogin: (idToken, nonce, limits) => judge(idToken, expectation('exchangeCode', nonce), limits),
    async isGoodAfterRefresh(idToken, earlier) {
      try {
        const [next, last] = [await claimsOf(idToken), await claimsOf(earlier)];
        const nonce = next['nonce'] === undefined ? undefined : last['nonce'];
        const expected = expectation('refresh', typeof nonce === 'string' ? nonce : undefined);
        const { sub } = await judge(idToken, expected, http.limits({ deadlineMs: KEY_PATIENCE_MS }));
        if (last['sub'] === undefined || last['sub'] === sub) return true;
        logger?.warn('the ID token that came with a refresh is of another user; it is dropped', named);
      } catch (error) {
        const reason = isFaaSError(error) ? error.message : 'it cannot be read';
        logger?.warn('the ID token that came with a refresh is dropped', { ...named, reason });
      }
      return false;
    },
  };
}

/** What a token says, without any judgement. */
async function claimsOf(idToken: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  const { decodeJwt } = await import('jose/jwt/decode');
  try {
    const claims = decodeJwt(idToken ?? '');
    return claims;
  } catch {
    return {};
  }
}
