import type { AppInstallationProblem } from './app-installation.ts';
import { INVOKE_SCOPE } from './installed-apps.ts';
import { isLoopbackHost } from './scripting/foreign-request.ts';

/** Addresses that browsers do not let a page send them to. */
const NEVER_GONE_TO = /^(?:javascript|data|vbscript|blob|about|file):$/;

/**
 * Finds what LivePerson's published schema takes, or is silent about, but what an app that calls functions would fail with.
 *
 * @param value - App Installation JSON, parsed; of any form
 * @returns one entry for each, in the form of the schema's own problems
 */
export function adviseOnAppInstallation(value: unknown): readonly AppInstallationProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  const grants = textsOf(fields['grant_types']);
  const responses = textsOf(fields['response_types']);
  const scopes = typeof fields['scope'] === 'string' ? fields['scope'].split(/\s+/) : [];
  const asUsers = grants.includes('authorization_code');
  const asItself = grants.includes('client_credentials');
  const advice: AppInstallationProblem[] = [];
  const advise = (path: string, message: string, when: boolean): void => {
    if (when) advice.push({ path, message });
  };
  advise(
    'grant_types',
    'without client_credentials or authorization_code the app gets no token',
    !asUsers && !asItself,
  );
  advise(
    'grant_types',
    'without refresh_token a login ends with its first access token, after about 8 hours',
    asUsers && !grants.includes('refresh_token'),
  );
  advise('response_types', 'a login needs the response type code', asUsers && !responses.includes('code'));
  advise('scope', `without ${INVOKE_SCOPE} the app may invoke no function`, !scopes.includes(INVOKE_SCOPE));
  for (const [at, uri] of textsOf(fields['redirect_uris']).entries()) {
    const problem = problemOfRedirectUri(uri);
    if (problem !== undefined) advise(`redirect_uris[${String(at)}]`, problem, true);
  }
  return advice;
}

/** Redirect URIs are compared to the letter, and codes travel to them. */
function problemOfRedirectUri(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { protocol, hostname } = new URL(uri);
  if (NEVER_GONE_TO.test(protocol)) return `no browser goes to a ${protocol} address after a login`;
  if (uri.includes('#'))
    return 'a redirect URI has no fragment (#): logins that name it are refused (RFC 6749 section 3.1.2)';
  if (uri.includes('*')) return 'there are no wildcards: a login has to name it to the letter';
  if (protocol === 'http:' && !isLoopbackHost(hostname))
    return 'plain http beyond this machine lets others read the code: use https';
  return undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
