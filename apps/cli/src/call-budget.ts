import { DEFAULT_DEADLINE_MS } from '@lp-functions/http';

/** What one request may take of a budget. */
export interface RequestLimits {
  readonly signal: AbortSignal | undefined;
  /** Limit of one attempt, if one was set. */
  readonly timeoutMs: number | undefined;
  /** What is left of the budget. */
  readonly deadlineMs: number;
}

/** Time that all requests of one call share: looking a function up, and running it. */
export interface CallBudget {
  /** The limits of a request that begins now. */
  remaining(): RequestLimits;
}

/** What a budget is made of. Times in milliseconds. */
export interface CallBudgetOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Default: that of one request, 2 min. */
  readonly deadlineMs?: number | undefined;
}

/** Begins a budget now. */
export function beginBudget({ signal, timeoutMs, deadlineMs = DEFAULT_DEADLINE_MS }: CallBudgetOptions): CallBudget {
  const endsAtMs = performance.now() + deadlineMs;
  return {
    // One that is used up ends the request as a deadline does, before it is sent.
    remaining: () => ({ signal, timeoutMs, deadlineMs: Math.max(1, endsAtMs - performance.now()) }),
  };
}
