import { measured, type OpenMetric, openMetric } from './call-metrics.ts';
import { type CallPlan, runCall } from './call-runner.ts';
import { type Config, settingsOf } from './config.ts';
import { openConnections } from './connections.ts';
import { invocationRequest, type ListingFilter, listingRequest } from './gateway-request.ts';
import { createImplementedAnswers } from './implemented-answers.ts';
import type { FunctionRequest, Invocation, IsImplemented, LambdaRequest } from './invocation-data.ts';
import type { SenderParts } from './request-sender.ts';
import type { Response } from './response.ts';
import { checkTooling, type MetricCollector, type Tooling } from './tooling.ts';
import { VERSION } from './version.ts';

/**
 * The class of the official JavaScript client, with its constructor, methods, responses and error names, on the parts of this
 * family: for programs that were written for that client. New ones do better with `createFunctionsClient`, whose results and
 * errors have types.
 *
 * @example
 * ```ts
 * import { Client } from '@lp-functions/client/compat';
 *
 * const client = new Client({
 *   accountId: process.env['LPFN_ACCOUNT_ID'] ?? '',
 *   authStrategy: {
 *     clientId: process.env['LPFN_CLIENT_ID'] ?? '',
 *     clientSecret: process.env['LPFN_CLIENT_SECRET'] ?? '',
 *   },
 * });
 * const response = await client.invoke({ eventId: 'demo_event', body: { payload: { n: 1 } } });
 * console.log(response.ok, response.body);
 * ```
 */
export class Client {
  /** Version of this package. */
  readonly version: string = VERSION;
  readonly #parts: SenderParts;
  readonly #isImplemented: (data: IsImplemented) => Promise<boolean>;

  /**
   * Makes a client. Nothing is sent.
   *
   * @param config - account, identity, and what deviates from the defaults.
   * @param tooling - parts to replace.
   * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION, INSECURE_HTTP, naming the option.
   */
  constructor(config: Config, tooling: Tooling = {}) {
    const settings = settingsOf(config);
    checkTooling(tooling);
    this.#parts = { settings, tooling, connections: openConnections(settings, tooling) };
    this.#isImplemented = createImplementedAnswers(this.#parts);
  }

  /**
   * Invokes one function by its UUID, or all that listen to an event.
   *
   * @returns the response; of a failure, too, unless `failOnErrorStatusCode` is set.
   * @throws {@link CompatError} FaaSInvokeError, FaaSLambdaError.
   */
  invoke(invocationData: Invocation): Promise<Response> {
    const { eventId, lambdaUuid, skillId, idempotent, v1CompError, body } = invocationData;
    const byEvent = typeof eventId === 'string';
    const aim = byEvent ? { event: eventId, skillId } : { UUID: lambdaUuid };
    return this.#run('onInvoke', aim, {
      operation: 'invoke',
      data: invocationData,
      target: eventId ?? lambdaUuid,
      rule: byEvent ? 'event-invocation' : 'invocation',
      idempotent,
      body,
      v1Errors: v1CompError,
      request: (setting) => invocationRequest(setting, invocationData),
      naming: {
        name: 'FaaSInvokeError',
        message: byEvent
          ? `Failed to invoke lambda for event: "${eventId}"`
          : `Failed to invoke lambda: "${lambdaUuid}"`,
      },
    });
  }

  /**
   * Lists functions, in the fields of the account's generation.
   *
   * @returns the response; of a failure, too, unless `failOnErrorStatusCode` is set.
   * @throws {@link CompatError} FaaSGetLambdasError; FaaSGetFunctionsError on V2, as in the official client.
   */
  getLambdas(lambdaRequestData: LambdaRequest = {}): Promise<Response> {
    return this.#list('getLambdas', lambdaRequestData, 'FaaSGetLambdasError');
  }

  /**
   * Lists functions: {@link Client.getLambdas} with the names that V2 has for filters.
   *
   * @throws {@link CompatError} FaaSGetFunctionsError.
   */
  getFunctions(functionRequestData: FunctionRequest = {}): Promise<Response> {
    return this.#list('getFunctions', functionRequestData, 'FaaSGetFunctionsError');
  }

  /**
   * Tells whether anything listens to an event. Answers are kept for a minute.
   *
   * @throws {@link CompatError} FaaSIsImplementedError.
   */
  isImplemented(isImplementedRequestData: IsImplemented): Promise<boolean> {
    return this.#isImplemented(isImplementedRequestData);
  }

  /** Ends the connections. Not needed: those that rest keep no process alive. The official client has none to end. */
  close(): Promise<void> {
    return this.#parts.connections.close();
  }

  #list(
    operation: 'getLambdas' | 'getFunctions',
    data: ListingFilter,
    name: 'FaaSGetLambdasError' | 'FaaSGetFunctionsError',
  ): Promise<Response> {
    const accountId = data.accountId ?? this.#parts.settings.accountId;
    return this.#run(
      'onGetLambdas',
      {},
      {
        operation,
        data,
        target: this.#parts.settings.uiCsdsServiceName,
        reads: 'listing',
        rule: 'read',
        request: (setting) => listingRequest(setting, data),
        naming: { name, message: `Failed to get functions from account Id "${accountId}".` },
        v2Name: 'FaaSGetFunctionsError',
      },
    );
  }

  #run(hook: keyof MetricCollector, aim: Partial<OpenMetric>, plan: CallPlan): Promise<Response> {
    const { settings, tooling, connections } = this.#parts;
    const metric = openMetric(settings.accountId, plan.data, aim);
    const limits = connections.http.limits({ signal: plan.data.signal });
    return measured(tooling.metricCollector, hook, metric, () =>
      runCall(this.#parts, plan, limits, metric, (response) => response),
    );
  }
}
