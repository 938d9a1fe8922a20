import { isFaaSError, isTransportError, type TransportWait } from '@lp-functions/errors';
import { createAttempt } from './call-attempt.ts';
import { endedBeforeSending, inContext, scrubberOf } from './call-failure.ts';
import { type CallLimits, DEFAULT_DEADLINE_MS, withinLimits } from './call-limits.ts';
import { beginProgress, type CallProgress, mayHaveRun, type Outcome } from './call-progress.ts';
import { type AttemptEvent, emitEvent, type EventListener } from './client-event.ts';
import { PACED_RETRIES } from './call-pace.ts';
import { type Clock, systemClock } from './clock.ts';
import { createClosableWaits } from './closable-waits.ts';
import { createCoarseTimer } from './coarse-timer.ts';
import { eventChannel } from './event-channel.ts';
import { createGotTransport } from './got-transport.ts';
import type { HostPolicy } from './host-policy.ts';
import { completeHostPolicy, type HostPolicyOptions } from './host-policy-options.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';
import type { HttpTransport } from './http-transport.ts';
import { type Logger, quietLogger } from './logger.ts';
import { anything, callable, checkOptions, duration, withMethods } from './option-check.ts';
import { createRetryBudget } from './retry-budget.ts';
import { repeatRounds, type Round } from './retry-loop.ts';
import { retryNumbers, withNumbers } from './retry-options.ts';
import { decideRepeat, type RetryNumbers, type RetryOptions } from './retry-policy.ts';
import { aborted, transportClosed } from './transport-failure.ts';
import { guardTransport } from './transport-guard.ts';

