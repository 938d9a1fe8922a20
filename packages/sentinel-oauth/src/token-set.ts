import { Secret } from '@lp-functions/errors';

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
}

/** The same as plain text, as a {@link TokenStore} keeps it. Treat it as a secret. */
export interface StoredTokens {
  readonly accessToken: string;
  readonly obtainedAtMs: number;
  readonly expiresAtMs: number;
  readonly refreshToken?: string | undefined;
  readonly idToken?: string | undefined;
  readonly scope?: string | undefined;
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
  };
}
