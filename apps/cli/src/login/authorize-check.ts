import { ConfigurationError, SentinelOAuthError } from '@lp-functions/errors';
import { headerValue, type HttpResponse, type HttpTransport } from '@lp-functions/http';

/** What Sentinel thinks of an authorization request, before anybody has logged in. */
export type AuthorizeFinding =
  /** It shows its login page, or sends there. */
  | { readonly kind: 'accepted' }
  /** Client id and redirect URI are good; something else is not. */
  | { readonly kind: 'refused'; readonly error: string; readonly description: string | undefined }
  | { readonly kind: 'redirect-uri-unknown' }
  | { readonly kind: 'client-unknown' }
  /** The answer is none that is documented, for example a page of a proxy. */
  | { readonly kind: 'unclear'; readonly status: number };

const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;

/**
 * Asks Sentinel whether it would begin a login, without credentials and without a browser. It has no consequences: a request that nobody
 * goes on with is forgotten.
 *
 * @param transport - sends it; a redirect is an answer here.
 * @param url - of the authorization request.
 * @param redirectUri - that is in it.
 * @throws TransportError if no answer came.
 */
export async function checkAuthorization(
  transport: HttpTransport,
  url: string,
  redirectUri: string | undefined,
  signal?: AbortSignal,
): Promise<AuthorizeFinding> {
  const answer = await transport.send({
    method: 'GET',
    url,
    headers: { accept: 'text/html' },
    signal,
    timeoutMs: TIMEOUT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  return judgeAuthorization(answer, redirectUri);
}

/**
 * Judges the answer to an authorization request: 302 to the login page, or to the redirect URI with an error once account, client id and
 * redirect URI are certain; 400 for bad parameters, 401 for an unknown account or client id.
 *
 * @see LivePerson's page "Authorization request"
 */
export function judgeAuthorization(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  redirectUri: string | undefined,
): AuthorizeFinding {
  if (status === 401) return { kind: 'client-unknown' };
  if (status === 400) return { kind: 'redirect-uri-unknown' };
  const location = headerValue(headers, 'location') ?? '';
  if (status >= 300 && status < 400 && location !== '') {
    const error = errorIn(location, redirectUri);
    return error ?? { kind: 'accepted' };
  }
  return status === 200 ? { kind: 'accepted' } : { kind: 'unclear', status };
}

function errorIn(location: string, redirectUri: string | undefined): AuthorizeFinding | undefined {
  if (!URL.canParse(location) || (redirectUri !== undefined && !location.startsWith(redirectUri))) return undefined;
  const { searchParams } = new URL(location);
  const error = searchParams.get('error');
  if (error === null) return undefined;
  return { kind: 'refused', error, description: searchParams.get('error_description') ?? undefined };
}

/** Of what a finding is about. */
export interface AskedAuthorization {
  readonly accountId: string;
  readonly clientId: string;
  readonly redirectUri: string;
}

/** The error for a login that Sentinel would not begin; `undefined` if it would, or if that cannot be told. */
export function authorizationRefusal(finding: AuthorizeFinding, asked: AskedAuthorization): Error | undefined {
  const { accountId, clientId, redirectUri } = asked;
  const about = { operation: 'authorize', accountId, target: clientId };
  switch (finding.kind) {
    case 'accepted':
    case 'unclear':
      return undefined;
    case 'redirect-uri-unknown':
      return new ConfigurationError(
        `Sentinel refuses the login (HTTP 400): most probably ${redirectUri} is not registered for this app`,
        {
          ...about,
          code: 'INVALID_OPTION',
          option: 'redirectUri',
          hint: 'Name one that is registered with --redirect-uri, exactly as it is written there, or have this one added to redirect_uris of the app installation.',
        },
      );
    case 'client-unknown':
      return new SentinelOAuthError(`Sentinel knows no app ${clientId} on account ${accountId} (HTTP 401)`, {
        ...about,
        code: 'GRANT_REFUSED',
        fault: 'caller',
        status: 401,
        hint: 'Check client id and account id; the app has to be installed on this account.',
      });
    case 'refused': {
      const { error, description } = finding;
      const said = description === undefined ? error : `${error}: ${description}`;
      return new SentinelOAuthError(`Sentinel refuses the login for app ${clientId}: ${said}`, {
        ...about,
        code: 'LOGIN_REFUSED',
        fault: 'caller',
        oauthError: error,
        oauthErrorDescription: description,
        hint: 'The app installation has to allow logins: grant_types with authorization_code, response_types with code. "lpfn app template --grant authorization_code" shows one.',
      });
    }
  }
}
