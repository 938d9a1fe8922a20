import { createHttpClient, createInvocationTransport } from '@lp-functions/http';
import { invokeEachItem } from './bulk-invocation.ts';
import { invokeItem } from './bulk-item.ts';
import { type BulkOptions, type BulkTarget, type InvocationOutcome, type PerItem, planBulk } from './bulk-options.ts';
import { createCallTelemetry } from './call-telemetry.ts';
import { curlCommand } from './curl-command.ts';
import { type DefinedFunctions, defineFunctions, type FunctionDefinitions } from './defined-functions.ts';
import type { EventId } from './event-ids.ts';
import { checkInvokerOptions, type FaasInvokerOptions } from './faas-invoker-options.ts';
import { createFunctionNames } from './function-names.ts';
import type { FunctionReads } from './function-reads.ts';
import type { InvocationTarget } from './gateway-endpoint.ts';
import { createImplementedCheck, type ImplementedQuestion } from './implemented-check.ts';
import type { InvocationOptions } from './invocation-options.ts';
import type { EventInvocationResult, InvocationResult } from './invocation-result.ts';
import { createInvocationSender } from './invocation-sender.ts';
import { withTelemetry } from './invocation-telemetry.ts';
import { createInvocations } from './invocations.ts';
import type { Lambda, LambdaFilter } from './lambda.ts';
import { createLambdaListing } from './lambda-listing.ts';
import { withNames } from './named-invocation.ts';
import type { ImplementedOptions, ReadOptions } from './read-options.ts';
import { withReadTelemetry } from './read-telemetry.ts';
import { createGatewayLocator } from './service-location.ts';
import { userAgentOf } from './user-agent.ts';
import { createProductiveWait, type FunctionReference, type WaitOptions } from './wait-until-productive.ts';

