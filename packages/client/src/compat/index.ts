export type {
  AppJwtCredentials,
  AuthStrategy,
  DpopCredentials,
  GetAccessToken,
  GetAuthorizationHeader,
  GetDpopHeader,
} from './auth-strategy.ts';
export { Client, Client as BaseClient } from './client.ts';
export { CompatError, type CompatErrorName } from './compat-error.ts';
export type { AddedConfig, BaseConfig, Config, DefaultConfig } from './config.ts';
export { EVENT } from './event-names.ts';
export type {
  BaseInvocation,
  ErrorDomain,
  EventInvocation,
  FunctionRequest,
  Invocation,
  InvocationDomain,
  IsImplemented,
  KeyValueDomain,
  LambdaRequest,
  UuidInvocation,
} from './invocation-data.ts';
export type { Response } from './response.ts';
export type {
  Fetch,
  FetchOptions,
  GenerateId,
  GetCsdsEntry,
  ImplementedEvent,
  InvocationMetricData,
  IsImplementedCache,
  MetricCollector,
  Tooling,
} from './tooling.ts';
