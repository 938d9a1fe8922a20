import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events';

/**
 * Listens for the abort of a caller's signal. One signal may end any number of calls at once, which Node takes for a leak
 * from the eleventh listener on, and says so on stderr: it is told not to, unless the caller has set a limit.
 *
 * @param signal - the caller's.
 * @param listener - called once; to be removed by the caller of this function when its work is over.
 */
export function listenForAbort(signal: AbortSignal, listener: () => void): void {
  try {
    if (getMaxListeners(signal) === defaultMaxListeners) setMaxListeners(0, signal);
  } catch {
    // A signal of another realm or a polyfill: Node does not count its listeners.
  }
  signal.addEventListener('abort', listener, { once: true });
}
