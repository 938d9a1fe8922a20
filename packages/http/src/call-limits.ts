import { TransportError, type TransportWait } from '@lp-functions/errors';
import { listenForAbort } from './abort-listener.ts';
import type { Clock } from './clock.ts';
import type { CoarseTimer } from './coarse-timer.ts';
import { whileWaiting } from './call-wait.ts';
import { aborted, transportClosed } from './transport-failure.ts';

/** What ends one call early: its deadline and its caller's signal. */
export interface CallLimits {
  /** The caller's signal, if it gave one. */
  readonly signal?: AbortSignal | undefined;
  /** End of the whole call on `clock.monotonicNow()`, in milliseconds. */
  readonly deadlineAtMs: number;
}

/** What limits are watched with. */
export interface Timekeeping {
  readonly clock: Clock;
  readonly timer: CoarseTimer;
  /** True once the client is closed, which ends whatever the timer watches. */
  readonly closed?: (() => boolean) | undefined;
}

/** The whole call, with discovery, token, attempts and waits. */
export const DEFAULT_DEADLINE_MS = 120_000;

/** What has ended the call already, if anything has. */
export function limitReached(
  { signal, deadlineAtMs }: CallLimits,
  clock: Clock,
  waitingFor?: TransportWait,
): TransportError | undefined {
  if (signal?.aborted === true) return aborted(signal, undefined, waitingFor);
  return clock.monotonicNow() >= deadlineAtMs ? deadlineBeforeSending(waitingFor) : undefined;
}

/** The error for a call whose deadline has passed before anything of it was sent. */
export function deadlineBeforeSending(waitingFor?: TransportWait): TransportError {
  return new TransportError(`the deadline of the call passed${whileWaiting(waitingFor)} before its request was sent`, {
    code: 'DEADLINE_EXCEEDED',
    phase: 'connect',
    requestSent: 'no',
    waitingFor,
    retryable: true,
  });
}

/**
 * Waits for work that several calls may share, but no longer than this call may take. The work itself goes on: it belongs
 * to nobody's deadline.
 *
 * @param work - the shared work.
 * @param limits - this call's.
 * @param timing - the clock, and the timer that watches the deadline and the end of the client.
 * @param describe - makes the error out of what the work rejects with.
 * @param waitingFor - what the work gives, for the error.
 * @throws {@link TransportError} ABORTED, DEADLINE_EXCEEDED, CLOSED, or what the work rejects with.
 */
export function withinLimits<T>(
  work: Promise<T>,
  limits: CallLimits,
  { clock, timer, closed }: Timekeeping,
  describe: (error: unknown) => Error = (error) => error as Error,
  waitingFor?: TransportWait,
): Promise<T> {
  const { signal, deadlineAtMs } = limits;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      settle();
      reject(aborted(signal, undefined, waitingFor));
    };
    const timeout = timer.schedule(deadlineAtMs, () => {
      settle();
      reject(closed?.() === true ? transportClosed() : deadlineBeforeSending(waitingFor));
    });
    const settle = (): void => {
      timeout.cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    // Whoever implements an Authorizer in JavaScript may return a plain value.
    Promise.resolve(work).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(describe(error));
      },
    );
    // Nothing ends a wait that begins after the client was closed.
    const reached = closed?.() === true ? transportClosed() : limitReached(limits, clock, waitingFor);
    if (reached !== undefined) {
      settle();
      reject(reached);
    } else if (signal !== undefined) listenForAbort(signal, onAbort);
  });
}
