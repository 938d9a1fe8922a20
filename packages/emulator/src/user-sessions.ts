import type { EmulatorClock } from './emulator-clock.ts';
import type { IssuedTokens } from './issued-tokens.ts';
import type { PlatformUser, UserTokens } from './platform-users.ts';
import { randomHex } from './random-credential.ts';

/** A user's session with one app: the access tokens that come from it die with it. */
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
  clear(): void;
}

/** LivePerson's samples of refresh tokens have 144 hex digits and more. */
const REFRESH_TOKEN_DIGITS = 144;

/** Creates the register of sessions. */
export function createUserSessions(options: {
  readonly clock: EmulatorClock;
  readonly tokens: IssuedTokens;
  readonly accessTokenLifetimeSeconds: number;
}): UserSessions {
  const sessions = new Map<string, UserSession>();
  return {
    start: (parts) => {
      const session: UserSession = { ...parts, sessionId: randomHex(32) };
      sessions.set(session.sessionId, session);
      const { accountId, clientId, user, sessionId } = session;
      const { token } = options.tokens.issueUserToken({
        accountId,
        clientId,
        userId: user.userId,
        sessionId,
        lifetimeSeconds: options.accessTokenLifetimeSeconds,
      });
      return { accessToken: token, refreshToken: randomHex(REFRESH_TOKEN_DIGITS), session };
    },
    clear: () => {
      sessions.clear();
    },
  };
}
