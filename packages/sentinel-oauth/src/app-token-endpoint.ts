/**
 * Which of the three spellings of the client-credentials endpoint to use (contract C7): `'2.0'` and `'1.0'` are
 * `/app/token?v=…`, `'api-v2'` is `/api/v2/…/app/token`.
 */
export type AppTokenVersion = '1.0' | '2.0' | 'api-v2';

/** What LivePerson's own Functions clients use. */
export const DEFAULT_APP_TOKEN_VERSION: AppTokenVersion = '2.0';

/** The spellings, for checking an option. */
export const APP_TOKEN_VERSIONS: readonly AppTokenVersion[] = ['1.0', '2.0', 'api-v2'];

/**
 * URL of the client-credentials endpoint, which is not the one for users (contract C6).
 *
 * @param origin - of Sentinel, from the Domain API.
 * @param accountId - LivePerson account id.
 * @param version - which spelling.
 * @see LivePerson's page "OAuth 2.0 client credentials"; the Functions pages prescribe `v=2.0`.
 */
export function appTokenUrl(origin: string, accountId: string, version: AppTokenVersion): string {
  const account = encodeURIComponent(accountId);
  return version === 'api-v2'
    ? `${origin}/sentinel/api/v2/account/${account}/app/token`
    : `${origin}/sentinel/api/account/${account}/app/token?v=${version}`;
}
