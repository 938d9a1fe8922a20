import { listenForAbort } from './abort-listener.ts';
import type { Clock } from './clock.ts';

/** How a wait ended: its time passed, its caller's signal was aborted, or the client was closed. */
export type WaitEnd = 'passed' | 'aborted' | 'closed';

/** The waits of one client, which end when it is closed. */
export interface ClosableWaits {
  readonly closed: boolean;
  /** Aborted by {@link ClosableWaits.close}. */
  readonly closing: AbortSignal;
  /** Waits so many milliseconds. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<WaitEnd>;
  /** Ends all waits, and every further one at once. */
  close(): void;
}

/**
 * Waits that can be ended together.
 *
 * @param clock - on which to wait.
 */
export function createClosableWaits(clock: Clock): ClosableWaits {
  const underWay = new Set<(end: WaitEnd) => void>();
  const closing = new AbortController();
  return {
    get closed() {
      return closing.signal.aborted;
    },
    closing: closing.signal,
    async wait(ms, signal) {
      if (closing.signal.aborted) return 'closed';
      if (signal?.aborted === true) return 'aborted';
      const ending = new AbortController();
      const endWith = (end: WaitEnd): void => {
        ending.abort(end);
      };
      const onAbort = (): void => {
        endWith('aborted');
      };
      if (signal !== undefined) listenForAbort(signal, onAbort);
      underWay.add(endWith);
      try {
        await clock.sleep(ms, ending.signal);
        return 'passed';
      } catch (error) {
        if (!ending.signal.aborted) throw error;
        return ending.signal.reason as WaitEnd;
      } finally {
        underWay.delete(endWith);
        signal?.removeEventListener('abort', onAbort);
      }
    },
    close() {
      closing.abort();
      for (const endWith of underWay) endWith('closed');
    },
  };
}
