import type { Platform } from '@lp-functions/faas-invoker';
import { abortSignal, accountIdRule, type CallLimits, checkOptions } from '@lp-functions/http';
import { authStrategyRule } from './auth-strategy.ts';
import type { OpenMetric } from './call-metrics.ts';
import { asError, type CompatErrorName } from './compat-error.ts';
import { callFailed, responseFailed } from './failure-chain.ts';
import { type CompatCall, sendCall, type SenderParts } from './request-sender.ts';
import { type Response, withV1Error } from './response.ts';

/** A call, as a method of the client describes it. */
export interface CallPlan extends Omit<CompatCall, 'limits' | 'onLocated'> {
  /** What V2 calls its failures, if that is something else. */
  readonly v2Name?: CompatErrorName | undefined;
  /** Rejects for a response whose `ok` is false. Default: what the client's configuration says. */
  readonly rejects?: boolean;
  /** Rewrites V2's error codes. */
  readonly v1Errors?: boolean | undefined;
}

/**
 * Runs one call.
 *
 * @param parts - what the client sends with.
 * @param plan - the call.
 * @param limits - of the whole call.
 * @param metric - completed while the call runs.
 * @param read - makes the result of a response; what it throws fails the call.
 * @throws {@link CompatError} under the name of the plan.
 */
export async function runCall<T>(
  parts: SenderParts,
  plan: CallPlan,
  limits: CallLimits,
  metric: OpenMetric,
  read: (response: Response) => T,
): Promise<T> {
  let generation: Platform | undefined;
  try {
    checkOverrides(plan);
    const onLocated = (host: string, platform: Platform): void => {
      metric.domain = host;
      generation = platform;
    };
    const sent = await sendCall(parts, { ...plan, limits, onLocated });
    const response = plan.v1Errors === true && generation === 'v2' ? withV1Error(sent) : sent;
    if ((response as Partial<Response>).status !== undefined) metric.statusCode = response.status;
    if (!response.ok) {
      const error = responseFailed(response);
      if (plan.rejects ?? parts.settings.failOnErrorStatusCode) throw error;
      metric.error = response.failure ?? error;
    }
    return read(response);
  } catch (error) {
    const { naming, v2Name = naming.name } = plan;
    throw callFailed(generation === 'v2' ? { ...naming, name: v2Name } : naming, asError(error));
  }
}

/** What a call has instead of the client's. */
function checkOverrides({ data, operation }: CallPlan): void {
  const { accountId, authStrategy, signal } = data;
  const rules = { accountId: accountIdRule, authStrategy: authStrategyRule, signal: abortSignal };
  checkOptions({ accountId, authStrategy, signal }, rules, operation);
}
