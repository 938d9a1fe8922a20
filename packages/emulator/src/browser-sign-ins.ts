import type { AuthorizationRequest } from './authorization-codes.ts';
import type { EmulatorClock } from './emulator-clock.ts';
import type { PlatformUser } from './platform-users.ts';
import { randomHex } from './random-credential.ts';

/** Who is signed in with which browser, and who is on the way to it. */
export interface BrowserSignIns {
  /** Remembers an authorization request while its user signs in. The id goes into a cookie and into the login page's address. */
  hold(request: AuthorizationRequest): string;
  held(id: string): AuthorizationRequest | undefined;
  /** Signs a browser in and returns the text of its cookie. */
  signIn(accountId: string, user: PlatformUser): string;
  find(accountId: string, cookie: string): PlatformUser | undefined;
  signOut(accountId: string, userId: string): void;
  clear(): void;
}

/** LivePerson's cookie for the state of an authorization lives ten minutes. */
export const HELD_SECONDS = 600;

/** Creates the register of browsers. */
export function createBrowserSignIns(clock: EmulatorClock): BrowserSignIns {
  const requests = new Map<string, { readonly request: AuthorizationRequest; readonly expiresAtMs: number }>();
  const browsers = new Map<string, { readonly accountId: string; readonly user: PlatformUser }>();
  return {
    hold: (request) => {
      for (const [id, { expiresAtMs }] of requests) if (expiresAtMs <= clock.now()) requests.delete(id);
      const id = randomHex(32);
      requests.set(id, { request, expiresAtMs: clock.now() + HELD_SECONDS * 1000 });
      return id;
    },
    held: (id) => {
      const found = requests.get(id);
      return found === undefined || found.expiresAtMs <= clock.now() ? undefined : found.request;
    },
    signIn: (accountId, user) => {
      const cookie = randomHex(64);
      browsers.set(cookie, { accountId, user });
      return cookie;
    },
    find: (accountId, cookie) => {
      const found = browsers.get(cookie);
      return found?.accountId === accountId ? found.user : undefined;
    },
    signOut: (accountId, userId) => {
      for (const [cookie, found] of browsers) {
        if (found.accountId === accountId && found.user.userId === userId) browsers.delete(cookie);
      }
    },
    clear: () => {
      requests.clear();
      browsers.clear();
    },
  };
}
