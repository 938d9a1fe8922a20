import { checkFault, type FaultDefinition } from './fault-definition.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** A fault that was added. */
export interface FaultHandle {
  /** Counts up from 1 in the order the faults were added. */
  readonly id: number;
  readonly definition: FaultDefinition;
  /** How many requests it changed. */
  readonly hits: number;
  /** Whether it applies: true until it is switched off. */
  readonly enabled: boolean;
  /** Switches it on or off; its counts go on from where they were. */
  setEnabled(enabled: boolean): void;
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
  /** Faults that were added and not removed, also those whose `times` are used up or that are switched off. */
  list(): readonly FaultHandle[];
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
  readonly handle: FaultHandle;
  readonly definition: FaultDefinition;
  readonly random: () => number;
  passed: number;
  hits: number;
  enabled: boolean;
}

/** Creates an empty script. */
export function createFaultScript(): FaultScript {
  const active = new Set<ActiveFault>();
  let nextId = 1;
  return {
    add: (given) => {
      checkFault(given);
      const definition: FaultDefinition = { ...given };
      const handle: FaultHandle = {
        id: nextId++,
        definition,
        get hits() {
          return fault.hits;
        },
        get enabled() {
          return fault.enabled;
        },
        setEnabled: (enabled) => {
          fault.enabled = enabled;
        },
        remove: () => {
          active.delete(fault);
        },
      };
      const random = seededRandom(given.seed ?? 1);
      const fault: ActiveFault = { handle, definition, random, passed: 0, hits: 0, enabled: true };
      active.add(fault);
      return handle;
    },
    list: () => [...active].map(({ handle }) => handle),
    clear: () => {
      active.clear();
    },
    take: (request, names) => {
      if (active.size === 0) return NO_FAULTS;
      const plan = { delayMs: 0, revokeTokens: false, rotateKeys: false };
      for (const fault of active) {
        const { definition } = fault;
        if (!fault.enabled || !matches(definition, request, names) || !fires(fault)) continue;
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
