import { CompactSign } from 'jose';
import type { EmulatorClock } from './emulator-clock.ts';
import { randomHex } from './random-credential.ts';
import type { SigningKeys } from './signing-keys.ts';

/** A bearer token that this emulator issued. */
export interface IssuedToken {
  readonly token: string;
  /** `app`: client credentials. `user`: a user's session. */
  readonly kind: 'app' | 'user';
  readonly accountId: string;
  readonly clientId: string;
  /** Granted scopes, space separated; empty for users. */
  readonly scope: string;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** The key that signed it, for a JWT. */
  readonly keyId?: string | undefined;
}

/** Selects tokens; an empty selection means all. */
export interface TokenSelection {
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly kind?: 'app' | 'user' | undefined;
  /** One token, by its text. */
  readonly token?: string | undefined;
}

/** Every bearer token issued and alive, over all accounts. */
export interface IssuedTokens {
  issueAppToken(grant: {
    readonly accountId: string;
    readonly clientId: string;
    readonly scope: string;
    readonly lifetimeSeconds: number;
    readonly format: 'jwt' | 'opaque';
    readonly issuer: string;
  }): Promise<IssuedToken>;
  issueUserToken(grant: {
    readonly accountId: string;
    readonly clientId: string;
    readonly userId: string;
    readonly sessionId: string;
    readonly lifetimeSeconds: number;
  }): IssuedToken;
  /** Finds a token that is neither expired nor revoked, and whose key was not withdrawn. */
  find(token: string): IssuedToken | undefined;
  /** Tokens that are alive, and with `expired` also those that have expired and are not forgotten yet. */
  list(options?: { readonly expired?: boolean | undefined }): readonly IssuedToken[];
  /** Revokes the selected tokens and returns how many there were. */
  revoke(selection?: TokenSelection): number;
  /** Lets the selected tokens expire now and returns how many were alive. */
  expire(selection?: TokenSelection): number;
  /** Counts up with every token that is issued, revoked or expired by hand. */
  readonly changes: number;
}

/** Above this, expired tokens are swept out when a new one is issued. */
const SWEEP_ABOVE = 10_000;

/** Creates the register of tokens. */
export function createIssuedTokens(clock: EmulatorClock, keys: SigningKeys): IssuedTokens {
  const tokens = new Map<string, IssuedToken>();
  let serial = 0;
  let changes = 0;
  const keep = (token: IssuedToken): IssuedToken => {
    if (tokens.size >= SWEEP_ABOVE) {
      for (const [text, { expiresAtMs }] of tokens) if (expiresAtMs <= clock.now()) tokens.delete(text);
    }
    tokens.set(token.token, token);
    changes += 1;
    return token;
  };
  const isVouchedFor = ({ keyId }: IssuedToken): boolean => keyId === undefined || keys.isPublished(keyId);
  const find = (text: string): IssuedToken | undefined => {
    const token = tokens.get(text);
    if (token === undefined || token.expiresAtMs <= clock.now()) return undefined;
    return isVouchedFor(token) ? token : undefined;
  };
  return {
    issueAppToken: async ({ accountId, clientId, scope, lifetimeSeconds, format, issuer }) => {
      const key = await keys.current();
      const issuedAt = Math.floor(clock.now() / 1000);
      const times = { issuedAtMs: issuedAt * 1000, expiresAtMs: (issuedAt + lifetimeSeconds) * 1000 };
      const common = { kind: 'app', accountId, clientId, scope, ...times } as const;
      if (format === 'opaque') return keep({ ...common, token: randomHex(64) });
      serial += 1;
      const claims = {
        aud: accountId,
        azp: clientId,
        scope,
        iss: issuer,
        exp: issuedAt + lifetimeSeconds,
        iat: issuedAt,
      };
      const token = await new CompactSign(Buffer.from(`${JSON.stringify(claims)}${blanks(serial)}`))
        .setProtectedHeader({ kid: key.appTokenKid, typ: 'JWT', alg: 'RS256' })
        .sign(key.privateKey);
      return keep({ ...common, token, keyId: key.keyId });
    },
    issueUserToken: ({ accountId, clientId, userId, sessionId, lifetimeSeconds }) => {
      const issuedAtMs = clock.now();
      return keep({
        token: randomHex(64),
        kind: 'user',
        accountId,
        clientId,
        userId,
        sessionId,
        scope: '',
        issuedAtMs,
        expiresAtMs: issuedAtMs + lifetimeSeconds * 1000,
      });
    },
    find,
    list: ({ expired = false } = {}) => {
      const now = clock.now();
      return [...tokens.values()].filter((token) => (expired || token.expiresAtMs > now) && isVouchedFor(token));
    },
    revoke: (selection = {}) => {
      let revoked = 0;
      for (const [text, token] of tokens) {
        if (!isSelected(token, selection)) continue;
        if (find(text) !== undefined) revoked += 1;
        tokens.delete(text);
        changes += 1;
      }
      return revoked;
    },
    expire: (selection = {}) => {
      const now = clock.now();
      let expired = 0;
      for (const [text, token] of tokens) {
        if (!isSelected(token, selection) || find(text) === undefined) continue;
        tokens.set(text, { ...token, expiresAtMs: now });
        changes += 1;
        expired += 1;
      }
      return expired;
    },
    get changes() {
      return changes;
    },
  };
}

/**
 * Sentinel's claims name no token, and RS256 signs the same text the same way: two tokens of one second would be one. A number
 * written in blanks after the claims tells them apart, and every JSON parser ignores it.
 */
function blanks(serial: number): string {
  return serial.toString(2).replaceAll('0', ' ').replaceAll('1', '\n');
}

function isSelected(
  token: IssuedToken,
  { accountId, clientId, sessionId, kind, token: text }: TokenSelection,
): boolean {
  return (
    (text === undefined || token.token === text) &&
    (accountId === undefined || token.accountId === accountId) &&
    (clientId === undefined || token.clientId === clientId) &&
    (sessionId === undefined || token.sessionId === sessionId) &&
    (kind === undefined || token.kind === kind)
  );
}
