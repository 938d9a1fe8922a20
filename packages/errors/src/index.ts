export {
  ConfigurationError,
  type ConfigurationErrorCode,
  type ConfigurationErrorOptions,
} from './configuration-error.ts';
export {
  DomainDiscoveryError,
  type DomainDiscoveryErrorCode,
  type DomainDiscoveryErrorOptions,
} from './domain-discovery-error.ts';
export { ERROR_CODES, type ErrorCodeEntry } from './error-codes.ts';
export {
  FaaSDetailedError,
  type FaaSDetailedErrorCode,
  type FaaSDetailedErrorOptions,
  type FaaSLambdaErrorCode,
} from './faas-detailed-error.ts';
export { type ErrorContext, type Executed, FaaSError, type FaaSErrorOptions, type Fault } from './faas-error.ts';
export { FaaSLambdaError, type FaaSLambdaErrorOptions, type FunctionLog } from './faas-lambda-error.ts';
export {
  isConfigurationError,
  isDomainDiscoveryError,
  isFaaSDetailedError,
  isFaaSError,
  isFaaSLambdaError,
  isInvocationQueueError,
  isSentinelOAuthError,
  isTransportError,
} from './guards.ts';
export {
  InvocationQueueError,
  type InvocationQueueErrorCode,
  type InvocationQueueErrorOptions,
} from './invocation-queue-error.ts';
export { blamesFunction, findPlatformCode, PLATFORM_CODES, type PlatformCode } from './platform-codes.ts';
export { Secret } from './secret.ts';
export {
  SentinelOAuthError,
  type SentinelOAuthErrorCode,
  type SentinelOAuthErrorOptions,
} from './sentinel-oauth-error.ts';
export {
  TransportError,
  type TransportErrorCode,
  type TransportErrorOptions,
  type TransportPhase,
  type TransportWait,
} from './transport-error.ts';
