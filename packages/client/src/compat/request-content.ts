import { ConfigurationError } from '@lp-functions/errors';
import { safeCause } from '@lp-functions/http';
import type { InvocationDomain } from './invocation-data.ts';
import { VERSION } from './version.ts';

/** HTTP headers of every request, spelled as the official client does, for a `fetch` that looks at them. */
export function requestHeaders(requestId: string): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'User-Agent': `lp-functions-compat/${VERSION}`,
    'X-Request-ID': requestId,
  };
}

/**
 * Refuses what would end a header and begin another one, or cannot be written into one.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION `headers.…`
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    throw new ConfigurationError(`${name} cannot be sent: it must be a text without line breaks`, {
      code: 'INVALID_OPTION',
      option: `headers.${name}`,
      hint: 'Nothing was sent.',
    });
  }
}

/**
 * The body of an invocation, not yet written. A timestamp of the caller's wins.
 *
 * @param nowMs - epoch.
 * @throws {@link ConfigurationError} INVALID_OPTION `body`.
 */
export function bodyContent(body: InvocationDomain | undefined, nowMs: number): InvocationDomain {
  if (typeof body === 'object' && (body as unknown) !== null) return { timestamp: nowMs, ...body };
  throw new ConfigurationError('body is missing: it holds headers and payload', {
    code: 'INVALID_OPTION',
    option: 'body',
    hint: 'Nothing was sent.',
  });
}

/**
 * Writes a body as JSON, which leaves out what is undefined.
 *
 * @throws {@link ConfigurationError} PAYLOAD_NOT_SERIALIZABLE `body`.
 */
export function bodyText(content: InvocationDomain): string {
  try {
    return JSON.stringify(content);
  } catch (error) {
    throw new ConfigurationError('body cannot be written as JSON', {
      code: 'PAYLOAD_NOT_SERIALIZABLE',
      option: 'body',
      cause: safeCause(error),
      hint: 'Nothing was sent.',
    });
  }
}

/** True for what was wrong with headers or body: the official client gives a response then, and so do we. */
export function concernsContent(error: unknown): error is ConfigurationError {
  return error instanceof ConfigurationError && (error.option === 'body' || error.option.startsWith('headers.'));
}

/** Headers with their names in lower case. */
export function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Credentials under the names that the official client gives them. */
export function spelledCredential(headers: Readonly<Record<string, string>>): Record<string, string> {
  const spelling: Readonly<Record<string, string>> = { authorization: 'Authorization', dpop: 'DPoP' };
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [spelling[name] ?? name, value]));
}
