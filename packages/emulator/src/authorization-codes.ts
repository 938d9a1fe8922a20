import { createHash, timingSafeEqual } from 'node:crypto';
import type { EmulatorClock } from './emulator-clock.ts';
import type { PlatformUser } from './platform-users.ts';
import { randomHex } from './random-credential.ts';

/** What an authorization request asked for, checked. */
export interface AuthorizationRequest {
  readonly accountId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Whether the request named it; then the exchange has to name it too. */
  readonly redirectUriWasSent: boolean;
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  readonly challenge?: { readonly text: string; readonly method: 'S256' | 'plain' } | undefined;
}

/** What a code stands for. */
export interface AuthorizationGrant {
  readonly request: AuthorizationRequest;
  readonly user: PlatformUser;
  /** The session that the code was exchanged for, once it was. */
  sessionId?: string | undefined;
}

/** Authorization codes that were given out. */
export interface AuthorizationCodes {
  issue(request: AuthorizationRequest, user: PlatformUser): string;
  /** Takes a code. A code that was taken before comes back as `replayed`, with what it was taken for. */
  redeem(code: string): { readonly grant: AuthorizationGrant; readonly replayed: boolean } | undefined;
  clear(): void;
}

/** RFC 6749 has no format; LivePerson's sample is the RFC's own example. */
const CODE_DIGITS = 40;

/** Creates the register of codes. */
export function createAuthorizationCodes(clock: EmulatorClock, lifetimeSeconds: number): AuthorizationCodes {
  const codes = new Map<string, { readonly grant: AuthorizationGrant; readonly expiresAtMs: number; used: boolean }>();
  return {
    issue: (request, user) => {
      const code = randomHex(CODE_DIGITS);
      codes.set(code, { grant: { request, user }, expiresAtMs: clock.now() + lifetimeSeconds * 1000, used: false });
      return code;
    },
    redeem: (code) => {
      const found = codes.get(code);
      if (found === undefined || found.expiresAtMs <= clock.now()) return undefined;
      const replayed = found.used;
      found.used = true;
      return { grant: found.grant, replayed };
    },
    clear: () => {
      codes.clear();
    },
  };
}

/**
 * Tells whether a code verifier fits the challenge.
 *
 * @see RFC 7636 section 4.6
 */
export function fitsChallenge(
  { text, method }: NonNullable<AuthorizationRequest['challenge']>,
  verifier: string,
): boolean {
  const computed = Buffer.from(
    method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier,
  );
  const expected = Buffer.from(text);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}
