import type { FaultView } from './emulator-views.ts';

/** A fault that is often wanted. */
export interface FaultPreset {
  readonly title: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

export const FAULT_PRESETS: readonly FaultPreset[] = [
  { title: 'Gateway answers 503, twice', definition: { service: 'gateway', status: 503, times: 2 } },
  { title: 'Throttled, with Retry-After', definition: { service: 'gateway', status: 429, retryAfter: 2, times: 3 } },
  { title: 'A third of the invocations fails', definition: { service: 'gateway', status: 500, probability: 0.33 } },
  { title: 'Slow gateway', definition: { service: 'gateway', delayMs: 2000 } },
  { title: 'It runs, and the answer is lost', definition: { operation: 'invokeByUuid', reset: 'after-run', times: 1 } },
  { title: 'Half an answer', definition: { service: 'gateway', halfBody: true, times: 1 } },
  { title: 'No answer at all', definition: { service: 'gateway', hang: true, times: 1 } },
  { title: 'Tokens die before the call', definition: { operation: 'invokeByUuid', revokeTokens: true, times: 1 } },
  { title: 'Sentinel is down', definition: { service: 'sentinel', status: 503 } },
  { title: 'Discovery is down', definition: { service: 'discovery', status: 500 } },
];

const WHERE = ['service', 'operation', 'accountId', 'functionName', 'uuid', 'eventId'] as const;
const HOW_OFTEN: readonly (readonly [string, (value: string) => string])[] = [
  ['skip', (value) => `after ${value}`],
  ['times', (value) => `${value} times`],
  ['probability', (value) => `${String(Math.round(Number(value) * 100))} % of them`],
];

/** Says which requests a fault is for. */
export function whereOf(definition: Readonly<Record<string, unknown>>): string {
  const parts = WHERE.filter((field) => definition[field] !== undefined).map((field) => textOf(definition[field]));
  const often = HOW_OFTEN.filter(([field]) => definition[field] !== undefined).map(([field, say]) =>
    say(textOf(definition[field])),
  );
  return [parts.length === 0 ? 'every request' : parts.join(' · '), ...often].join(', ');
}

/** Says what a fault does. */
export function whatOf(definition: Readonly<Record<string, unknown>>): string {
  const selecting: readonly string[] = [...WHERE, ...HOW_OFTEN.map(([field]) => field), 'seed'];
  const parts = Object.entries(definition)
    .filter(([field]) => !selecting.includes(field))
    .map(([field, value]) => (value === true ? field : `${field} ${textOf(value)}`));
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** Whether a fault still changes anything: it is on, and not used up. */
export function isActive({ enabled, hits, definition }: FaultView): boolean {
  const { times } = definition;
  return enabled && !(typeof times === 'number' && hits >= times);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
