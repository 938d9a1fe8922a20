/** Whose tokens they are. */
export interface UserTokenOwner {
  /** Origin of Sentinel, as discovery resolves it. */
  readonly sentinelDomain: string;
  readonly accountId: string;
  readonly clientId: string;
  /** The `subject` given to {@link userTokens}. */
  readonly subject: string;
}

/**
 * The name under which {@link userTokens} keeps a user's tokens in a {@link TokenStore}: for an app that signs users out, or
 * wants to know whether somebody is signed in.
 *
 * @param owner - all of it counts, so that no account, app or user is ever given another's tokens.
 */
export function userTokenKey({ sentinelDomain, accountId, clientId, subject }: UserTokenOwner): string {
  // As JSON: parts may contain blanks, and two identities must never share a key.
  return JSON.stringify([sentinelDomain, accountId, clientId, 'user', subject]);
}
