/** Whose tokens are kept. */
export interface UserTokenOwner {
  /** Gives the origin of Sentinel. */
  readonly sentinelDomain: () => Promise<string> | string;
  readonly accountId: string;
  readonly clientId: string;
  /** The user, as the application names it. */
  readonly subject: string;
}

/** The name under which a token store keeps a user's tokens: no two users, apps, accounts or Sentinels share one. */
export async function userTokenKey({ sentinelDomain, accountId, clientId, subject }: UserTokenOwner): Promise<string> {
  return JSON.stringify([await sentinelDomain(), accountId, clientId, 'user', subject]);
}
