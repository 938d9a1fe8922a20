import type { LifetimeClues } from './token-lifetime.ts';

/**
 * Reads `iat` and `exp` of an access token, if it is a JWT. Its signature is the gateway's business: a client only wants to
 * know when to ask for the next one.
 *
 * @param token - the access token; an opaque one gives no clues.
 */
export async function jwtTimes(token: string): Promise<LifetimeClues> {
  const { decodeJwt } = await import('jose/jwt/decode');
  try {
    const { iat, exp } = decodeJwt(token);
    return {
      ...(typeof iat === 'number' ? { issuedAtSeconds: iat } : {}),
      ...(typeof exp === 'number' ? { expiresAtSeconds: exp } : {}),
    };
  } catch {
    return {};
  }
}
