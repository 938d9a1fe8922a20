export { listenForAbort } from './abort-listener.ts';
export type { AuthorizationRequest, Authorizer, RejectedAuthorization } from './authorizer.ts';
export { type CallLimits, DEFAULT_DEADLINE_MS } from './call-limits.ts';
export type { CallPace } from './call-pace.ts';
export type { AttemptTrace, CallTrace } from './call-trace.ts';
export { mayHaveRun } from './call-progress.ts';
export {
  type AttemptEvent,
  type ClientEvent,
  type DiscoveryStaleEvent,
  emitEvent,
  type EventListener,
  type LoginRequiredEvent,
  type RefreshTokenRejectedEvent,
  type TokenRenewalFailedEvent,
  type TokenRenewedEvent,
} from './client-event.ts';
export { type Clock, systemClock } from './clock.ts';
export type { ClientCertificate, ConnectionOptions } from './connection-options.ts';
export { EVENT_CHANNEL } from './event-channel.ts';
export { createGotTransport, type GotTransportOptions } from './got-transport.ts';
export { baseUrlOf, DEFAULT_HOST_POLICY, type HostPolicy, isLoopbackHost, judgeHost, originOf } from './host-policy.ts';
export { secretsOfHeaders } from './header-secrets.ts';
export type { HostPolicyOptions } from './host-policy-options.ts';
export type { HttpAnswer, HttpCall } from './http-call.ts';
export { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts';
export { headerValue, type HttpRequest, type HttpResponse, type HttpTransport } from './http-transport.ts';
export { createInvocationTransport } from './invocation-transport.ts';
export { isRecord, parseJsonObject } from './json-object.ts';
export { createLoadingCache, type Loaded, type LoadingCache, type LoadingCacheOptions } from './loading-cache.ts';
export { type LogFields, type Logger, quietLogger } from './logger.ts';
export {
  abortSignal,
  accountIdRule,
  anything,
  callable,
  checkOptions,
  count,
  duration,
  flag,
  headerText,
  type OptionRule,
  required,
  text,
  withMethods,
} from './option-check.ts';
export { createOutageBrake, type OutageBrake } from './outage-brake.ts';
export { proxyFor, proxyHost, type ProxySettings } from './proxy-settings.ts';
export { proxyFromVariables } from './proxy-variables.ts';
export { createScrubber } from './redaction.ts';
export { checkCallRetry } from './retry-options.ts';
export {
  type CallRetryOptions,
  DEFAULT_RETRY,
  type RepeatRule,
  type RetryNumbers,
  type RetryOptions,
} from './retry-policy.ts';
export { safeCause } from './safe-cause.ts';
export { isSecretName } from './secret-name.ts';
export { shorten } from './shortened-text.ts';
export { createUndiciTransport, type UndiciTransportOptions } from './undici-transport.ts';
