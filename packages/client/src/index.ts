export type { DomainDiscovery, ServiceDomain } from '@lp-functions/domain-discovery';
export {
  ConfigurationError,
  DomainDiscoveryError,
  FaaSDetailedError,
  FaaSError,
  FaaSLambdaError,
  isConfigurationError,
  isDomainDiscoveryError,
  isFaaSDetailedError,
  isFaaSError,
  isFaaSLambdaError,
  isSentinelOAuthError,
  isTransportError,
  Secret,
  SentinelOAuthError,
  TransportError,
} from '@lp-functions/errors';
export type {
  EventInvocationResult,
  EventResult,
  FunctionHeader,
  InvocationOptions,
  InvocationResult,
  Platform,
} from '@lp-functions/faas-invoker';
export type { Authorizer, ClientEvent, Clock, HttpTransport, Logger, RetryOptions } from '@lp-functions/http';
export { createGotTransport, createUndiciTransport } from '@lp-functions/http';
export {
  type AuthMethod,
  clientCredentials,
  createMemoryTokenStore,
  customAuthorizer,
  staticBearer,
  type TokenStore,
} from '@lp-functions/sentinel-oauth';
export { createFunctionsClient, type FunctionsClient, type FunctionsClientOptions } from './functions-client.ts';
