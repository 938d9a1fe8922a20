import { timingSafeEqual } from 'node:crypto';
import { callbackUrl, redirectTo } from './authorize-endpoint.ts';
import type { Endpoint } from './emulated-platform.ts';
import type { PlatformUser, Users } from './platform-users.ts';
import { cookieOf, HELD_COOKIE, SIGN_IN_COOKIE } from './sentinel-cookies.ts';
import { loginPage, sentinelPage } from './sentinel-page.ts';

/** Sentinel: the login page, and what its forms send. A user who signs in goes back to the app at once; there is no consent page. */
export const login: Endpoint = ({ account, method, query, headers, body }, platform) => {
  const id = query.get('request') ?? '';
  const request = platform.signIns.held(id);
  // The address alone is not enough: it has to be the browser that asked.
  if (
    account === undefined ||
    request?.accountId !== account.accountId ||
    cookieOf(headers.cookie, HELD_COOKIE) !== id
  ) {
    return sentinelPage(
      400,
      'Nothing to sign in for',
      '<p>The request is unknown or too old. Start again from the application.</p>',
    );
  }
  const app = account.apps.find(request.clientId)?.installation;
  const page = {
    accountId: account.accountId,
    appName: app?.display_name ?? app?.client_name ?? request.clientId,
    loginNames: account.users.list().map(({ loginName }) => loginName),
  };
  if (method === 'GET') return loginPage(200, page);
  const user = identified(account.users, new URLSearchParams(body));
  if (user === undefined) return loginPage(401, { ...page, error: 'Login name or password is wrong.' });
  const cookie = `${SIGN_IN_COOKIE}=${platform.signIns.signIn(account.accountId, user)}; Path=/sentinel; HttpOnly; SameSite=Lax`;
  return redirectTo(callbackUrl(request, user, platform), { 'set-cookie': cookie });
};

function identified(users: Users, form: URLSearchParams): PlatformUser | undefined {
  const chosen = form.get('as');
  if (chosen !== null) return users.find(chosen);
  const user = users.find(form.get('loginName') ?? '');
  const [given, own] = [Buffer.from(form.get('password') ?? ''), Buffer.from(user?.password ?? '')];
  return given.length === own.length && timingSafeEqual(given, own) ? user : undefined;
}