/** Options of {@link createHttpClient}. */
export interface HttpClientOptions {
  /** Sends the requests. Default: {@link createGotTransport}. A given one is not closed by this client. */
  readonly transport?: HttpTransport | undefined;
  /** Numbers of the retry policy. */
  readonly retry?: RetryOptions | undefined;
  /** Limit of one attempt in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Where time comes from. */
  readonly clock?: Clock | undefined;
  /** Told of every attempt (debug) and repeat (info). */
  readonly logger?: Logger | undefined;
  /** Which hosts may receive credentials. */
  readonly hostPolicy?: HostPolicyOptions | undefined;
  /** Told of every attempt. */
  readonly onEvent?: EventListener | undefined;
  /** Randomness of the back-off, from 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Sends calls by the retry policy, within their limits, and describes what fails. */
export interface HttpClient {
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly hostPolicy: HostPolicy;
  readonly onEvent: EventListener | undefined;
  /** Aborted when this client is closed: what goes on between calls ends with it. */
  readonly closing: AbortSignal;
  /**
   * Sends one call.
   *
   * @throws {@link TransportError} when no answer came, it was a redirect, or the call was ended.
   * @throws {@link SentinelOAuthError} when the authorizer has no credential to give.
   */
  request(call: HttpCall): Promise<HttpAnswer>;
  /** The limits of a call that begins now. `deadlineMs` defaults to 120,000. */
  limits(call?: { readonly signal?: AbortSignal | undefined; readonly deadlineMs?: number | undefined }): CallLimits;
  /**
   * Waits for shared work, but no longer than the limits allow; the work goes on.
   *
   * @param context - of the call that waits, for the error if its limits end it.
   * @param waitingFor - what the work gives, for the same error.
   * @throws {@link TransportError} ABORTED, DEADLINE_EXCEEDED, CLOSED, or what the work rejects with.
   */
  within<T>(
    work: Promise<T>,
    limits: CallLimits,
    context?: HttpCall['context'],
    waitingFor?: TransportWait,
  ): Promise<T>;
  /** Ends calls that wait for something, refuses further ones, and closes the transport, if this client made it. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Makes a client for one kind of traffic.
 *
 * @param options - transport, policy and what is injected.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  checkOptions(
    options,
    {
      transport: withMethods('send', 'close'),
      retry: anything,
      timeoutMs: duration,
      clock: withMethods('now', 'monotonicNow', 'sleep'),
      logger: withMethods('debug', 'info', 'warn', 'error'),
      hostPolicy: anything,
      onEvent: callable,
      random: callable,
    },
    'createHttpClient',
  );
  const { onEvent, random = Math.random, clock = systemClock } = options;
  const logger = options.logger === undefined ? undefined : quietLogger(options.logger);
  const hostPolicy = completeHostPolicy(options.hostPolicy);
  const numbers = retryNumbers(options.retry);
  const budget = createRetryBudget(numbers.budget);
  const timer = createCoarseTimer(() => clock.monotonicNow());
  const waits = createClosableWaits(clock);
  const timing = { clock, timer, closed: () => waits.closed };
  const transport = guardTransport(options.transport ?? createGotTransport(), timing);
  const toldOf = onEvent !== undefined || logger !== undefined;
  const watched = (): boolean => toldOf || eventChannel.hasSubscribers;
  const attempt = createAttempt({
    ...timing,
    transport,
    defaultTimeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    onRenewal(call, progress, outcome) {
      if (watched()) report(call, progress, outcome, 0);
    },
  });

  function limits(call: Parameters<HttpClient['limits']>[0] = {}): CallLimits {
    return { signal: call.signal, deadlineAtMs: clock.monotonicNow() + (call.deadlineMs ?? DEFAULT_DEADLINE_MS) };
  }

  async function request(call: HttpCall): Promise<HttpAnswer> {
    const progress = beginProgress(call.limits ?? limits());
    if (waits.closed) throw inContext(transportClosed(), call, progress);
    const first = await makeRound(call, progress);
    const outcome = first.repeatInMs === undefined ? first.result : await makeFurtherRounds(first, call, progress);
    if (outcome.error !== undefined) throw inContext(outcome.error, call, progress);
    const { status, statusText, headers, text } = outcome.response;
    return {
      status,
      statusText,
      headers,
      text,
      attempts: progress.attempts,
      earlierMayHaveRun: progress.earlierMayHaveRun,
      retryAfterMs: outcome.retryAfterMs,
      scrub: (dirty) => scrubberOf(call, progress)(dirty),
    };
  }

  function makeFurtherRounds(first: Round<Outcome>, call: HttpCall, progress: CallProgress): Promise<Outcome> {
    const { signal } = progress.limits;
    return repeatRounds(
      first,
      async (ms) => {
        let pauseMs = ms;
        do {
          const end = await waits.wait(pauseMs, signal);
          if (end !== 'passed') return { error: end === 'aborted' ? aborted(signal) : transportClosed() };
          pauseMs = call.pace?.delayMs() ?? 0;
        } while (pauseMs > 0);
        return undefined;
      },
      () => makeRound(call, progress),
    );
  }

  async function makeRound(call: HttpCall, progress: CallProgress): Promise<Round<Outcome>> {
    let outcome: Outcome;
    try {
      outcome = await attempt(call, progress);
    } catch (error) {
      // Ended by the call's own limits, not by the token request behind the authorizer.
      if (isTransportError(error) && error.operation === undefined) {
        return { result: { error }, repeatInMs: undefined };
      }
      // No credential for a repeat: what came of the attempts before is the truth about the call.
      if (progress.uncertain === undefined || !isFaaSError(error)) throw error;
      return { result: progress.uncertain, repeatInMs: undefined };
    }
    const status = outcome.response?.status;
    if (outcome.error === undefined) call.pace?.answered(outcome.status, outcome.retryAfterMs);
    const paced = call.pace !== undefined && status === 429;
    let decision = decideRepeat({
      rule: call.rule,
      idempotent: call.idempotent ?? false,
      outcome,
      repeats: progress.repeats,
      remainingMs: progress.limits.deadlineAtMs - clock.monotonicNow(),
      numbers: numbersOf(call, paced),
      random,
    });
    if (decision.repeat && !paced && !budget.spend()) decision = { repeat: false };
    if (status !== undefined && tellsOfHealth(status)) budget.earn();
    progress.earlierMayHaveRun = progress.uncertain !== undefined;
    if (mayHaveRun(outcome, call.rule)) progress.uncertain = outcome;
    if (watched()) report(call, progress, outcome, decision.repeat ? decision.waitMs : undefined);
    if (!decision.repeat) return { result: outcome, repeatInMs: undefined };
    progress.repeats++;
    return { result: outcome, repeatInMs: decision.waitMs };
  }

  function numbersOf({ retry }: HttpCall, paced: boolean): RetryNumbers {
    const own = retry === undefined ? numbers : withNumbers(numbers, retry);
    return paced ? { ...own, maxRetries: retry?.maxRetries ?? PACED_RETRIES } : own;
  }

  function report(call: HttpCall, progress: CallProgress, outcome: Outcome, repeatInMs: number | undefined): void {
    const { operation, accountId, target, requestId } = call.context;
    const event: AttemptEvent = {
      type: 'attempt',
      operation,
      accountId,
      target,
      requestId,
      attempt: progress.attempts,
      origin: new URL(call.url).origin,
      status: outcome.response?.status,
      errorCode: outcome.error?.code,
      durationMs: clock.monotonicNow() - progress.attemptStartedAtMs,
      repeatInMs,
    };
    emitEvent(onEvent, event, logger);
    const { type: _type, ...fields } = event;
    if (repeatInMs === undefined) logger?.debug(`${operation}: attempt ${String(event.attempt)} done`, fields);
    else logger?.info(`${operation}: attempt ${String(event.attempt)} will be repeated`, fields);
  }

  return {
    clock,
    logger,
    hostPolicy,
    onEvent,
    closing: waits.closing,
    request,
    limits,
    async within(work, callLimits, context, waitingFor) {
      try {
        return await withinLimits(work, callLimits, timing, undefined, waitingFor);
      } catch (error) {
        throw context === undefined ? error : endedBeforeSending(error, context);
      }
    },
    close() {
      waits.close();
      timer.expireAll();
      return options.transport === undefined ? transport.close() : Promise.resolve();
    },
  };
}

/** True for an answer that a platform in trouble does not give. A function that failed (901) is not its trouble. */
function tellsOfHealth(status: number): boolean {
  return status !== 429 && (status < 500 || status > 599);
}
