import { type ErrorContext, SentinelOAuthError } from '@lp-functions/errors';
import { createScrubber, type HttpAnswer, shorten } from '@lp-functions/http';
import { readRefusal, tokensIn } from './sentinel-normalisation.ts';

/**
 * The error for an answer of Sentinel that brought no tokens.
 *
 * @param answer - what came; its own tokens and the secrets of its request are removed from everything that is shown of it.
 * @param context - what was asked.
 */
export function describeAnswer(
  answer: HttpAnswer,
  context: ErrorContext & { readonly operation: string; readonly accountId: string },
): SentinelOAuthError {
  const { status, attempts, retryAfterMs } = answer;
  const scrubTokens = createScrubber(tokensIn(answer.text));
  const scrub = (text: string): string => scrubTokens(answer.scrub(text));
  const refusal = readRefusal(answer.text);
  const oauthError = refusal === undefined ? undefined : nameOf(refusal.error, scrub);
  const description =
    refusal?.description === undefined ? undefined : shorten(scrub(refusal.description), SHOWN_CHARACTERS);
  const known = { ...context, status, attempts, retryAfterMs, oauthError, oauthErrorDescription: description };
  const said = [oauthError, description].filter((part) => part !== undefined).join(': ');
  const came = `HTTP ${String(status)}${said === '' ? '' : ` (${said})`}`;
  const what = `${context.operation} for account ${context.accountId}: Sentinel answered ${came}`;
  if (status >= 500 || status === 429 || status === 408 || oauthError === 'temporarily_unavailable') {
    return new SentinelOAuthError(what, { ...known, code: 'SENTINEL_UNAVAILABLE', retryable: true });
  }
  // Some servers say no with a status that says yes.
  if (status >= 400 || oauthError !== undefined) {
    return new SentinelOAuthError(what, {
      ...known,
      code: 'GRANT_REFUSED',
      fault: 'caller',
      hint: hintFor(oauthError, status, context.operation),
    });
  }
  return new SentinelOAuthError(`${what}, which is not a token answer`, {
    ...known,
    code: 'SENTINEL_UNREADABLE',
    hint: 'Check whether a proxy answers in place of Sentinel.',
  });
}

/** Where an installation is changed (contract C10: the one or the other, by account). */
const INSTALLATION =
  'in the Management Console (Application Install) or, where an account has no such page, by LivePerson';
/** What RFC 6749 calls what an operation asks for. */
const GRANT_TYPES: Readonly<Record<string, string>> = {
  clientCredentials: 'client_credentials',
  exchangeCode: 'authorization_code',
  refresh: 'refresh_token',
};

function hintFor(oauthError: string | undefined, status: number, operation: string): string {
  switch (oauthError) {
    case 'invalid_client':
      // What Sentinel is known to say of a code that was used before.
      if (operation === 'exchangeCode')
        return 'The code may be used up: log in again. Else check client id and secret.';
      if (operation === 'refresh')
        return 'Check client id and client secret; the refresh token is kept. If both are right it may be used up: log in again.';
      return 'Check client id and client secret, and that the app is installed on this account.';
    case 'invalid_grant':
      return 'The code or refresh token is used up, expired or revoked: log in again.';
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      // Contract C9: refresh_token is missing in templates that promise refresh.
      return `The app installation does not allow this grant: have ${GRANT_TYPES[operation] ?? 'it'} added to its grant_types, ${INSTALLATION}.`;
    case 'invalid_scope':
      return `The app installation does not have this scope: leave scope out to get what it has, or have it added, ${INSTALLATION}.`;
    default:
      return status === 404
        ? 'Check the account id: this Sentinel does not know it.'
        : 'Check account id, client id and client secret.';
  }
}

/** RFC 6749 section 5.2: words that mean something here, and that no secret is made of. */
const VOCABULARY = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'temporarily_unavailable',
];

function nameOf(error: string, scrub: (text: string) => string): string {
  return VOCABULARY.includes(error) ? error : shorten(scrub(error), SHOWN_CHARACTERS);
}

const SHOWN_CHARACTERS = 300;
