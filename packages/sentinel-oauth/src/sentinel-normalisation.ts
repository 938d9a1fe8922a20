import { parseJsonObject } from '@lp-functions/http';

/**
 * Where Sentinel, or what is known of it, departs from the OAuth RFCs, or LivePerson's published pages from each other. Answers
 * pass through here before oauth4webapi sees them; what concerns a request is done where the request is written. The numbers
 * are those of the contradictions in that material.
 *
 * | row | what we do                                                                | where                      |
 * | --- | ------------------------------------------------------------------------- | -------------------------- |
 * | C1  | each endpoint has a version of its own: authorize 1.0, token 2.0 or 1.0    | user-token-endpoint.ts     |
 * | C2  | credentials in the body, or in a Basic header by option, never both       | sentinel-grants.ts         |
 * | C3  | no host is ever built: the one that is looked up, whatever its region     | sentinel-client.ts         |
 * | C4  | `iss` is compared without regard to case                                  | sentinel-normalisation.ts  |
 * | C5  | a refresh token that comes with client credentials is dropped             | sentinel-normalisation.ts  |
 * | C6  | client credentials go to `/app/token`, never to `/token`                  | app-token-endpoint.ts      |
 * | C7  | three spellings of it                                                     | app-token-endpoint.ts      |
 * | C8  | scopes are free-form                                                      | sentinel-client-options.ts |
 * | C9  | an app that may not refresh is told what its installation lacks           | sentinel-failure.ts        |
 * | C10 | who installs apps differs by account: both ways are named                 | sentinel-failure.ts        |
 * | C12 | the client secret has no place in an authorization request                | login-request.ts           |
 * | C25 | revocation: `v=1.0`, and the refresh token                                | user-token-endpoint.ts     |
 * | C29 | `expires_in` is absent, a number, or a numeric string                     | sentinel-normalisation.ts  |
 * | C31 | authorize is a GET                                                        | user-token-endpoint.ts     |
 * | C32 | every path begins with `/sentinel`                                        | user-token-endpoint.ts     |
 * | C34 | OAuth 2.0 only; a token of another login is brought along                 | static-bearer.ts           |
 *
 * Without a number, all of them here: `token_type` may be missing, since it is always `Bearer` where it is documented;
 * `refresh_token: null` and the like mean that there is none; success is any 2xx; an ID token that nobody asked for is dropped;
 * an error body may come beside a `WWW-Authenticate` challenge or with a status that says yes, and says more than either.
 */

/** Whom tokens are for: an app gets an access token and nothing else, a user may get more. */
export type TokenRecipient = 'app' | 'user';

/** An `error` as RFC 6749 section 5.2 writes it; whatever is not text in it is left out. */
export interface OAuthRefusal {
  readonly error: string;
  readonly description?: string | undefined;
}

/** What can go into a header as it is (RFC 6749 appendix A.12), with something else than blanks in it. */
const SENDABLE_TOKEN = /^(?=.*[^ ])[\x20-\x7e]+$/;

/** Fields of a token answer that mean something, and when they do. Any other field is none of our business. */
const USABLE_FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  access_token: (value) => typeof value === 'string' && SENDABLE_TOKEN.test(value),
  token_type: isText,
  refresh_token: isText,
  id_token: isText,
  scope: isText,
};

/** An answer as it came. Its headers are not looked at: content types and challenges say less than the body. */
export interface SentinelAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Rewrites a token answer into the form of RFC 6749 section 5.1.
 *
 * @param answer - as it came.
 * @param recipient - whom the tokens are for.
 * @returns JSON, or `undefined` if it is no success, or no JSON object, so that there are no tokens in it.
 */
export function normaliseTokenAnswer({ status, text }: SentinelAnswer, recipient: TokenRecipient): string | undefined {
  const body = isSuccess(status) ? parseJsonObject(text) : undefined;
  if (body === undefined) return undefined;
  const fields = Object.entries(USABLE_FIELDS).filter(([name, isUsable]) => isUsable(body[name]));
  const kept = Object.fromEntries(fields.map(([name]) => [name, body[name]]));
  // C5.
  if (recipient === 'app') {
    delete kept['refresh_token'];
    delete kept['id_token'];
  }
  const seconds = secondsOf(body['expires_in']);
  return JSON.stringify({ token_type: 'Bearer', ...kept, ...(seconds === undefined ? {} : { expires_in: seconds }) });
}

/**
 * Rewrites the answer to a revocation, whose body is not documented: every 2xx is a yes, unless it says no.
 *
 * @param answer - as it came.
 * @returns JSON, or `undefined` if it is a refusal.
 */
export function normaliseRevocation({ status, text }: SentinelAnswer): string | undefined {
  return isSuccess(status) && readRefusal(text) === undefined ? '{}' : undefined;
}

/**
 * Reads what a refusal says of itself, whatever its status and content type.
 *
 * @param text - the body as it came.
 */
export function readRefusal(text: string): OAuthRefusal | undefined {
  const { error, error_description: description } = parseJsonObject(text) ?? {};
  if (!isText(error)) return undefined;
  return isText(description) ? { error, description } : { error };
}

/**
 * The tokens in an answer that is none: servers may say no and give them all the same, and say them once more in their text.
 *
 * @param text - the body as it came.
 */
export function tokensIn(text: string): readonly string[] {
  const { access_token, refresh_token, id_token } = parseJsonObject(text) ?? {};
  return [access_token, refresh_token, id_token].filter(isText);
}

/**
 * Tells whether an `iss` is Sentinel's (contract C4).
 *
 * @param claim - of a token.
 * @param issuer - the one that is expected.
 */
export function isIssuer(claim: unknown, issuer: string): boolean {
  return typeof claim === 'string' && claim.toLowerCase() === issuer.toLowerCase();
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** C29. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
