import { SignJWT } from 'jose';
import type { EmulatedPlatform } from './emulated-platform.ts';
import type { UserSession } from './user-sessions.ts';

/** LivePerson's sample lives ten minutes. */
const LIFETIME_SECONDS = 600;

/** Signs the ID token of a session, with the claims of LivePerson's sample. */
export async function signIdToken(
  { user, clientId }: UserSession,
  nonce: string | undefined,
  { keys, clock, options }: EmulatedPlatform,
): Promise<string> {
  const key = await keys.current();
  const issuedAt = Math.floor(clock.now() / 1000);
  const claims = {
    is_admin: user.isAdmin,
    is_lpa: false,
    ...(nonce === undefined || !options.idTokenNonce ? {} : { nonce }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ kid: key.idTokenKid, typ: 'JWT', alg: 'RS256' })
    .setSubject(user.userId)
    .setAudience(clientId)
    .setIssuer(options.idTokenIssuer)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(key.privateKey);
}