/** Calls the functions of one account through the Invocation Gateway. */
export interface FaasInvoker {
  /**
   * Runs one function.
   *
   * Repeated are failures before the request was sent, 429, and once a 401 with a renewed token; with `idempotent` also
   * 408, 500, 502, 503, 504, lost connections and attempt timeouts.
   *
   * @param uuid - of the function.
   * @param payload - anything JSON can hold.
   * @throws {@link FaaSLambdaError} if the function failed.
   * @throws {@link FaaSDetailedError} if the platform refused; `executed` says whether the function may have run.
   * @throws {@link TransportError} if no answer came, or the call was ended.
   * @throws {@link ConfigurationError} before anything is sent, for input that cannot work.
   * @throws {@link DomainDiscoveryError} or {@link SentinelOAuthError} if no host or no token could be had.
   * @see LivePerson's page "External invocation"
   */
  invokeByUuid<T = unknown>(
    uuid: string,
    payload: unknown,
    options?: InvocationOptions<T>,
  ): Promise<InvocationResult<T>>;
  /**
   * Runs every productive function that listens to an event. Nobody listening is an empty list, on both generations.
   *
   * A 429 is not repeated, since an earlier listener may have run; else as {@link FaasInvoker.invokeByUuid}.
   *
   * @param eventId - for example `controllerbot_messaging_new_conversation`, or one of your own.
   */
  invokeByEvent<T = unknown>(
    eventId: EventId,
    payload: unknown,
    options?: InvocationOptions<T>,
  ): Promise<EventInvocationResult<T>>;
  /**
   * Tells whether anything would run: for an event (of one skill, if given) by asking the gateway, for a function by the
   * listing. Answers, yes and no alike, hold for a minute; those who ask the same at once share one request.
   *
   * @param question - `{ eventId, skillId? }` or `{ lambdaUuid }`.
   * @throws {@link FaaSDetailedError} if the platform refused, `FORBIDDEN` or `UNAUTHORIZED` where the identity may not list.
   */
  isImplemented(question: ImplementedQuestion, options?: ImplementedOptions): Promise<boolean>;
  /**
   * Lists the functions of the account, in one shape for both generations.
   *
   * @param filter - by part of name or event id, by state.
   * @throws {@link FaaSDetailedError} FORBIDDEN, UNAUTHORIZED if the identity may not list: see `listingAuthorizer`.
   * @throws {@link ConfigurationError} if there is no `listingDomain`.
   */
  getLambdas(filter?: LambdaFilter, options?: ReadOptions): Promise<readonly Lambda[]>;
  /**
   * Invokes for every item, a bounded number at a time. Takes an item only when a lane is free and outcomes are being
   * fetched. When the platform answers 429, all lanes slow down together, and recover.
   *
   * A call that fails is an outcome with `ok: false`, never a rejection. Leaving the loop early takes no further item and
   * lets the calls under way end; aborting or closing ends them, too, tells their outcomes, and
   * then rejects.
   *
   * @param items - anything to iterate, also a stream or an asynchronous generator.
   * @param options - `uuid` or `eventId` (one for all, or a function of the item), and how fast to go.
   * @throws {@link ConfigurationError} at once, for options that cannot work.
   * @throws {@link TransportError} ABORTED, CLOSED while iterating, and what the items' own iterator throws.
   * @example
   * ```ts
   * for await (const outcome of functions.invokeEach(orders, { uuid, concurrency: 32, ratePerSecond: 100 })) {
   *   if (!outcome.ok) console.error(outcome.index, outcome.error.code, outcome.error.executed);
   * }
   * ```
   */
  invokeEach<I, T = unknown>(
    items: Iterable<I> | AsyncIterable<I>,
    options: { readonly uuid: PerItem<I>; readonly eventId?: undefined } & BulkOptions<I, T>,
  ): AsyncIterableIterator<InvocationOutcome<I, InvocationResult<T>>>;
  invokeEach<I, T = unknown>(
    items: Iterable<I> | AsyncIterable<I>,
    options: { readonly eventId: PerItem<I>; readonly uuid?: undefined } & BulkOptions<I, T>,
  ): AsyncIterableIterator<InvocationOutcome<I, EventInvocationResult<T>>>;
  /**
   * Gives functions names and types: an object with one method for each.
   *
   * @param definitions - `{ greet: { uuid, payload, result } }`: where each is (`uuid`, `name` or `eventId`), its validators,
   *   its options.
   * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION, at once.
   * @example
   * ```ts
   * const { quote } = functions.defineFunctions({ quote: { uuid, payload: QuoteRequest, result: Quote } });
   * const { result } = await quote({ sku: 'a-1' });
   * ```
   */
  defineFunctions<const D extends FunctionDefinitions>(definitions: D): DefinedFunctions<D>;
  /**
   * Runs one function by its name, which is looked up in the listing and remembered for a minute. Else as
   * {@link FaasInvoker.invokeByUuid}.
   *
   * @param name - exact, as LivePerson Functions shows it.
   * @throws {@link FaaSDetailedError} NOT_FOUND if the account has no function of this name.
   */
  invokeByName<T = unknown>(
    name: string,
    payload: unknown,
    options?: InvocationOptions<T>,
  ): Promise<InvocationResult<T>>;
  /**
   * Lists functions one by one. The platform has no pages: one request is made, when the first one is fetched.
   *
   * @param filter - as for {@link FaasInvoker.getLambdas}.
   */
  eachLambda(filter?: LambdaFilter, options?: ReadOptions): AsyncIterable<Lambda>;
  /**
   * Waits until a function can be invoked, looking at the listing from time to time.
   *
   * @param which - `{ uuid }` or `{ name }`; it need not exist yet.
   * @returns the function.
   * @throws {@link FaaSDetailedError} REQUEST_REFUSED if its deployment failed.
   * @throws {@link TransportError} DEADLINE_EXCEEDED, ABORTED, CLOSED.
   */
  waitUntilProductive(which: FunctionReference, options?: WaitOptions): Promise<Lambda>;
  /**
   * Writes an invocation as a command for curl, for a terminal or a ticket. The token and headers for the function that
   * are named like secrets are masked; the payload is not.
   *
   * @param target - `{ uuid }` or `{ eventId }`.
   */
  toCurl(target: InvocationTarget, payload: unknown, options?: InvocationOptions): Promise<string>;
  /** Ends connections, if this invoker made them. */
  close(): Promise<void>;
}

