import type { Request, RequestHandler } from 'express';
import session, { type SessionData, type Store } from 'express-session';
import type { Settings } from '../settings.ts';
import type { BegunLogin } from './pending-logins.ts';

/** A user who has logged in. No token is in the session: they are in the token store, under `id`. */
export interface Login {
  /** Names this login in the token store. One user may be logged in with several browsers, each with tokens of its own. */
  readonly id: string;
  /** What the ID token says, after it was verified. */
  readonly user: {
    readonly id: string;
    readonly isAdministrator: boolean;
    readonly isLivePersonStaff: boolean;
  };
  /** False if Sentinel publishes no key for the ID token's signature: it is believed, since Sentinel itself sent it. */
  readonly signatureVerified: boolean;
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
}

declare module 'express-session' {
  interface SessionData {
    pendingLogins?: readonly BegunLogin[];
    login?: Login;
  }
}

/** The cookie, and the session behind it. A visitor who does not log in gets none. */
export function sessions({ publicUrl, sessionSecrets }: Settings, store: Store): RequestHandler {
  const secure = publicUrl.startsWith('https:');
  return session({
    // With the prefix, a browser takes the cookie from this very host only, over TLS only (RFC 6265bis section 4.1.3).
    name: secure ? '__Host-session' : 'session',
    secret: [...sessionSecrets],
    store,
    resave: false,
    saveUninitialized: false,
    cookie: {
      path: '/',
      httpOnly: true,
      secure,
      // Not strict: a browser that comes back from Sentinel has to bring it.
      sameSite: 'lax',
    },
  });
}

/** Who is logged in. There is no session at all where a request failed before its session was read. */
export function currentLogin(request: Request): Login | undefined {
  return (request.session as Partial<SessionData> | undefined)?.login;
}

/** Writes the session before the answer leaves: the browser's next request may go to another process. */
export function saveSession({ session: current }: Request): Promise<void> {
  return settled((done) => current.save(done));
}

/**
 * Gives the browser a new session with a new id. What is known of a user never goes into a session that began before the
 * login: somebody else may have planted its cookie.
 */
export function renewSession({ session: current }: Request): Promise<void> {
  return settled((done) => current.regenerate(done));
}

function settled(work: (done: (error: Error | null | undefined) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => (error instanceof Error ? reject(error) : resolve()));
  });
}
