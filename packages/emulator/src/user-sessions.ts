import type { EmulatorClock } from './emulator-clock.ts';
import type { IssuedTokens } from './issued-tokens.ts';
import type { PlatformUser, UserTokens } from './platform-users.ts';
import { randomHex } from './random-credential.ts';

/** A user's session with one app: its access and refresh tokens die with it. */
export interface UserSession {
  readonly sessionId: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly user: PlatformUser;
}

/** The sessions of all users. */
export interface UserSessions {
  /** Starts a session and issues its first tokens. */
  start(session: Omit<UserSession, 'sessionId'>): UserTokens & { readonly session: UserSession };
  /** Exchanges a refresh token for new tokens; undefined if it is unknown, expired, used up, or another app's. */
  refresh(refreshToken: string, app: { readonly accountId: string; readonly clientId: string }): UserTokens | undefined;
  /** Finds the session of a refresh token, used up or not. */
  findByRefreshToken(refreshToken: string): UserSession | undefined;
  end(sessionId: string): void;
  /** Ends every session of a user: single sign-out. */
  endAllOf(accountId: string, userId: string): void;
  clear(): void;
}

/** Settings of {@link createUserSessions}. */
export interface UserSessionOptions {
  readonly clock: EmulatorClock;
  readonly tokens: IssuedTokens;
  readonly userTokenLifetimeSeconds: number;
  readonly refreshTokenLifetimeSeconds: number;
  /** How long a refresh token that was used stays valid. */
  readonly refreshGraceSeconds: number;
}

interface RefreshToken {
  readonly sessionId: string;
  expiresAtMs: number;
}

/** LivePerson's samples of refresh tokens have 144 hex digits and more. */
const REFRESH_TOKEN_DIGITS = 144;

/** Creates the register of sessions. */
export function createUserSessions(options: UserSessionOptions): UserSessions {
  const { clock, tokens } = options;
  const sessions = new Map<string, UserSession>();
  const refreshTokens = new Map<string, RefreshToken>();
  const issue = ({ accountId, clientId, user, sessionId }: UserSession): UserTokens => {
    const lifetimeSeconds = options.userTokenLifetimeSeconds;
    const { token } = tokens.issueUserToken({ accountId, clientId, userId: user.userId, sessionId, lifetimeSeconds });
    const refreshToken = randomHex(REFRESH_TOKEN_DIGITS);
    refreshTokens.set(refreshToken, {
      sessionId,
      expiresAtMs: clock.now() + options.refreshTokenLifetimeSeconds * 1000,
    });
    return { accessToken: token, refreshToken };
  };
  const end = (sessionId: string): void => {
    sessions.delete(sessionId);
    tokens.revoke({ sessionId });
    for (const [text, token] of refreshTokens) if (token.sessionId === sessionId) refreshTokens.delete(text);
  };
  return {
    start: (parts) => {
      const session: UserSession = { ...parts, sessionId: randomHex(32) };
      sessions.set(session.sessionId, session);
      return { ...issue(session), session };
    },
    refresh: (text, { accountId, clientId }) => {
      const used = refreshTokens.get(text);
      const session = sessions.get(used?.sessionId ?? '');
      if (used === undefined || session === undefined || used.expiresAtMs <= clock.now()) return undefined;
      if (session.accountId !== accountId || session.clientId !== clientId) return undefined;
      used.expiresAtMs = Math.min(used.expiresAtMs, clock.now() + options.refreshGraceSeconds * 1000);
      return issue(session);
    },
    findByRefreshToken: (text) => sessions.get(refreshTokens.get(text)?.sessionId ?? ''),
    end,
    endAllOf: (accountId, userId) => {
      for (const session of sessions.values()) {
        if (session.accountId === accountId && session.user.userId === userId) end(session.sessionId);
      }
    },
    clear: () => {
      sessions.clear();
      refreshTokens.clear();
    },
  };
}
