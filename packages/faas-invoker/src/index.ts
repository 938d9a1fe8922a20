export {
  createFaasInvoker,
  type EventInvocationResult,
  type FaasInvoker,
  type FaasInvokerOptions,
  INVOCATION_TIMEOUT_MS,
  type InvocationResult,
} from './faas-invoker.ts';
export type { EventResult } from './gateway-endpoint.ts';
export type { InvocationOptions } from './invocation-options.ts';
export type { FunctionHeader } from './invocation-payload.ts';
export type { Platform } from './platform-generation.ts';
