import { type ErrorContext, SentinelOAuthError } from '@lp-functions/errors';
import { type HttpAnswer, shorten } from '@lp-functions/http';
import { readRefusal } from './sentinel-normalisation.ts';

/**
 * The error for an answer of Sentinel that brought no tokens.
 *
 * @param answer - what came; the secrets of its request are removed from everything that is shown of it.
 * @param context - what was asked.
 */
export function describeAnswer(
  answer: HttpAnswer,
  context: ErrorContext & { readonly operation: string; readonly accountId: string },
): SentinelOAuthError {
  const { status, attempts, retryAfterMs, scrub } = answer;
  const refusal = readRefusal(answer.text);
  const oauthError = refusal === undefined ? undefined : shorten(scrub(refusal.error), SHOWN_CHARACTERS);
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

function hintFor(oauthError: string | undefined, status: number, operation: string): string {
  switch (oauthError) {
    case 'invalid_client':
      if (operation === 'exchangeCode')
        return 'The code may be used up: log in again. Else check client id and secret.';
      return 'Check client id and client secret, and that the app is installed on this account.';
    case 'invalid_grant':
      return 'The code or refresh token is used up, expired or revoked: log in again.';
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return 'The app installation does not allow this grant: ask for it in grant_types.';
    case 'invalid_scope':
      return 'The app installation does not have this scope; leave scope out to get what it has.';
    default:
      return status === 404
        ? 'Check the account id: this Sentinel does not know it.'
        : 'Check account id, client id and client secret.';
  }
}

const SHOWN_CHARACTERS = 300;
