/** Keeps a client from repeating much while little succeeds. */
export interface RetryBudget {
  /** Takes one repeat out of it, if there is one. */
  spend(): boolean;
  /** Puts one back, for a call that was answered. */
  earn(): void;
}

/**
 * A budget of repeats that calls of one client share: while a platform is down, repeats end when it is used up, and every
 * call that is answered gives one back.
 *
 * @param capacity - repeats at most.
 */
export function createRetryBudget(capacity: number): RetryBudget {
  let left = capacity;
  return {
    spend() {
      if (left < 1) return false;
      left--;
      return true;
    },
    earn() {
      if (left < capacity) left++;
    },
  };
}
