import { parseJsonObject } from '@lp-functions/http';

/**
 * Where Sentinel, or what is known of it, departs from the OAuth RFCs. Answers pass through here before oauth4webapi sees
 * them. The rows are those of the contradictions in LivePerson's published material:
 *
 * - C29: `expires_in` is absent, a number, or a numeric string.
 * - C5: an answer to client credentials may carry a refresh token, which is of no use; the same goes for an ID token.
 * - C4: `iss` is `Sentinel` or `sentinel`: compared without regard to case ({@link isIssuer}).
 * - `token_type` may be missing; it is always `Bearer` where it is documented.
 * - `refresh_token: null` and the like mean that there is none.
 * - Success may be 200, 201 or any 2xx.
 * - Section 2.13: an error body may come beside a `WWW-Authenticate` challenge; the body says more.
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

/**
 * Rewrites a token answer into the form of RFC 6749 section 5.1.
 *
 * @param text - the body of a 2xx answer as it came.
 * @param recipient - whom the tokens are for.
 * @returns JSON, or `undefined` if the body is not a JSON object, so that nothing can be said about it.
 */
export function normaliseTokenAnswer(text: string, recipient: TokenRecipient): string | undefined {
  const body = parseJsonObject(text);
  if (body === undefined) return undefined;
  const fields = Object.entries(USABLE_FIELDS).filter(([name, isUsable]) => isUsable(body[name]));
  const kept = Object.fromEntries(fields.map(([name]) => [name, body[name]]));
  if (recipient === 'app') {
    delete kept['refresh_token'];
    delete kept['id_token'];
  }
  const seconds = secondsOf(body['expires_in']);
  return JSON.stringify({ token_type: 'Bearer', ...kept, ...(seconds === undefined ? {} : { expires_in: seconds }) });
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
 * Tells whether an `iss` is Sentinel's (contract C4).
 *
 * @param claim - of a token.
 * @param issuer - the one that is expected.
 */
export function isIssuer(claim: unknown, issuer: string): boolean {
  return typeof claim === 'string' && claim.toLowerCase() === issuer.toLowerCase();
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
