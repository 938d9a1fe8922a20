import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '@lp-functions/errors';
import {
  type Authorizer,
  type CallTrace,
  checkOptions,
  headerValue,
  type HttpAnswer,
  type HttpClient,
  type OptionRule,
  originOf,
} from '@lp-functions/http';
import { describeRefusal, describeUnreadable, type RefusedCall } from './gateway-refusal.ts';
import { questionHeaders } from './gateway-endpoint.ts';
import { identifier } from './invocation-options.ts';
import type { Lambda, LambdaFilter } from './lambda.ts';
import { listingUrl, readLambdas } from './listing-endpoint.ts';
import type { Platform } from './platform-generation.ts';
import { checkReadOptions, READ_TIMEOUT_MS, type ReadOptions } from './read-options.ts';
import { readResult } from './result-reading.ts';
import { type LocateGateway, noDomain, sendToService } from './service-location.ts';

/** What every listing of one account and identity has in common. */
export interface LambdaListingOptions {
  readonly accountId: string;
  /** Gives the host of `faasUI`, if the caller knows it. */
  readonly listingDomain: ((unreachable?: string) => Promise<string> | string) | undefined;
  /** The generation is that of the gateway. */
  readonly locateGateway: LocateGateway;
  readonly authorizer: Authorizer;
  readonly eventSource: string;
  readonly userId: string | undefined;
  readonly deadlineMs: number | undefined;
  readonly maxResponseBytes: number | undefined;
  readonly http: HttpClient;
  readonly userAgent: string;
}

/**
 * Lists functions.
 *
 * @param filter - which.
 * @param call - options of the call.
 * @param operation - name of the public method, for errors.
 * @param trace - told of every attempt.
 */
export type ListLambdas = (
  filter: LambdaFilter,
  call: ReadOptions,
  operation: string,
  trace?: CallTrace,
) => Promise<Listing>;

/** What a listing gives. */
export interface Listing {
  readonly lambdas: readonly Lambda[];
  readonly platform: Platform;
  readonly status: number;
  readonly requestId: string;
}

const stateRule: OptionRule = (value) =>
  value === undefined || [value].flat().every((state) => typeof state === 'string' && /^[\w -]{1,30}$/.test(state))
    ? undefined
    : 'must be a state such as Productive, or a list of them';

const filterRules: Readonly<Record<keyof LambdaFilter, OptionRule>> = {
  name: identifier,
  eventId: identifier,
  state: stateRule,
  userId: identifier,
};

/** Makes the function that lists the functions of an account. */
export function createLambdaListing(options: LambdaListingOptions): ListLambdas {
  const { accountId, listingDomain, authorizer, http, maxResponseBytes } = options;
  return async (filter, call, operation, trace) => {
    checkOptions(filter, filterRules, operation);
    checkReadOptions(call, operation);
    if (listingDomain === undefined) throw noListing();
    const requestId = call.requestId ?? randomUUID();
    const limits = http.limits({ signal: call.signal, deadlineMs: call.deadlineMs ?? options.deadlineMs });
    const context = { operation, accountId, target: 'faasUI', requestId };
    if (call.signal?.aborted === true) await http.within(Promise.resolve(), limits, context);
    const { platform } = await options.locateGateway(limits, context);
    const eventSource = call.eventSource ?? options.eventSource;
    const locate = async (unreachable?: string): Promise<{ readonly origin: string }> => {
      const answered = await http.within(Promise.resolve(listingDomain(unreachable)), limits, context, 'hosts');
      if (typeof answered !== 'string') throw noDomain('listingDomain');
      return { origin: originOf(answered, http.hostPolicy, 'listingDomain') };
    };
    const sendTo = ({ origin }: { readonly origin: string }): Promise<HttpAnswer> =>
      http.request({
        context,
        method: 'GET',
        url: listingUrl({
          origin,
          accountId,
          platform,
          eventSource,
          filter: { ...filter, userId: filter.userId ?? options.userId },
        }),
        headers: questionHeaders({ platform, eventSource }, requestId, options.userAgent),
        rule: 'read',
        // V2's listing says 403 to a token that it does not know.
        renewOn403: true,
        authorizer,
        limits,
        trace,
        timeoutMs: call.timeoutMs ?? READ_TIMEOUT_MS,
        maxResponseBytes,
      });
    const answer = await sendToService(operation, locate, sendTo);
    const { status } = answer;
    const refused: RefusedCall = {
      context,
      platform,
      byEvent: false,
      idempotent: true,
      sentBytes: 0,
      reads: 'listing',
    };
    if (status < 200 || status >= 300) throw describeRefusal(answer, refused);
    const read = readResult(answer.text, headerValue(answer.headers, 'content-type'));
    const lambdas = read.readable ? readLambdas(read.value, platform) : undefined;
    if (lambdas === undefined) throw describeUnreadable(answer, refused);
    return { lambdas, platform, status, requestId };
  };
}

function noListing(): ConfigurationError {
  return new ConfigurationError('listingDomain is missing: functions are listed by the service faasUI', {
    code: 'INVALID_OPTION',
    option: 'listingDomain',
    hint: "Give createFaasInvoker() a listingDomain such as () => discovery.resolve('faasUI').",
  });
}
