import { isFaaSError, TransportError } from '@lp-functions/errors';
import {
  type CallLimits,
  createScrubber,
  type HttpAnswer,
  type HttpClient,
  type RepeatRule,
  safeCause,
} from '@lp-functions/http';
import type * as oauth from 'oauth4webapi';
import { describeAnswer } from './sentinel-failure.ts';
import { normaliseTokenAnswer, type TokenRecipient } from './sentinel-normalisation.ts';

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
  /** Whom the tokens are for. */
  readonly recipient: TokenRecipient;
  readonly rule: RepeatRule;
  readonly limits: CallLimits;
  /** Repeats at most, instead of the policy's number. */
  readonly maxRetries?: number | undefined;
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
  const { url, clientId, grant, recipient, context } = request;
  const library = await import('oauth4webapi');
  let answer: HttpAnswer | undefined;
  const options = {
    [library.customFetch]: async (_url: string, sent: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
      answer = await send(request, sent);
      return readable(answer, recipient);
    },
    // The address was judged before it came here; plain http is loopback, or was allowed by name.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to make it stand out
    [library.allowInsecureRequests]: true,
  };
  try {
    const tokens = await grant({
      oauth: library,
      server: { issuer: ISSUER, token_endpoint: url },
      client: { client_id: clientId },
      options,
    });
    // A token of a kind that we do not know must not be used (RFC 6749 section 7.1).
    if (tokens.token_type !== 'bearer') throw new Unreadable();
    return tokens;
  } catch (error) {
    if (answer !== undefined) throw describeAnswer(answer, context);
    throw isFaaSError(error) ? error : unsendable(error, request);
  }
}

function send(
  { http, context, url, rule, limits, clientSecret, secrets = [], maxRetries }: SentinelRequest,
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
    maxRetries,
    secrets: [clientSecret, ...basic, ...secrets],
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
}

class Unreadable extends Error {}

/** Every 2xx is a 200 for oauth4webapi; what it would say of anything else is said by us. */
function readable({ status, text }: HttpAnswer, recipient: TokenRecipient): Response {
  const body = status < 300 ? normaliseTokenAnswer(text, recipient) : undefined;
  if (body === undefined) throw new Unreadable();
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** The error for a grant that oauth4webapi would not write. */
function unsendable(error: unknown, { context, clientSecret, secrets = [] }: SentinelRequest): TransportError {
  return new TransportError(`${context.operation} for account ${context.accountId}: the request cannot be written`, {
    ...context,
    code: 'REQUEST_INVALID',
    phase: 'connect',
    requestSent: 'no',
    attempts: 0,
    cause: safeCause(error, createScrubber([clientSecret, ...secrets])),
  });
}
