import { isBranded } from './error-brand.ts';
import type { ConfigurationError } from './configuration-error.ts';
import type { DomainDiscoveryError } from './domain-discovery-error.ts';
import type { FaaSDetailedError } from './faas-detailed-error.ts';
import type { FaaSError } from './faas-error.ts';
import type { FaaSLambdaError } from './faas-lambda-error.ts';
import type { InvocationQueueError } from './invocation-queue-error.ts';
import type { SentinelOAuthError } from './sentinel-oauth-error.ts';
import type { TransportError } from './transport-error.ts';

/**
 * Tells whether `value` is an error of this family, whichever installed copy made it.
 *
 * @example
 * ```ts
 * import { isFaaSError } from '@lp-functions/errors';
 *
 * try {
 *   throw new Error('not ours');
 * } catch (error) {
 *   if (isFaaSError(error) && error.retryable) console.log('try again');
 * }
 * ```
 */
export function isFaaSError(value: unknown): value is FaaSError {
  return isBranded(value);
}

/** Tells whether the calling code is at fault, whichever installed copy made the error. */
export function isConfigurationError(value: unknown): value is ConfigurationError {
  return isBranded(value) && value.name === 'ConfigurationError';
}

/** Tells whether no usable HTTP answer came, whichever installed copy made the error. */
export function isTransportError(value: unknown): value is TransportError {
  return isBranded(value) && value.name === 'TransportError';
}

/** Tells whether the account's hosts could not be found, whichever installed copy made the error. */
export function isDomainDiscoveryError(value: unknown): value is DomainDiscoveryError {
  return isBranded(value) && value.name === 'DomainDiscoveryError';
}

/** Tells whether no token could be had, whichever installed copy made the error. */
export function isSentinelOAuthError(value: unknown): value is SentinelOAuthError {
  return isBranded(value) && value.name === 'SentinelOAuthError';
}

/** Tells whether the platform refused, or the function failed ({@link isFaaSLambdaError}), whichever copy made it. */
export function isFaaSDetailedError(value: unknown): value is FaaSDetailedError {
  return isBranded(value) && (value.name === 'FaaSDetailedError' || value.name === 'FaaSLambdaError');
}

/** Tells whether the brand's own function failed, whichever installed copy made the error. */
export function isFaaSLambdaError(value: unknown): value is FaaSLambdaError {
  return isBranded(value) && value.name === 'FaaSLambdaError';
}

/** Tells whether the queue could not do its part, whichever installed copy made the error. */
export function isInvocationQueueError(value: unknown): value is InvocationQueueError {
  return isBranded(value) && value.name === 'InvocationQueueError';
}
