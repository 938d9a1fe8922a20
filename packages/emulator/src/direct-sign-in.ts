import { callbackUrl, checkAuthorization } from './authorize-endpoint.ts';
import type { EmulatedPlatform } from './emulated-platform.ts';
import { EmulatorError } from './emulator-error.ts';
import { routeOf } from './service-route.ts';

/** Grants an authorization request without a browser, for test suites. */
export function signInAt(authorizationUrl: string, loginName: string | undefined, platform: EmulatedPlatform): string {
  if (!URL.canParse(authorizationUrl)) {
    throw new EmulatorError(
      'AUTHORIZATION_REFUSED',
      'The address of the authorization request is not an absolute URL.',
    );
  }
  const { pathname, searchParams } = new URL(authorizationUrl);
  const route = routeOf(pathname);
  if (route.operation !== 'authorize') {
    throw new EmulatorError('AUTHORIZATION_REFUSED', `${pathname} is not the path of an authorization request.`);
  }
  const checked = checkAuthorization(platform.accounts.find(route.accountId), searchParams);
  if ('refusal' in checked) {
    const { location } = checked.refusal.headers;
    if (location !== undefined) return location;
    const title = /<title>([^<]*)/.exec(checked.refusal.body)?.[1] ?? '';
    throw new EmulatorError('AUTHORIZATION_REFUSED', `Sentinel refuses the request: ${title}.`);
  }
  const { users } = checked.account;
  const user = loginName === undefined ? users.default : users.find(loginName);
  if (user === undefined) throw new EmulatorError('UNKNOWN_USER', `There is no user ${String(loginName)}.`);
  return callbackUrl(checked.request, user, platform);
}
