import { createLoadingCache } from '@lp-functions/http';
import { type CallPlan, runCall } from './call-runner.ts';
import { measured, openMetric } from './call-metrics.ts';
import { asError, CompatError } from './compat-error.ts';
import { callFailed } from './failure-chain.ts';
import { implementedRequest } from './gateway-request.ts';
import type { IsImplemented } from './invocation-data.ts';
import type { SenderParts } from './request-sender.ts';
import type { Response } from './response.ts';

/** As many as an account has events and skills; the one that was not asked for the longest goes first. */
const MAX_ANSWERS = 1_000;

/** Makes the function behind {@link Client.isImplemented}. Answers are kept, and asked for once at a time. */
export function createImplementedAnswers(parts: SenderParts): (data: IsImplemented) => Promise<boolean> {
  const { settings, tooling, connections } = parts;
  const { http } = connections;
  const ttlMs = settings.isImplementedCacheDurationInSeconds * 1_000;
  const answers = createLoadingCache<boolean>({ ttlMs, max: MAX_ANSWERS, clock: http.clock });

  return (data) => {
    const { eventId, skillId, userId, signal } = data;
    const accountId = data.accountId ?? settings.accountId;
    // One that was handed in knows nothing of accounts.
    const given = accountId === settings.accountId ? tooling.isImplementedCache : undefined;
    const metric = openMetric(settings.accountId, data, { event: eventId, skillId });
    const plan = planOf(data);
    let asked = false;
    // Belongs to all who wait for it: no caller's signal.
    const ask = (): Promise<boolean> => {
      asked = true;
      return runCall(parts, plan, http.limits(), metric, readImplemented);
    };
    const find = async (): Promise<boolean> => {
      if (given === undefined) {
        const key = JSON.stringify([accountId, eventId, skillId ?? null, userId ?? null]);
        return answers.load(key, async () => ({ value: await ask() }), ttlMs === 0);
      }
      const kept = given.get(eventId, skillId);
      if (kept !== undefined) return kept.isImplemented;
      const implemented = await ask();
      given.add(eventId, implemented, skillId);
      return implemented;
    };
    return measured(tooling.metricCollector, 'onIsImplemented', metric, async () => {
      try {
        const context = { operation: plan.operation, accountId, target: plan.target };
        const implemented = await http.within(find(), http.limits({ signal }), context, 'answer');
        metric.fromCache = !asked;
        return implemented;
      } catch (error) {
        throw error instanceof CompatError ? error : callFailed(plan.naming, asError(error));
      }
    });
  };
}

function planOf(data: IsImplemented): CallPlan {
  return {
    operation: 'isImplemented',
    data,
    target: String(data.eventId),
    reads: 'implemented',
    rule: 'read',
    rejects: true,
    request: (setting) => implementedRequest(setting, data),
    naming: {
      name: 'FaaSIsImplementedError',
      message: `Failed to check if event "${String(data.eventId)}" is implemented.`,
    },
  };
}

function readImplemented(response: Response): boolean {
  const { implemented } = (response.body ?? {}) as { readonly implemented?: unknown };
  if (typeof implemented === 'boolean') return implemented;
  throw new CompatError('FaasIsImplementedParseError', 'Response could not be parsed', { info: { response } });
}
