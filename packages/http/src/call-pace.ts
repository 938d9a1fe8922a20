/** Slows down calls that belong together: asked before each repeat, told what came of each attempt. */
export interface CallPace {
  /** How long until a request may be sent, in milliseconds. 0 takes the turn. */
  delayMs(): number;
  /**
   * Told of an attempt that was answered.
   *
   * @param retryAfterMs - what the answer asks for.
   */
  answered(status: number, retryAfterMs: number | undefined): void;
}

/** Repeats of one paced call after 429: all of them wait together, so that one may have to wait often. */
export const PACED_RETRIES = 10;
