import { isSentinelOAuthError, type SentinelOAuthError } from '@lp-functions/client';
import type { LoginCallback, PendingLogin, SentinelClient } from '@lp-functions/sentinel-oauth';

/** A login that this browser was sent to Sentinel for. Kept in its session, and nowhere else. */
export interface BegunLogin extends PendingLogin {
  /** Where the user wanted to go. */
  readonly returnTo: string;
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
}

/** What a browser that came back proves to have. */
export interface MatchedLogin {
  readonly begun: BegunLogin;
  /** The code, or what Sentinel said instead. */
  readonly answer: LoginCallback | SentinelOAuthError;
}

/** Sentinel forgets a login after about ten minutes. */
const LIFETIME_MS = 10 * 60_000;
/** As many as somebody has tabs open, but no session grows without end. */
const MOST = 5;

/** Adds a login, and drops those that are too old or too many. */
export function withLogin(pending: readonly BegunLogin[], begun: BegunLogin): readonly BegunLogin[] {
  return [...pending.filter(({ beganAtMs }) => begun.beganAtMs - beganAtMs < LIFETIME_MS), begun].slice(-MOST);
}

/** Takes a login out: each can be finished once. */
export function withoutLogin(pending: readonly BegunLogin[], { state }: BegunLogin): readonly BegunLogin[] {
  return pending.filter((login) => login.state !== state);
}

/**
 * Finds the login that an address answers, by its `state`.
 *
 * @param callback - path and query that the browser came back to.
 * @returns `undefined` if this browser began no such login, or has finished it. All its logins stay pending then: anybody can
 *   make a browser open such an address.
 * @throws {@link SentinelOAuthError} CALLBACK_INVALID. All logins stay pending.
 */
export function matchLogin(
  sentinel: Pick<SentinelClient, 'parseCallback'>,
  callback: string,
  pending: readonly BegunLogin[],
  nowMs: number,
): MatchedLogin | undefined {
  for (const begun of pending.filter(({ beganAtMs }) => nowMs - beganAtMs < LIFETIME_MS)) {
    try {
      return { begun, answer: sentinel.parseCallback(callback, begun) };
    } catch (error) {
      if (!isSentinelOAuthError(error) || error.code === 'CALLBACK_INVALID') throw error;
      if (error.code === 'LOGIN_REFUSED') return { begun, answer: error };
      // STATE_MISMATCH: it may answer the login of another tab.
    }
  }
  return undefined;
}
