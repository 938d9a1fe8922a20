import { abortSignal, checkOptions, duration, flag, headerText, type OptionRule } from '@lp-functions/http';

/** What a call that only reads can be told. */
export interface ReadOptions {
  /** Ends the call, at whatever stage it is. */
  readonly signal?: AbortSignal | undefined;
  /** Limit of one attempt in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Limit of the whole call in milliseconds, with discovery, token, attempts and waits. */
  readonly deadlineMs?: number | undefined;
  /** `X-Request-ID` of every attempt. Default: a new UUID. */
  readonly requestId?: string | undefined;
  /** Name of the calling system. */
  readonly eventSource?: string | undefined;
}

/** What {@link FaasInvoker.isImplemented} can be told. Those who ask the same at once share one request. */
export interface ImplementedOptions {
  /** Ends the wait; a request that others wait for goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Limit of the wait in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** Asks the platform even if an answer of the last minute is there. Default `false`. */
  readonly fresh?: boolean | undefined;
}

/** An answer within this time or none: nothing runs for it. */
export const READ_TIMEOUT_MS = 10_000;

const limitRules = { signal: abortSignal, deadlineMs: duration };
const readRules: Readonly<Record<keyof ReadOptions, OptionRule>> = {
  ...limitRules,
  timeoutMs: duration,
  requestId: headerText,
  eventSource: headerText,
};
const implementedRules: Readonly<Record<keyof ImplementedOptions, OptionRule>> = { ...limitRules, fresh: flag };

/** @throws {@link ConfigurationError} UNKNOWN_OPTION, INVALID_OPTION. */
export function checkReadOptions(options: ReadOptions, operation: string): void {
  checkOptions(options, readRules, operation);
}

/** @throws {@link ConfigurationError} UNKNOWN_OPTION, INVALID_OPTION. */
export function checkImplementedOptions(options: ImplementedOptions, operation: string): void {
  checkOptions(options, implementedRules, operation);
}
