import { EmulatorError } from './emulator-error.ts';
import type { RecordedRequest } from './request-journal.ts';
import type { OperationName, ServiceName } from './service-route.ts';

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

/** A fault that was added. */
export interface FaultHandle {
  /** How many requests it changed. */
  readonly hits: number;
  remove(): void;
}

/** Scripted misbehaviour. */
export interface Faults {
  /**
   * Adds a fault. Faults are tried in the order they were added: the first that decides the answer wins, those that only delay, revoke or rotate add up.
   *
   * @throws {@link EmulatorError} INVALID_OPTION naming the field
   */
  add(definition: FaultDefinition): FaultHandle;
  clear(): void;
}

/** The faults as the request handler takes them. */
export interface FaultScript extends Faults {
  /** Takes, and counts, what applies to a request. */
  take(request: RecordedRequest, names: FunctionNames): FaultPlan;
}

/** Looks up functions by name, for faults that name one. */
export type FunctionNames = (
  accountId: string,
  name: string,
) => { readonly uuid: string; readonly eventId?: string | undefined } | undefined;

/** What is to happen to one request. */
export interface FaultPlan {
  readonly delayMs: number;
  readonly revokeTokens: boolean;
  readonly rotateKeys: boolean;
  readonly decisive?: FaultDefinition | undefined;
}

const NO_FAULTS: FaultPlan = { delayMs: 0, revokeTokens: false, rotateKeys: false };

interface ActiveFault {
  readonly definition: FaultDefinition;
  readonly random: () => number;
  passed: number;
  hits: number;
}

/** Creates an empty script. */
export function createFaultScript(): FaultScript {
  const active = new Set<ActiveFault>();
  return {
    add: (definition) => {
      checkFault(definition);
      const fault: ActiveFault = {
        definition: { ...definition },
        random: seededRandom(definition.seed ?? 1),
        passed: 0,
        hits: 0,
      };
      active.add(fault);
      return {
        get hits() {
          return fault.hits;
        },
        remove: () => {
          active.delete(fault);
        },
      };
    },
    clear: () => {
      active.clear();
    },
    take: (request, names) => {
      if (active.size === 0) return NO_FAULTS;
      const plan = { delayMs: 0, revokeTokens: false, rotateKeys: false };
      for (const fault of active) {
        const { definition } = fault;
        if (!matches(definition, request, names) || !fires(fault)) continue;
        plan.delayMs += definition.delayMs ?? 0;
        plan.revokeTokens ||= definition.revokeTokens === true;
        plan.rotateKeys ||= definition.rotateKeys === true;
        if (isDecisive(definition)) return { ...plan, decisive: definition };
      }
      return plan;
    },
  };
}

function matches(definition: FaultDefinition, request: RecordedRequest, names: FunctionNames): boolean {
  const { service, operation, accountId, uuid, eventId, functionName, when } = definition;
  if (service !== undefined && service !== request.service) return false;
  if (operation !== undefined && operation !== request.operation) return false;
  if (accountId !== undefined && accountId !== request.accountId) return false;
  if (uuid !== undefined && uuid.toLowerCase() !== request.uuid) return false;
  if (eventId !== undefined && eventId !== request.eventId) return false;
  if (functionName !== undefined) {
    const named = request.accountId === undefined ? undefined : names(request.accountId, functionName);
    if (named === undefined) return false;
    if (named.uuid !== request.uuid && (named.eventId === undefined || named.eventId !== request.eventId)) return false;
  }
  return when === undefined || when(request);
}

function fires(fault: ActiveFault): boolean {
  const { skip = 0, times = Infinity, probability = 1 } = fault.definition;
  if (fault.hits >= times) return false;
  if (fault.passed < skip) {
    fault.passed += 1;
    return false;
  }
  if (probability < 1 && fault.random() >= probability) return false;
  fault.hits += 1;
  return true;
}

function isDecisive(definition: FaultDefinition): boolean {
  const { status, headers, body, retryAfter, echo, runs, reset, hang, halfBody } = definition;
  return (
    [status, headers, body, retryAfter, reset].some((value) => value !== undefined) ||
    [echo, runs, hang, halfBody].includes(true)
  );
}

const FIELDS: Readonly<Record<keyof FaultDefinition, (value: unknown) => boolean>> = {
  service: isString,
  operation: isString,
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
  headers: (value) => typeof value === 'object',
  body: () => true,
  retryAfter: (value) => typeof value === 'number' || isString(value),
  echo: isFlag,
  runs: isFlag,
  delayMs: isCount,
  reset: (value) => value === 'before-read' || value === 'after-read' || value === 'after-run',
  hang: isFlag,
  halfBody: isFlag,
  revokeTokens: isFlag,
  rotateKeys: isFlag,
};

function checkFault(definition: FaultDefinition): void {
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

/** Mulberry32: small, and good enough to throw dice. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
