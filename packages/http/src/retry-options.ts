import { checkOptions, count, duration } from './option-check.ts';
import { type CallRetryOptions, DEFAULT_RETRY, type RetryNumbers, type RetryOptions } from './retry-policy.ts';

const callRules = {
  maxRetries: count,
  serverErrorWaitsMs: (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.every((wait) => typeof wait === 'number' && wait >= 0))
      ? undefined
      : 'must be a list of milliseconds',
  throttledWaitMs: duration,
  networkWaitMs: duration,
  maxRetryAfterMs: duration,
};
const retryRules = { ...callRules, budget: count };

/** Fills the numbers that were not given with the defaults. */
export function retryNumbers(options: RetryOptions = {}): RetryNumbers {
  checkOptions(options, retryRules, 'retry', 'retry');
  return withNumbers(DEFAULT_RETRY, options);
}

/**
 * Checks the numbers of one call.
 *
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function checkCallRetry(options: CallRetryOptions): void {
  checkOptions(options, callRules, 'retry', 'retry');
}

/** The numbers with those that were given in their place. */
export function withNumbers(numbers: RetryNumbers, options: RetryOptions): RetryNumbers {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...numbers, ...(Object.fromEntries(given) as Partial<RetryNumbers>) };
}
