import { eventChannel } from './event-channel.ts';
import { type Logger, quietLogger } from './logger.ts';
import { safeCause } from './safe-cause.ts';

/** One request of a call was sent and answered, or failed. */
export interface AttemptEvent {
  readonly type: 'attempt';
  /** Name of the operation, as the method is called. */
  readonly operation: string;
  readonly accountId?: string | undefined;
  readonly target?: string | undefined;
  readonly requestId?: string | undefined;
  /** 1 for the first request of the call. */
  readonly attempt: number;
  /** Origin that was spoken to, without path or query. */
  readonly origin: string;
  /** HTTP status, if an answer came. */
  readonly status?: number | undefined;
  /** Code of the transport error, if none came. */
  readonly errorCode?: string | undefined;
  /** From sending to the whole answer, in milliseconds. */
  readonly durationMs: number;
  /** How long the call waits before it is repeated, in milliseconds; absent if it is not repeated. */
  readonly repeatInMs?: number | undefined;
}

/** A token was obtained or renewed. */
export interface TokenRenewedEvent {
  readonly type: 'token-renewed';
  readonly accountId?: string | undefined;
  /** How long the new token lives, in milliseconds. */
  readonly lifetimeMs: number;
}

/** A token could not be renewed. Callers notice only if the old one has run out. */
export interface TokenRenewalFailedEvent {
  readonly type: 'token-renewal-failed';
  readonly accountId?: string | undefined;
  /** Code of the error. */
  readonly errorCode: string;
  /** `error` of Sentinel's refusal, if it was one: `invalid_client` says that the app's own credentials are wrong. */
  readonly oauthError?: string | undefined;
  /** True while the old token still lives, so that nobody is hurt yet. */
  readonly oldTokenLives: boolean;
}

/** Sentinel refused a user's refresh token: it was used up, revoked, or has expired. It is never sent again. */
export interface RefreshTokenRejectedEvent {
  readonly type: 'refresh-token-rejected';
  readonly accountId?: string | undefined;
  /** Client id of the app. */
  readonly target?: string | undefined;
  /** The user, as named to `userTokens`. */
  readonly subject?: string | undefined;
  /** `error` of the refusal, for example `invalid_grant`. */
  readonly oauthError?: string | undefined;
}

/**
 * A user has to log in again. Told once by whoever found out, not by everyone who shares the tokens; all of them get the
 * error `LOGIN_REQUIRED`.
 */
export interface LoginRequiredEvent {
  readonly type: 'login-required';
  readonly accountId?: string | undefined;
  /** Client id of the app. */
  readonly target?: string | undefined;
  /** The user, as named to `userTokens`. */
  readonly subject?: string | undefined;
}

/** The Domain API could not be asked, and the last list it gave goes on being used. */
export interface DiscoveryStaleEvent {
  readonly type: 'discovery-stale';
  readonly accountId: string;
  /** Age of the list in use, in milliseconds. */
  readonly ageMs: number;
  /** Code of the error. */
  readonly errorCode: string;
}

/** What `onEvent` and the diagnostics channel are told. New kinds may be added: ignore what you do not know. */
export type ClientEvent =
  | AttemptEvent
  | TokenRenewedEvent
  | TokenRenewalFailedEvent
  | RefreshTokenRejectedEvent
  | LoginRequiredEvent
  | DiscoveryStaleEvent;

/** Receives events. What it throws or rejects with is logged and changes nothing. */
export type EventListener = (event: ClientEvent) => unknown;

/**
 * Hands an event on, and publishes it on the diagnostics channel `lp-functions:event`. A listener that throws or rejects is reported to the logger and otherwise ignored.
 *
 * @param listener - whom to tell, if anybody.
 * @param event - what happened.
 * @param logger - told of a listener that fails.
 */
export function emitEvent(listener: EventListener | undefined, event: ClientEvent, logger?: Logger): void {
  if (eventChannel.hasSubscribers) eventChannel.publish(event);
  if (listener === undefined) return;
  const report = (error: unknown): void => {
    if (logger === undefined) return;
    quietLogger(logger).warn('an onEvent listener failed', { event: event.type, error: safeCause(error).message });
  };
  try {
    const answer = listener(event);
    // Any thenable: a promise of another realm is no `instanceof Promise` here.
    if (typeof answer === 'object' && answer !== null && 'then' in answer) Promise.resolve(answer).catch(report);
  } catch (error) {
    report(error);
  }
}
