import { validateHeaderName, validateHeaderValue } from 'node:http';
import { EmulatorError } from './emulator-error.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { OPERATION_NAMES, SERVICE_NAMES, type OperationName, type ServiceName } from './service-route.ts';

/** Where a scripted reset cuts the connection. */
export type ResetPoint = 'before-read' | 'after-read' | 'after-run';

/** Which requests a fault applies to, and what then happens. Everything left out matches, or stays as it is. */
export interface FaultDefinition {
  readonly service?: ServiceName | undefined;
  readonly operation?: OperationName | undefined;
  readonly accountId?: string | undefined;
  readonly uuid?: string | undefined;
  readonly eventId?: string | undefined;
  /** A function, however it is called: by UUID or through its event. */
  readonly functionName?: string | undefined;
  /** Judges the request line and headers; the body is not read yet. */
  readonly when?: ((request: RecordedRequest) => boolean) | undefined;

  /** Lets this many matching requests pass first. */
  readonly skip?: number | undefined;
  /** Ends after this many hits; default never. */
  readonly times?: number | undefined;
  /** Hits only this share of matching requests, between 0 and 1. */
  readonly probability?: number | undefined;
  /** Makes `probability` repeatable; default 1. */
  readonly seed?: number | undefined;

  /** Answers this status. Without `body` the answer is an error body of the right shape, or empty below 400. */
  readonly status?: number | undefined;
  /** Added to the answer, whether it is scripted or true. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Text as it is, anything else as JSON. Default status 200. */
  readonly body?: unknown;
  /** Adds `Retry-After`: seconds or a date. */
  readonly retryAfter?: number | string | undefined;
  /** Answers with the request's line, headers and body in the error text, as careless servers do. Default status 500, for Sentinel 400. */
  readonly echo?: boolean | undefined;
  /** Runs the function and then answers as scripted all the same. */
  readonly runs?: boolean | undefined;
  /** Waits before the request is handled. */
  readonly delayMs?: number | undefined;
  /** Cuts the connection with a TCP reset. */
  readonly reset?: ResetPoint | undefined;
  /** Reads the request and never answers. */
  readonly hang?: boolean | undefined;
  /** Promises the whole body, sends half of it, and cuts the connection. */
  readonly halfBody?: boolean | undefined;
  /** Revokes every token of every account before the request is handled. */
  readonly revokeTokens?: boolean | undefined;
  /** Withdraws the signing key before the request is handled; tokens it signed are refused. */
  readonly rotateKeys?: boolean | undefined;
}

const FIELDS: Readonly<Record<keyof FaultDefinition, (value: unknown) => boolean>> = {
  service: (value) => (SERVICE_NAMES as readonly unknown[]).includes(value),
  operation: (value) => (OPERATION_NAMES as readonly unknown[]).includes(value),
  accountId: isString,
  uuid: isString,
  eventId: isString,
  functionName: isString,
  when: (value) => typeof value === 'function',
  skip: isCount,
  times: isCount,
  probability: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  seed: (value) => typeof value === 'number',
  status: (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 999,
  headers: areHeaders,
  body: isWritable,
  retryAfter: (value) => (typeof value === 'number' || isString(value)) && areHeaders({ 'retry-after': String(value) }),
  echo: isFlag,
  runs: isFlag,
  delayMs: isCount,
  reset: (value) => value === 'before-read' || value === 'after-read' || value === 'after-run',
  hang: isFlag,
  halfBody: isFlag,
  revokeTokens: isFlag,
  rotateKeys: isFlag,
};

/**
 * Checks a fault.
 *
 * @throws {@link EmulatorError} INVALID_OPTION naming the field
 */
export function checkFault(definition: FaultDefinition): void {
  for (const [field, value] of Object.entries(definition)) {
    const check = (FIELDS as Readonly<Record<string, ((value: unknown) => boolean) | undefined>>)[field];
    if (check === undefined) throw new EmulatorError('INVALID_OPTION', `"${field}" is not a field of a fault.`);
    if (value !== undefined && !check(value))
      throw new EmulatorError('INVALID_OPTION', `"${field}" of a fault has a value that is not allowed.`);
  }
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function areHeaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  try {
    for (const [name, content] of Object.entries(value)) {
      if (typeof content !== 'string') return false;
      validateHeaderName(name);
      validateHeaderValue(name, content);
    }
    return true;
  } catch {
    return false;
  }
}

/** Whether a body is text, or can be written as JSON: not circular, and not nested too deeply. */
function isWritable(value: unknown): boolean {
  try {
    return typeof value === 'string' || (JSON.stringify(value) as string | undefined) !== undefined;
  } catch {
    return false;
  }
}
