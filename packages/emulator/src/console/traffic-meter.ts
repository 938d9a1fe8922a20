import type { RecordedRequest } from '../recorded-request.ts';
import type { Traffic, TrafficSlot } from './feed-messages.ts';

/** Counts calls, failures and latency, whether a page looks or not. Its size is fixed. */
export interface TrafficMeter {
  /** Counts a request that has come to its end. */
  count(request: Pick<RecordedRequest, 'operation' | 'status' | 'outcome' | 'durationMs'>): void;
  /** The slots with requests in them, oldest first; those that began before `sinceMs` are left out. */
  read(sinceMs?: number): Traffic;
  clear(): void;
}

/** Length of a slot. */
const SLOT_MS = 5_000;
/** How far back the meter goes: five minutes. */
const SLOTS = 60;
/** Latencies are counted in steps that grow by the square root of two, from a quarter of a millisecond: to a minute in 37. */
const LEAST_MS = 0.25;
const STEPS = 37;

interface Slot {
  startMs: number;
  calls: number;
  failures: number;
  readonly latencies: Uint32Array;
}

/** Creates a meter that has counted nothing. */
export function createTrafficMeter(now: () => number = Date.now): TrafficMeter {
  const [all, invocations] = [createRing(), createRing()];
  return {
    count: ({ operation, status, outcome, durationMs = 0 }) => {
      const startMs = Math.floor(now() / SLOT_MS) * SLOT_MS;
      const failed = outcome !== 'answered' || (status ?? 0) >= 400;
      count(all, startMs, failed, durationMs);
      if (operation === 'invokeByUuid' || operation === 'invokeByEvent')
        count(invocations, startMs, failed, durationMs);
    },
    read: (sinceMs = 0) => {
      const from = Math.max(sinceMs, now() - SLOTS * SLOT_MS);
      return { slotMs: SLOT_MS, all: slotsOf(all, from), invocations: slotsOf(invocations, from) };
    },
    clear: () => {
      for (const ring of [all, invocations]) for (const slot of ring) slot.calls = 0;
    },
  };
}

function createRing(): readonly Slot[] {
  return Array.from({ length: SLOTS }, () => ({
    startMs: 0,
    calls: 0,
    failures: 0,
    latencies: new Uint32Array(STEPS),
  }));
}

function count(ring: readonly Slot[], startMs: number, failed: boolean, durationMs: number): void {
  const slot = ring[(startMs / SLOT_MS) % SLOTS];
  if (slot === undefined) return;
  if (slot.startMs !== startMs || slot.calls === 0) {
    slot.startMs = startMs;
    slot.calls = 0;
    slot.failures = 0;
    slot.latencies.fill(0);
  }
  slot.calls += 1;
  if (failed) slot.failures += 1;
  const step = Math.min(STEPS - 1, Math.max(0, Math.ceil(Math.log2(durationMs / LEAST_MS) * 2)));
  slot.latencies[step] = (slot.latencies[step] ?? 0) + 1;
}

function slotsOf(ring: readonly Slot[], fromMs: number): readonly TrafficSlot[] {
  return ring
    .filter(({ calls, startMs }) => calls > 0 && startMs >= fromMs)
    .sort((first, second) => first.startMs - second.startMs)
    .map(({ startMs, calls, failures, latencies }) => ({
      startMs,
      calls,
      failures,
      medianMs: quantile(latencies, calls, 0.5),
      p95Ms: quantile(latencies, calls, 0.95),
    }));
}

/** The upper bound of the step in which a share of the calls ends. */
function quantile(latencies: Uint32Array, calls: number, share: number): number {
  let seen = 0;
  for (const [step, amount] of latencies.entries()) {
    seen += amount;
    if (seen >= calls * share) return Math.round(LEAST_MS * 2 ** (step / 2) * 100) / 100;
  }
  return 0;
}
