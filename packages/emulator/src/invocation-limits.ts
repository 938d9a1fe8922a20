import type { EmulatorClock } from './emulator-clock.ts';
import type { PlatformAccount } from './platform-accounts.ts';
import type { ServiceRoute } from './service-route.ts';

/** How many invocations the gateway lets through. LivePerson documents that it throttles, not the numbers: there is no limit by default. */
export interface InvocationLimitOptions {
  /** What is counted: the invocations of an account, or of each function or event. Default on V1 `account`, on V2 `function`. */
  readonly per?: 'account' | 'function' | undefined;
  /** Invocations per second. */
  readonly perSecond?: number | undefined;
  /** Invocations at a time. */
  readonly concurrent?: number | undefined;
  /** Adds `Retry-After` with this number of seconds to 429 answers; LivePerson documents no such header. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Counts invocations against the limits. */
export interface InvocationLimits {
  /** Lets an invocation in, or not. Whoever is let in calls the returned function at the end. */
  enter(account: PlatformAccount, route: ServiceRoute): (() => void) | 'throttled';
  reset(): void;
}

interface Counter {
  windowStartMs: number;
  inWindow: number;
  running: number;
}

const WINDOW_MS = 1_000;

/** Creates the counters, none of them running. */
export function createInvocationLimits(options: InvocationLimitOptions, clock: EmulatorClock): InvocationLimits {
  const counters = new Map<string, Counter>();
  const counterOf = (key: string): Counter => {
    let counter = counters.get(key);
    if (counter === undefined) {
      counter = { windowStartMs: 0, inWindow: 0, running: 0 };
      counters.set(key, counter);
    }
    const now = clock.now();
    if (Math.abs(now - counter.windowStartMs) >= WINDOW_MS) {
      counter.windowStartMs = now;
      counter.inWindow = 0;
    }
    return counter;
  };
  const { per, perSecond = Infinity, concurrent = Infinity } = options;
  return {
    enter: ({ accountId, platform }, { uuid, eventId }) => {
      if (perSecond === Infinity && concurrent === Infinity) return () => undefined;
      const counted = per ?? (platform === 'v1' ? 'account' : 'function');
      const counter = counterOf(counted === 'account' ? accountId : `${accountId} ${uuid ?? ''} ${eventId ?? ''}`);
      if (counter.inWindow >= perSecond || counter.running >= concurrent) return 'throttled';
      counter.inWindow += 1;
      counter.running += 1;
      return () => {
        counter.running -= 1;
      };
    },
    reset: () => {
      for (const counter of counters.values()) counter.inWindow = 0;
    },
  };
}
