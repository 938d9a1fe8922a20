import { createHash, timingSafeEqual } from 'node:crypto';
import { Secret, SentinelOAuthError, type SentinelOAuthErrorOptions } from '@lp-functions/errors';
import { createScrubber, shorten } from '@lp-functions/http';

/** What a browser brought back from a login. */
export interface LoginCallback {
  /** To be exchanged once, within minutes. */
  readonly code: Secret;
}

/** What an authorization response may consist of. Twice the same of these is an attack or an accident. */
const SINGLE_PARAMETERS = ['code', 'state', 'error', 'error_description', 'error_uri'] as const;
const MAX_LENGTH = 16_384;
const SHOWN_CHARACTERS = 300;
const NOT_AN_ANSWER =
  'Leave the pending login as it is: anybody can make a browser open such an address. Let the user log in again.';

/**
 * Reads the address that a browser came back to (RFC 6749 sections 4.1.2 and 4.1.2.1). A function of its arguments. Only
 * a callback with the right `state` says anything about the login, be it a code or an error; after CALLBACK_INVALID and
 * STATE_MISMATCH the login is still pending.
 *
 * @param callback - the whole address, its path with query, or its query.
 * @param state - of the pending login; compared in constant time.
 * @param accountId - for errors.
 * @throws {@link SentinelOAuthError} CALLBACK_INVALID, STATE_MISMATCH; LOGIN_REFUSED if Sentinel ended the login.
 */
export function readCallback(callback: unknown, state: string, accountId: string): LoginCallback {
  const fail = (message: string, code: SentinelOAuthErrorOptions['code'], more: object = {}): SentinelOAuthError =>
    new SentinelOAuthError(`parseCallback for account ${accountId}: ${message}`, {
      operation: 'parseCallback',
      accountId,
      code,
      fault: 'caller',
      hint: NOT_AN_ANSWER,
      ...more,
    });
  const query = queryOf(callback);
  if (query === undefined) throw fail('what came back is no address', 'CALLBACK_INVALID');
  const doubled = SINGLE_PARAMETERS.find((name) => query.getAll(name).length > 1);
  if (doubled !== undefined) throw fail(`the parameter ${doubled} is there more than once`, 'CALLBACK_INVALID');
  const [code, given, error, description] = SINGLE_PARAMETERS.map((name) => query.get(name) ?? '') as [
    string,
    string,
    string,
    string,
  ];
  const scrub = createScrubber([code, state, given]);
  const said =
    error === ''
      ? {}
      : {
          oauthError: shown(error, scrub),
          ...(description === '' ? {} : { oauthErrorDescription: shown(description, scrub) }),
        };
  if (given === '') throw fail('the parameter state is missing', 'STATE_MISMATCH', said);
  if (!isSame(given, state)) throw fail('the parameter state is not that of the pending login', 'STATE_MISMATCH', said);
  if (error !== '') {
    if (code !== '') throw fail('there is a code and an error', 'CALLBACK_INVALID', said);
    throw fail(`Sentinel ended the login: ${Object.values(said).join(': ')}`, 'LOGIN_REFUSED', {
      ...said,
      hint:
        error === 'access_denied'
          ? 'The user or an administrator said no.'
          : 'Check client id, redirect URI and grant_types of the app installation.',
    });
  }
  if (code === '') throw fail('the parameter code is missing', 'CALLBACK_INVALID');
  return { code: new Secret(code) };
}

function queryOf(callback: unknown): URLSearchParams | undefined {
  if (callback instanceof URLSearchParams) return callback;
  if (callback instanceof URL) return callback.searchParams;
  if (typeof callback !== 'string' || callback.length > MAX_LENGTH) return undefined;
  const [address = ''] = callback.split('#');
  const at = address.indexOf('?');
  if (at >= 0) return new URLSearchParams(address.slice(at));
  // An address without a query answers nothing; anything else is a query.
  return address.includes('://') || address.startsWith('/') ? new URLSearchParams() : new URLSearchParams(address);
}

/** In constant time: by digests, so that not even the length shows. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Anybody may have written it: printable, short, and without this login's secrets. */
function shown(text: string, scrub: (text: string) => string): string {
  const printable = scrub(text).replaceAll(/[^\x20-\x7e\u00a0-\ud7ff]/g, '?');
  return shorten(printable, SHOWN_CHARACTERS);
}
