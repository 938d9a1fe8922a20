import { isFaaSError, SentinelOAuthError } from '@lp-functions/errors';
import type { JWTPayload } from 'jose';
import { isIssuer } from './sentinel-normalisation.ts';
import type { SentinelKeys } from './sentinel-keys.ts';

/** What an ID token says about a user. Further claims are kept as they came. */
export interface IdTokenClaims {
  /** User id. */
  readonly sub: string;
  readonly iss: string;
  readonly aud: string | readonly string[];
  /** Epoch seconds, as in the token. */
  readonly exp: number;
  /** Epoch seconds, as in the token. */
  readonly iat: number;
  readonly nonce?: string | undefined;
  /** The user has the administrator's role. */
  readonly is_admin?: boolean | undefined;
  /** The user belongs to LivePerson's staff. */
  readonly is_lpa?: boolean | undefined;
  readonly [claim: string]: unknown;
}

/** What an app's access token says of itself. Further claims are kept as they came. */
export interface AppTokenClaims {
  readonly iss: string;
  /** The account. */
  readonly aud: string | readonly string[];
  /** Client id the token was issued to. */
  readonly azp?: string | undefined;
  readonly scope?: string | undefined;
  /** Epoch seconds, as in the token. */
  readonly exp: number;
  readonly [claim: string]: unknown;
}

/** What a token is measured against. */
export interface TokenExpectation {
  readonly operation: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly issuer: string;
  /** By Sentinel's clock, epoch milliseconds. */
  readonly nowMs: number;
  readonly nonce?: string | undefined;
}

/** Asymmetric only: an HMAC would be made with a key that everybody can read, and `none` is no signature. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** For clocks that are a little apart. */
const TOLERANCE_SECONDS = 30;

/**
 * Judges the claims of an ID token (OIDC Core section 3.1.3.7), without its signature.
 *
 * @throws {@link SentinelOAuthError} TOKEN_INVALID.
 */
export async function readIdToken(idToken: string, expected: TokenExpectation): Promise<IdTokenClaims> {
  const [oauth, { decodeJwt }] = await Promise.all([import('oauth4webapi'), import('jose/jwt/decode')]);
  let said: unknown;
  try {
    said = decodeJwt(idToken).iss;
  } catch (error) {
    throw invalid('the ID token', claimAt(error), expected);
  }
  const server = {
    // oauth4webapi compares to the letter.
    issuer: isIssuer(said, expected.issuer) ? String(said) : expected.issuer,
    id_token_signing_alg_values_supported: ALGORITHMS,
  };
  const client = {
    client_id: expected.clientId,
    [oauth.clockSkew]: Math.round((expected.nowMs - Date.now()) / 1000),
    [oauth.clockTolerance]: TOLERANCE_SECONDS,
  };
  let claims: IdTokenClaims;
  try {
    const asAnswer = JSON.stringify({ access_token: '-', token_type: 'bearer', id_token: idToken });
    const answer = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      new Response(asAnswer, { headers: { 'content-type': 'application/json' } }),
      expected.nonce === undefined ? { requireIdToken: false } : { expectedNonce: expected.nonce },
    );
    claims = oauth.getValidatedIdTokenClaims(answer) as IdTokenClaims;
  } catch (error) {
    throw invalid('the ID token', claimAt(error), expected);
  }
  // oauth4webapi looks at it only beside several audiences.
  if (claims['azp'] !== undefined && claims['azp'] !== expected.clientId)
    throw invalid('the ID token', 'azp', expected);
  return claims;
}

/**
 * Checks a token's signature.
 *
 * @throws {@link SentinelOAuthError} TOKEN_INVALID; KEY_UNAVAILABLE if there is nothing to check it with.
 */
export async function checkSignature(
  token: string,
  finder: ReturnType<SentinelKeys['finder']>,
  expected: TokenExpectation,
  what: 'the ID token' | 'the access token' = 'the ID token',
): Promise<void> {
  const { compactVerify } = await import('jose');
  try {
    await compactVerify(token, finder, { algorithms: ALGORITHMS });
  } catch (error) {
    if (isFaaSError(error)) throw error;
    throw invalid(what, 'signature', expected);
  }
}

/**
 * Verifies an app's access token: signature, issuer, account, client and times.
 *
 * @throws {@link SentinelOAuthError} TOKEN_INVALID; KEY_UNAVAILABLE if there is nothing to check it with.
 */
export async function readAppToken(
  token: string,
  finder: ReturnType<SentinelKeys['finder']>,
  expected: TokenExpectation,
): Promise<AppTokenClaims> {
  const { jwtVerify } = await import('jose');
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(token, finder, {
      algorithms: ALGORITHMS,
      audience: expected.accountId,
      requiredClaims: ['exp', 'iss'],
      currentDate: new Date(expected.nowMs),
      clockTolerance: TOLERANCE_SECONDS,
    }));
  } catch (error) {
    if (isFaaSError(error)) throw error;
    throw invalid('the access token', claimAt(error), expected);
  }
  if (!isIssuer(payload.iss, expected.issuer)) throw invalid('the access token', 'iss', expected);
  if (payload['azp'] !== undefined && payload['azp'] !== expected.clientId) {
    throw invalid('the access token', 'azp', expected);
  }
  return payload as AppTokenClaims;
}

const CLAIMS = ['iss', 'aud', 'azp', 'exp', 'nbf', 'iat', 'sub', 'nonce', 'alg'];

/** Which check a library's error is about. Of the error itself nothing else is used: it carries the token. */
function claimAt(error: unknown): string {
  const { claim, code, message } = error as Readonly<Record<string, unknown>>;
  const { claim: inCause } = ((error as Error).cause ?? {}) as { readonly claim?: unknown };
  const named = [claim, inCause].find((name) => typeof name === 'string' && CLAIMS.includes(name));
  if (typeof named === 'string') return named;
  if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') return 'signature';
  return CLAIMS.find((name) => String(message).includes(`"${name}"`)) ?? 'form';
}

function invalid(
  what: string,
  check: string,
  { operation, accountId, clientId }: TokenExpectation,
): SentinelOAuthError {
  return new SentinelOAuthError(`${operation} for account ${accountId}: ${what} is refused because of its ${check}`, {
    operation,
    accountId,
    target: clientId,
    code: 'TOKEN_INVALID',
    fault: 'platform',
    hint: 'Do not use it.',
  });
}
