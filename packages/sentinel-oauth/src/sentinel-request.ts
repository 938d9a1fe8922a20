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
import { normaliseRevocation, normaliseTokenAnswer, type TokenRecipient } from './sentinel-normalisation.ts';
import type { ServerTime } from './server-time.ts';

/** One request with the app's credentials. */
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
  /** Repeats at most, instead of the policy's number. */
  readonly maxRetries?: number | undefined;
  /** Learns from the answer how Sentinel's clock goes. */
  readonly serverTime: ServerTime;
}

/** A request to a token endpoint. */
export interface TokenRequest extends SentinelRequest {
  /** Whom the tokens are for. */
  readonly recipient: TokenRecipient;
  /** Sends the grant and reads the answer, with what oauth4webapi needs. */
  readonly grant: (tools: GrantTools) => Promise<oauth.TokenEndpointResponse>;
}

/** What came of a grant. */
export interface GrantedTokens {
  readonly answer: oauth.TokenEndpointResponse;
  /** Kept from oauth4webapi, since a code is spent by now: it is judged when the tokens are safe. */
  readonly idToken: string | undefined;
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
 * Lets oauth4webapi ask for tokens over our transport.
 *
 * @throws {@link SentinelOAuthError} GRANT_REFUSED, SENTINEL_UNAVAILABLE, SENTINEL_UNREADABLE.
 * @throws {@link TransportError} if no answer came.
 */
export async function requestTokens(request: TokenRequest): Promise<GrantedTokens> {
  let idToken: string | undefined;
  const answer = await converse(
    request,
    (came) => {
      const body = normaliseTokenAnswer(came, request.recipient);
      if (body === undefined) return undefined;
      const { id_token: apart, ...fields } = JSON.parse(body) as Readonly<Record<string, unknown>>;
      idToken = apart as string | undefined;
      return JSON.stringify(fields);
    },
    async (tools) => {
      const tokens = await request.grant(tools);
      // A token of a kind that we do not know must not be used (RFC 6749 section 7.1).
      if (tokens.token_type !== 'bearer') throw new Unreadable();
      return tokens;
    },
  );
  return { answer, idToken };
}

/**
 * Lets oauth4webapi revoke a token over our transport (RFC 7009).
 *
 * @throws {@link SentinelOAuthError}, {@link TransportError} as {@link requestTokens}.
 */
export async function requestRevocation(
  request: SentinelRequest,
  revoke: (tools: GrantTools) => Promise<void>,
): Promise<void> {
  await converse(request, normaliseRevocation, revoke);
}

/** Turns what goes wrong into our errors. oauth4webapi's own stay inside: their causes carry tokens. */
async function converse<T>(
  request: SentinelRequest,
  read: (answer: HttpAnswer) => string | undefined,
  work: (tools: GrantTools) => Promise<T>,
): Promise<T> {
  const { url, clientId, context } = request;
  const library = await import('oauth4webapi');
  let answer: HttpAnswer | undefined;
  const options = {
    [library.customFetch]: async (_url: string, sent: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
      answer = await send(request, sent);
      const body = read(answer);
      // What oauth4webapi would say of anything but a success is said by us; and every 2xx is a 200 for it.
      if (body === undefined) throw new Unreadable();
      return new Response(body, { headers: { 'content-type': 'application/json' } });
    },
    // The address was judged before it came here; plain http is loopback, or was allowed by name.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to make it stand out
    [library.allowInsecureRequests]: true,
  };
  try {
    return await work({
      oauth: library,
      server: { issuer: ISSUER, token_endpoint: url, revocation_endpoint: url },
      client: { client_id: clientId },
      options,
    });
  } catch (error) {
    if (answer !== undefined) throw describeAnswer(answer, context);
    throw isFaaSError(error) ? error : unsendable(error, request);
  }
}

async function send(
  { http, context, url, rule, limits, clientSecret, secrets = [], maxRetries, serverTime }: SentinelRequest,
  { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
): Promise<HttpAnswer> {
  const { authorization } = headers;
  const basic = authorization === undefined ? [] : [authorization.slice(authorization.indexOf(' ') + 1)];
  const sentAtMs = http.clock.now();
  const answer = await http.request({
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
    retry: { maxRetries },
    secrets: [clientSecret, ...basic, ...secrets],
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  serverTime.learn(answer, sentAtMs);
  return answer;
}

class Unreadable extends Error {}

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