/** A function may run 30 s, and its instance may take 2 to 5 s to start; LivePerson advises the same. */
const INVOCATION_TIMEOUT_MS = 40_000;
const DEFAULT_EVENT_SOURCE = 'lp-functions';

/**
 * Makes a client of the Invocation Gateway for one account and one identity.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createFaasInvoker(options: FaasInvokerOptions): FaasInvoker {
  checkInvokerOptions(options);
  const ownTransport = options.http === undefined ? createInvocationTransport() : undefined;
  const { accountId, authorizer, deadlineMs, maxResponseBytes, userId, telemetry, undefinedProperties } = options;
  const http = options.http ?? createHttpClient({ transport: ownTransport });
  const locateGateway = createGatewayLocator(options.gatewayDomain, options.platform ?? 'auto', http);
  const eventSource = options.eventSource ?? DEFAULT_EVENT_SOURCE;
  const timeoutMs = options.timeoutMs ?? INVOCATION_TIMEOUT_MS;
  const userAgent = userAgentOf(options.userAgentSuffix);
  const shared = { accountId, locateGateway, eventSource, userId, deadlineMs, maxResponseBytes, http };
  const listLambdas = createLambdaListing({
    ...shared,
    listingDomain: options.listingDomain,
    authorizer: options.listingAuthorizer ?? authorizer,
    userAgent,
  });
  const names = createFunctionNames(listLambdas, http.clock, accountId, deadlineMs);
  const send = createInvocationSender({ ...shared, authorizer, timeoutMs, undefinedProperties }, userAgent);
  const plainInvocations = withNames(createInvocations(send), { names, accountId, deadlineMs, http });
  const plainReads: FunctionReads = {
    list: listLambdas,
    isImplemented: createImplementedCheck({ ...shared, listLambdas, authorizer, userAgent }),
    waitUntilProductive: createProductiveWait(listLambdas, http, accountId),
  };
  const trace = telemetry === undefined ? undefined : createCallTelemetry(telemetry);
  const traced = telemetry !== undefined && trace !== undefined;
  const invocations = traced ? withTelemetry(plainInvocations, trace, telemetry) : plainInvocations;
  const reads = traced ? withReadTelemetry(plainReads, trace, telemetry) : plainReads;

  function invokeEach<I>(
    items: Iterable<I> | AsyncIterable<I>,
    bulk: BulkTarget<I> & BulkOptions<I>,
  ): AsyncIterableIterator<InvocationOutcome<I, never>> {
    const plan = planBulk(bulk);
    return invokeEachItem(items, plan, invokeItem(plan, invocations), http) as never;
  }

  return {
    invokeEach,
    defineFunctions: (definitions) => defineFunctions(definitions, invocations),
    invokeByUuid: <T>(uuid: string, payload: unknown, call: InvocationOptions<T> = {}) =>
      invocations.byUuid('invokeByUuid', uuid, payload, call) as Promise<InvocationResult<T>>,
    invokeByEvent: <T>(eventId: EventId, payload: unknown, call: InvocationOptions<T> = {}) =>
      invocations.byEvent('invokeByEvent', eventId, payload, call) as Promise<EventInvocationResult<T>>,
    invokeByName: <T>(name: string, payload: unknown, call: InvocationOptions<T> = {}) =>
      invocations.byName('invokeByName', name, payload, call) as Promise<InvocationResult<T>>,
    async *eachLambda(filter = {}, call = {}) {
      yield* (await reads.list(filter, call, 'eachLambda')).lambdas;
    },
    waitUntilProductive: (which, wait = {}) => reads.waitUntilProductive(which, wait),
    toCurl: (target, payload, call = {}) =>
      curlCommand(target, payload, call, { ...shared, undefinedProperties, userAgent }),
    isImplemented: (question, call = {}) => reads.isImplemented(question, call),
    async getLambdas(filter = {}, call = {}) {
      return (await reads.list(filter, call, 'getLambdas')).lambdas;
    },
    async close() {
      if (ownTransport === undefined) return;
      await http.close();
      await ownTransport.close();
    },
  };
}
