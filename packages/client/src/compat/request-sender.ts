import { randomUUID } from 'node:crypto';
import { isTransportError } from '@lp-functions/errors';
import { type Platform, platformOf, type RefusedCall, sendToService } from '@lp-functions/faas-invoker';
import { type Authorizer, type CallLimits, createScrubber, type HttpCall, secretsOfHeaders } from '@lp-functions/http';
import { isAppCredentials } from './auth-strategy.ts';
import { asError, CompatError } from './compat-error.ts';
import type { Settings } from './config.ts';
import type { AccountConnection, Connections } from './connections.ts';
import { authenticationFailed, discoveryFailed, type FailureNaming, requestFailed } from './failure-chain.ts';
import type { GatewayRequest, RequestSetting } from './gateway-request.ts';
import type { BaseInvocation, InvocationDomain } from './invocation-data.ts';
import {
  bodyContent,
  bodyText,
  checkHeaders,
  concernsContent,
  lowerCased,
  requestHeaders,
  spelledCredential,
} from './request-content.ts';
import { answeredResponse, fetchedResponse, type Response, unansweredResponse } from './response.ts';
import type { Tooling } from './tooling.ts';

/** One call, as a method of the client describes it. */
export interface CompatCall {
  readonly operation: 'invoke' | 'getLambdas' | 'getFunctions' | 'isImplemented';
  readonly data: BaseInvocation;
  /** UUID, event or service, for errors. */
  readonly target: string;
  readonly naming: FailureNaming;
  /** What it does, if it runs nothing. */
  readonly reads?: 'listing' | 'implemented' | undefined;
  readonly rule: HttpCall['rule'];
  readonly idempotent?: boolean | undefined;
  /** Of an invocation. */
  readonly body?: InvocationDomain | undefined;
  /** Of the whole call. */
  readonly limits: CallLimits;
  readonly request: (setting: RequestSetting) => GatewayRequest;
  /** Told host and generation as soon as they are known. */
  readonly onLocated: (host: string, platform: Platform) => void;
}

/** What a client sends with. */
export interface SenderParts {
  readonly settings: Settings;
  readonly tooling: Tooling;
  readonly connections: Connections;
}

/** A request that is ready but for its authorization. */
interface ReadyRequest {
  readonly method: 'post' | 'get';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: InvocationDomain | undefined;
  readonly refused: RefusedCall;
}

interface Location {
  readonly origin: string;
  readonly platform: Platform;
}

/**
 * Sends one call. What was refused, not answered, or could not be written is a response whose `ok` is false.
 *
 * @throws {@link ConfigurationError} for ids that cannot be addressed; nothing was sent.
 * @throws {@link TransportError} if the call was ended before its host was known.
 * @throws {@link CompatError} under the call's name if hosts cannot be found; FaaSRequestError if the call cannot be
 *   authorized, or a `fetch` of the caller's threw.
 */
export async function sendCall(parts: SenderParts, call: CompatCall): Promise<Response> {
  const { settings, tooling, connections } = parts;
  const { operation, data, limits, reads } = call;
  const accountId = data.accountId ?? settings.accountId;
  const strategy = data.authStrategy ?? settings.authStrategy;
  const account = connections.account(accountId);
  const requestId = data.requestId ?? tooling.generateId?.() ?? randomUUID();
  const context = { operation, accountId, target: call.target, requestId };
  const thrown: unknown[] = [];
  const authorizer = account.authorizer(strategy, (error) => thrown.push(error));
  let url: string | undefined;

  function ready({ origin, platform }: Location): ReadyRequest {
    call.onLocated(new URL(origin).host, platform);
    const request = call.request({ origin, platform, accountId, settings });
    ({ url } = request);
    const headers = { ...requestHeaders(requestId), ...request.headers };
    checkHeaders(headers);
    const content = reads === undefined ? bodyContent(call.body, connections.http.clock.now()) : undefined;
    const byEvent = call.rule === 'event-invocation';
    const refused = { context, platform, byEvent, idempotent: call.idempotent ?? false, sentBytes: 0, reads };
    return { method: reads === undefined ? 'post' : 'get', url, headers, content, refused };
  }

  try {
    const { http } = connections;
    return await sendToService(
      operation,
      (unreachable) => http.within(locate(account, settings, call, unreachable), limits, context, 'hosts'),
      (location) =>
        tooling.fetch === undefined
          ? sendByClient(parts, call, authorizer, ready(location))
          : sendByFetch(tooling.fetch, authorizer, ready(location)),
    );
  } catch (error) {
    if (error instanceof CompatError || url === undefined) throw error;
    if (concernsContent(error) || (isTransportError(error) && error.operation === operation)) {
      return unansweredResponse(url, error);
    }
    const [own = error] = thrown;
    const cause = asError(own);
    throw requestFailed(url, isAppCredentials(strategy) ? authenticationFailed(cause) : cause);
  }
}

async function sendByClient(
  { connections, settings }: SenderParts,
  call: CompatCall,
  authorizer: Authorizer,
  { method, url, headers, content, refused }: ReadyRequest,
): Promise<Response> {
  const body = content === undefined ? undefined : bodyText(content);
  const answer = await connections.http.request({
    context: refused.context,
    method: method.toUpperCase(),
    url,
    headers: { accept: 'application/json', ...lowerCased(headers) },
    body,
    rule: call.rule,
    idempotent: call.idempotent,
    authorizer,
    renewOn403: call.reads === 'listing',
    limits: call.limits,
    timeoutMs: settings.timeout,
  });
  return answeredResponse(url, answer, { ...refused, sentBytes: Buffer.byteLength(body ?? '') });
}

async function sendByFetch(
  fetch: NonNullable<Tooling['fetch']>,
  authorizer: Authorizer,
  { method, url, headers, content, refused }: ReadyRequest,
): Promise<Response> {
  const credential = await authorizer.authorize({ url, method: method.toUpperCase() });
  try {
    const sent = { ...headers, ...spelledCredential(credential) };
    const response = await fetch({ url, body: content, headers: sent, method });
    return fetchedResponse(response, refused, createScrubber(secretsOfHeaders(credential)));
  } catch (error) {
    throw requestFailed(url, asError(error));
  }
}

async function locate(
  account: AccountConnection,
  { gwCsdsServiceName, uiCsdsServiceName, platform = 'auto' }: Settings,
  { reads, naming }: CompatCall,
  unreachable?: string,
): Promise<Location> {
  const find = async (service: string, gone?: string): Promise<string> => {
    try {
      return await account.locate(service, gone);
    } catch (error) {
      throw discoveryFailed(naming, service, asError(error));
    }
  };
  if (reads !== 'listing') {
    const origin = await find(gwCsdsServiceName, unreachable);
    return { origin, platform: platformOf(origin, platform) };
  }
  // The gateway's name tells the generation of the listing, too.
  const generation = platform === 'auto' ? platformOf(await find(gwCsdsServiceName), platform) : platform;
  return { origin: await find(uiCsdsServiceName, unreachable), platform: generation };
}
