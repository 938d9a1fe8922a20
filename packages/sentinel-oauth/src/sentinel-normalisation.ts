/**
 * Where Sentinel, or what is known of it, departs from the OAuth RFCs. Answers pass through here before oauth4webapi sees
 * them. The rows are those of the contradictions in LivePerson's published material:
 *
 * - C29: `expires_in` is absent, a number, or a numeric string.
 * - C5: an answer to client credentials may carry a refresh token, which is of no use.
 * - `token_type` may be missing; it is always `Bearer` where it is documented.
 * - `refresh_token: null` and the like mean that there is none.
 * - Success may be 200, 201 or any 2xx.
 * - Section 2.13: an error body may come beside a `WWW-Authenticate` challenge; the body says more.
 */

/** An answer of Sentinel, ready for oauth4webapi. */
export interface NormalisedAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Rewrites a token answer into the form of RFC 6749 section 5.1, or an error answer into that of section 5.2.
 *
 * @param status - as it came.
 * @param text - the body as it came.
 * @returns `undefined` if the body is not a JSON object, so that nothing can be said about it.
 */
export function normaliseTokenAnswer(status: number, text: string): NormalisedAnswer | undefined {
  const body = parseObject(text);
  if (body === undefined) return undefined;
  if (status >= 400) return { status, body: JSON.stringify(body) };
  const { expires_in: expiresIn, token_type: tokenType, ...rest } = withoutNulls(body);
  const seconds = secondsOf(expiresIn);
  return {
    status: 200,
    body: JSON.stringify({
      ...rest,
      token_type: tokenType ?? 'Bearer',
      ...(seconds === undefined ? {} : { expires_in: seconds }),
    }),
  };
}

function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

function withoutNulls(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
