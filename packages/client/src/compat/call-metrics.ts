import type { BaseInvocation } from './invocation-data.ts';
import { sourceOf } from './gateway-request.ts';
import type { InvocationMetricData, MetricCollector } from './tooling.ts';

/** What is known of a call before it ends. */
export type OpenMetric = Omit<InvocationMetricData, 'requestDurationInMillis'>;

/** Begins the metric of a call. */
export function openMetric(accountId: string, data: BaseInvocation, aim: Partial<OpenMetric>): OpenMetric {
  const { externalSystem, userId } = data;
  const user = userId === undefined ? {} : { userId };
  return {
    accountId: data.accountId ?? accountId,
    domain: 'unresolved',
    fromCache: false,
    externalSystem,
    lpEventSource: sourceOf(data),
    ...user,
    ...aim,
  };
}

/**
 * Runs a call and tells the collector of it once, whatever comes of it.
 *
 * @param metric - is completed by the call while it runs.
 */
export async function measured<T>(
  collector: MetricCollector | undefined,
  hook: keyof MetricCollector,
  metric: OpenMetric,
  work: () => Promise<T>,
): Promise<T> {
  const startedAtMs = performance.now();
  try {
    return await work();
  } catch (error) {
    metric.error = error as Error;
    throw error;
  } finally {
    tell(collector, hook, { ...metric, requestDurationInMillis: performance.now() - startedAtMs });
  }
}

/** A collector that fails is its owner's concern: the call has happened. */
function tell(collector: MetricCollector | undefined, hook: keyof MetricCollector, metric: InvocationMetricData): void {
  try {
    const told: unknown = collector?.[hook](metric);
    if (told instanceof Promise) told.catch(() => undefined);
  } catch {
    // As above.
  }
}
