import { SentinelOAuthError } from '@lp-functions/errors';
import type { CallLimits, HttpAnswer, HttpClient, RepeatRule } from '@lp-functions/http';
import type * as oauth from 'oauth4webapi';
import { normaliseTokenAnswer } from './sentinel-normalisation.ts';

/** One request to a token endpoint. */
export interface SentinelRequest {
  /** For errors, events and logs. */
  readonly context: { readonly operation: string; readonly accountId: string; readonly target?: string | undefined };
  readonly http: HttpClient;
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Other secrets in the request: a code, a refresh token. */
  readonly secrets?: readonly string[] | undefined;
  readonly rule: RepeatRule;
  readonly limits: CallLimits;
  /** Sends the grant and reads the answer, with what oauth4webapi needs. */
  readonly grant: (tools: GrantTools) => Promise<oauth.TokenEndpointResponse>;
}

/** What a grant works with. */
export interface GrantTools {
  readonly oauth: typeof oauth;
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly options: oauth.TokenEndpointRequestOptions;
}

/** LivePerson's tokens are named so; oauth4webapi wants an issuer to exist. */
const ISSUER = 'https://sentinel.liveperson.net';
const MAX_RESPONSE_BYTES = 256 * 1024;

/**
 * Lets oauth4webapi speak to Sentinel over our transport, and turns what goes wrong into our errors. Its own errors stay
 * inside: their causes carry tokens.
 *
 * @throws {@link SentinelOAuthError} GRANT_REFUSED, SENTINEL_UNAVAILABLE, SENTINEL_UNREADABLE.
 * @throws {@link TransportError} if no answer came.
 */
export async function requestTokens(request: SentinelRequest): Promise<oauth.TokenEndpointResponse> {
  const { url, clientId, grant } = request;
  const library = await import('oauth4webapi');
  let answer: HttpAnswer | undefined;
  const options = {
    [library.customFetch]: async (_url: string, sent: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
      answer = await send(request, sent);
      return readable(answer);
    },
    // The address was judged before it came here; plain http is loopback, or was allowed by name.
    [library.allowInsecureRequests]: true,
  };
  try {
    return await grant({
      oauth: library,
      server: { issuer: ISSUER, token_endpoint: url },
      client: { client_id: clientId },
      options,
    });
  } catch (error) {
    throw answer === undefined ? error : describeAnswer(answer, error, request);
  }
}

function send(
  { http, context, url, rule, limits, clientSecret, secrets = [] }: SentinelRequest,
  { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
): Promise<HttpAnswer> {
  const { authorization } = headers;
  const basic = authorization === undefined ? [] : [authorization.slice(authorization.indexOf(' ') + 1)];
  return http.request({
    context,
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: body.toString(),
    rule,
    limits,
    secrets: [clientSecret, ...basic, ...secrets],
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
}

class Unreadable extends Error {}

function readable({ status, text }: HttpAnswer): Response {
  const normalised = normaliseTokenAnswer(status, text);
  if (normalised === undefined || status > 599 || status < 200) throw new Unreadable();
  return new Response(normalised.body, { status: normalised.status, headers: { 'content-type': 'application/json' } });
}

interface OAuthRefusal {
  readonly error: string;
  readonly error_description?: string | undefined;
}

function describeAnswer(answer: HttpAnswer, error: unknown, request: SentinelRequest): SentinelOAuthError {
  const { status, attempts, retryAfterMs, scrub } = answer;
  const { context } = request;
  const refusal = refusalOf(error);
  const oauthError = refusal === undefined ? undefined : scrub(shorten(refusal.error));
  const description = refusal?.error_description === undefined ? undefined : scrub(shorten(refusal.error_description));
  const known = { ...context, status, attempts, retryAfterMs, oauthError, oauthErrorDescription: description };
  const said = [oauthError, description].filter((part) => part !== undefined).join(': ');
  const came = `HTTP ${String(status)}${said === '' ? '' : ` (${said})`}`;
  const what = `${context.operation} for account ${context.accountId}: Sentinel answered ${came}`;
  if (status >= 500 || status === 429 || status === 408 || oauthError === 'temporarily_unavailable') {
    return new SentinelOAuthError(what, { ...known, code: 'SENTINEL_UNAVAILABLE', retryable: true });
  }
  if (status >= 400) {
    return new SentinelOAuthError(what, {
      ...known,
      code: 'GRANT_REFUSED',
      fault: 'caller',
      hint: hintFor(oauthError, status),
    });
  }
  return new SentinelOAuthError(`${what}, which is not a token answer`, {
    ...known,
    code: 'SENTINEL_UNREADABLE',
    hint: 'Check whether a proxy answers in place of Sentinel.',
  });
}

function refusalOf(error: unknown): OAuthRefusal | undefined {
  // The class of the library is not imported for this: `name` is part of its interface.
  return error instanceof Error && error.name === 'ResponseBodyError' ? (error as unknown as OAuthRefusal) : undefined;
}

function hintFor(oauthError: string | undefined, status: number): string {
  switch (oauthError) {
    case 'invalid_client':
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

function shorten(value: string): string {
  return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
}
