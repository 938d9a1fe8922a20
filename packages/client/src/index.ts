export type { DiscoveryCallOptions, DomainDiscovery, ServiceDomain } from '@lp-functions/domain-discovery';
export {
  ConfigurationError,
  DomainDiscoveryError,
  type Executed,
  FaaSDetailedError,
  FaaSError,
  FaaSLambdaError,
  type Fault,
  type FunctionLog,
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
export type {
  AuthorizationRequest,
  Authorizer,
  ClientEvent,
  Clock,
  EventListener,
  HttpRequest,
  HttpResponse,
  HttpTransport,
  Logger,
  ProxySettings,
  RejectedAuthorization,
  RetryOptions,
} from '@lp-functions/http';
export {
  createGotTransport,
  createUndiciTransport,
  type GotTransportOptions,
  type UndiciTransportOptions,
} from '@lp-functions/http';
export {
  type AuthContext,
  type AuthMethod,
  clientCredentials,
  type ClientCredentialsOptions,
  createMemoryTokenStore,
  customAuthorizer,
  type Lease,
  staticBearer,
  type StoredTokens,
  type TokenStore,
  userTokens,
  type UserTokensOptions,
} from '@lp-functions/sentinel-oauth';
export { createFunctionsClient, type FunctionsClient, type FunctionsClientOptions } from './functions-client.ts';
