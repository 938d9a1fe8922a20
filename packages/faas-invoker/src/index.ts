export type { BulkOptions, BulkProgress, BulkTarget, InvocationOutcome, ItemOptions, PerItem } from './bulk-options.ts';
export type { DefinedFunctions, FunctionDefinition, FunctionDefinitions } from './defined-functions.ts';
export {
  describeEvent,
  EVENT_IDS,
  type EventDescription,
  type EventId,
  EVENTS,
  type KnownEventId,
} from './event-ids.ts';
export { createFaasInvoker, type FaasInvoker } from './faas-invoker.ts';
export type { FaasInvokerOptions } from './faas-invoker-options.ts';
export type { EventResult, InvocationTarget } from './gateway-endpoint.ts';
export { describeRefusal, describeUnreadable, type RefusedCall } from './gateway-refusal.ts';
export type { ImplementedQuestion } from './implemented-check.ts';
export { checkInvocation } from './invocation-check.ts';
export type { InvocationOptions } from './invocation-options.ts';
export type { FunctionHeader } from './invocation-payload.ts';
export type { AnsweredInvocation, EventInvocationResult, InvocationResult } from './invocation-result.ts';
export type { Lambda, LambdaFilter, LambdaState } from './lambda.ts';
export type { UndefinedProperties } from './payload-losses.ts';
export { type Platform, platformOf } from './platform-generation.ts';
export type { ImplementedOptions, ReadOptions } from './read-options.ts';
export { readResult, type ReadResult } from './result-reading.ts';
export { sendToService } from './service-location.ts';
export type { Schema, SchemaAnswer, SchemaInput, SchemaIssue, SchemaOutput } from './standard-schema.ts';
export type { FunctionReference, WaitOptions } from './wait-until-productive.ts';
export type { TelemetryApi, TelemetrySpan } from './telemetry-api.ts';
