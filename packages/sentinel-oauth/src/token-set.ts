import { Secret } from '@lp-functions/errors';
import { isRecord } from '@lp-functions/http';

/** Tokens of one identity. Printing or serialising it shows no token; {@link Secret.reveal} does. */
export interface TokenSet {
  readonly accessToken: Secret;
  /** Epoch milliseconds, taken before the request was sent. */
  readonly obtainedAtMs: number;
  /** Epoch milliseconds, counted from `obtainedAtMs`. */
  readonly expiresAtMs: number;
  readonly refreshToken?: Secret | undefined;
  readonly idToken?: Secret | undefined;
  /** Scopes that were granted, space separated, if Sentinel said so. */
  readonly scope?: string | undefined;
  /** The refresh token was refused and dropped: the user has to log in again. Everybody was told by who found out. */
  readonly loginRequired?: boolean | undefined;
}

/** The same as plain text, as a {@link TokenStore} keeps it. Treat it as a secret. */
export interface StoredTokens {
  readonly accessToken: string;
  readonly obtainedAtMs: number;
  readonly expiresAtMs: number;
  readonly refreshToken?: string | undefined;
  readonly idToken?: string | undefined;
  readonly scope?: string | undefined;
  readonly loginRequired?: boolean | undefined;
}

/** Writes tokens out for a store. */
export function toStored(tokens: TokenSet): StoredTokens {
  return {
    accessToken: tokens.accessToken.reveal(),
    obtainedAtMs: tokens.obtainedAtMs,
    expiresAtMs: tokens.expiresAtMs,
    ...(tokens.refreshToken === undefined ? {} : { refreshToken: tokens.refreshToken.reveal() }),
    ...(tokens.idToken === undefined ? {} : { idToken: tokens.idToken.reveal() }),
    ...(tokens.scope === undefined ? {} : { scope: tokens.scope }),
    ...(tokens.loginRequired === true ? { loginRequired: true } : {}),
  };
}

/** Reads what a store kept. */
export function fromStored(stored: StoredTokens): TokenSet {
  return {
    accessToken: new Secret(stored.accessToken),
    obtainedAtMs: stored.obtainedAtMs,
    expiresAtMs: stored.expiresAtMs,
    ...(stored.refreshToken === undefined ? {} : { refreshToken: new Secret(stored.refreshToken) }),
    ...(stored.idToken === undefined ? {} : { idToken: new Secret(stored.idToken) }),
    ...(stored.scope === undefined ? {} : { scope: stored.scope }),
    ...(stored.loginRequired === true ? { loginRequired: true } : {}),
  };
}

/** True for what {@link toStored} writes; a store may hold anything, after an upgrade or an accident. */
export function isStoredTokens(value: unknown): value is StoredTokens {
  if (!isRecord(value)) return false;
  const { accessToken, refreshToken, idToken, scope } = value;
  return (
    typeof accessToken === 'string' &&
    accessToken !== '' &&
    hasTimes(value) &&
    [refreshToken, idToken, scope].every((text) => text === undefined || typeof text === 'string')
  );
}

/** True for tokens that can be used; a function that obtains them may return anything. */
export function isTokenSet(value: unknown): value is TokenSet {
  if (!isRecord(value)) return false;
  const { accessToken, refreshToken, idToken, scope } = value;
  return (
    isSecret(accessToken) &&
    hasTimes(value) &&
    [refreshToken, idToken].every((secret) => secret === undefined || isSecret(secret)) &&
    (scope === undefined || typeof scope === 'string')
  );
}

function hasTimes({ obtainedAtMs, expiresAtMs }: Readonly<Record<string, unknown>>): boolean {
  return Number.isFinite(obtainedAtMs) && Number.isFinite(expiresAtMs);
}

/** By its method, not by `instanceof`: another installed copy may have made it. */
function isSecret(value: unknown): value is Secret {
  if (!isRecord(value) || typeof value['reveal'] !== 'function') return false;
  const text: unknown = (value as unknown as Secret).reveal();
  return typeof text === 'string' && text !== '';
}
