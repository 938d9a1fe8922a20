import type { OptionRule } from '@lp-functions/http';

/** OAuth 2.0 client credentials of the app installation. */
export interface AppJwtCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Gives the value of the `Authorization` header. Asked once for every attempt, and once more after a 401.
 *
 * @param input - the URL with its query, and the method in lower case.
 */
export type GetAuthorizationHeader = (input: { url: string; method: string }) => Promise<string>;

/**
 * Gives the access token for DPoP.
 *
 * @param domainUrl - `https://` and the gateway's host.
 */
export type GetAccessToken = (domainUrl: string) => Promise<string>;

/**
 * Gives a DPoP proof. Asked anew for every attempt: a proof that is sent twice is a replay.
 *
 * @param url - of the request, with its query.
 * @param method - in lower case.
 * @param accessToken - what {@link GetAccessToken} gave.
 */
export type GetDpopHeader = (url: string, method: string, accessToken?: string) => Promise<string>;

/** OAuth 2.0 with DPoP; the official client documents it for LivePerson's own services. */
export interface DpopCredentials {
  readonly getAccessTokenInternal: GetAccessToken;
  readonly getDpopHeaderInternal: GetDpopHeader;
}

/** How a client authenticates. */
export type AuthStrategy = AppJwtCredentials | GetAuthorizationHeader | DpopCredentials;

/** Tells client credentials by the field that the official client tells them by. */
export function isAppCredentials(strategy: AuthStrategy): strategy is AppJwtCredentials {
  return 'clientId' in strategy;
}

/** True for what can authenticate at all. */
export const authStrategyRule: OptionRule = (value) => {
  if (value === undefined || typeof value === 'function') return undefined;
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const has = (kind: string, ...names: readonly string[]): boolean =>
    names.every((name) => typeof given[name] === kind && given[name] !== '');
  return has('string', 'clientId', 'clientSecret') || has('function', 'getAccessTokenInternal', 'getDpopHeaderInternal')
    ? undefined
    : 'must be { clientId, clientSecret }, a function that gives the Authorization header, or the two functions of DPoP';
};
