/** Version of the token endpoint for users, for code exchange and refresh alike. */
export type TokenVersion = '1.0' | '2.0';

/** What the Functions pages prescribe (contract C1). */
export const DEFAULT_TOKEN_VERSION: TokenVersion = '2.0';

/** The versions, for checking an option. */
export const TOKEN_VERSIONS: readonly TokenVersion[] = ['1.0', '2.0'];

/** Authorize has only ever been `1.0`: every endpoint has a version of its own (contract C1). It is a GET (C31). */
export const AUTHORIZE_VERSION = '1.0';

/** Where a browser is sent to log in. */
export function authorizeUrl(origin: string, accountId: string): string {
  return `${accountUrl(origin, accountId)}/authorize`;
}

/** Where codes and refresh tokens are exchanged, with the prefix `/sentinel` (contract C32). */
export function userTokenUrl(origin: string, accountId: string, version: TokenVersion): string {
  return `${accountUrl(origin, accountId)}/token?v=${version}`;
}

/** Where a user is signed out; the documented `?v1.0` is a misprint (contract C25). */
export function revokeUrl(origin: string, accountId: string): string {
  return `${accountUrl(origin, accountId)}/token/revoke?v=1.0`;
}

/** Where the keys are: without a leading dot and without an account. */
export function jwksUrl(origin: string): string {
  return `${origin}/sentinel/well-known/jwks`;
}

function accountUrl(origin: string, accountId: string): string {
  return `${origin}/sentinel/api/account/${encodeURIComponent(accountId)}`;
}
