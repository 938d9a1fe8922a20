/** Whose tokens they are, and where they were issued. */
export interface TokenIdentity {
  /** Origin of Sentinel, as `sentinelDomain` gives it. */
  readonly sentinelOrigin: string;
  /** LivePerson account (site) id. */
  readonly accountId: string;
  readonly clientId: string;
}

/**
 * The name under which {@link clientCredentials} keeps an app's tokens in a store.
 *
 * @param app - whose, with the scopes that were asked for.
 */
export function appTokenKey(app: TokenIdentity & { readonly scope?: string | undefined }): string {
  // As JSON: parts may contain blanks, and two identities must never share a key.
  return JSON.stringify([app.sentinelOrigin, app.accountId, app.clientId, app.scope ?? '']);
}

/**
 * The name under which {@link userTokens} keeps a user's tokens in a store: for those who put tokens there after a login,
 * look at them or remove them.
 *
 * @param user - whose, `subject` as {@link UserTokensOptions} has it.
 */
export function userTokenKey(user: TokenIdentity & { readonly subject: string }): string {
  return JSON.stringify([user.sentinelOrigin, user.accountId, user.clientId, 'user', user.subject]);
}
