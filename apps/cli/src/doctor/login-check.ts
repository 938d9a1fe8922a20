import {
  type AskedAuthorization,
  authorizationRefusal,
  type AuthorizeFinding,
  checkAuthorization,
} from '../login/authorize-check.ts';
import { callbackAddress } from '../login/redirect-uri.ts';
import type { IdentitySettings } from '../settings/settings.ts';
import { type CheckResult, doubtful, failedWith, passed } from './check-result.ts';
import type { Examination } from './examination.ts';
import { pageInstead } from './witness-transport.ts';

/** Asks Sentinel whether a login that comes back to a redirect URI could begin. Nobody logs in. */
export async function checkLogin(
  examination: Examination,
  identity: IdentitySettings,
  redirectUri: string,
  signal: AbortSignal,
): Promise<CheckResult> {
  const tried = `asked Sentinel, without credentials, to begin a login that comes back to ${redirectUri}`;
  try {
    callbackAddress(redirectUri);
    const { url } = await examination.sentinelFor(identity).authorizationUrl({ redirectUri });
    const finding = await checkAuthorization(examination.plane.transport, url, redirectUri, signal);
    return judgeLogin(tried, finding, {
      accountId: identity.accountId,
      clientId: identity.clientId,
      redirectUri,
    });
  } catch (error) {
    return failedWith('login', tried, error, pageInstead(examination.control.sightings, undefined) ?? {});
  }
}

/** Judges what Sentinel said. A function of its arguments. */
function judgeLogin(tried: string, finding: AuthorizeFinding, asked: AskedAuthorization): CheckResult {
  const refusal = authorizationRefusal(finding, asked);
  if (refusal !== undefined) return failedWith('login', tried, refusal);
  if (finding.kind === 'unclear') {
    return doubtful(
      'login',
      tried,
      `HTTP ${String(finding.status)}, which says neither yes nor no`,
      'Try it: lpfn login.',
    );
  }
  return passed('login', tried, 'it would show its login page');
}
