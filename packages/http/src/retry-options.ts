import { checkOptions, count, duration } from './option-check.ts';
import { DEFAULT_RETRY, type RetryNumbers, type RetryOptions } from './retry-policy.ts';

const retryRules = {
  maxRetries: count,
  serverErrorWaitsMs: (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.every((wait) => typeof wait === 'number' && wait >= 0))
      ? undefined
      : 'must be a list of milliseconds',
  throttledWaitMs: duration,
  networkWaitMs: duration,
  maxRetryAfterMs: duration,
  budget: count,
};

/** Fills the numbers that were not given with the defaults. */
export function retryNumbers(options: RetryOptions = {}): RetryNumbers {
  checkOptions(options, retryRules, 'retry', 'retry');
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_RETRY, ...(Object.fromEntries(given) as Partial<RetryNumbers>) };
}
