import { authenticateClient } from './client-authentication.ts';
import type { Endpoint } from './emulated-platform.ts';
import { NO_STORE, oauthError } from './oauth-error.ts';
import { jsonReply } from './reply.ts';

/**
 * Sentinel's client-credentials grant, in its three spellings. The unversioned path answers exactly `access_token` and
 * `token_type`, since LivePerson's Java client refuses any other field; the `/api/v2/` path adds `expires_in` as a string,
 * since LivePerson's toolbelt refuses a number.
 */
export const appToken: Endpoint = async (call, platform) => {
  const client = authenticateClient(call, platform, true);
  if ('refusal' in client) return client.refusal;
  const { app, parameters } = client;
  const grantType = parameters.get('grant_type') ?? '';
  if (grantType === '') return oauthError(400, 'invalid_request', 'The parameter grant_type is missing.');
  if (grantType !== 'client_credentials')
    return oauthError(400, 'unsupported_grant_type', 'This endpoint knows client_credentials only.');
  if (app.installation.grant_types?.includes('client_credentials') === false) {
    return oauthError(400, 'unauthorized_client', 'The app was not installed with client_credentials.');
  }
  const installed = scopesOf(app.installation.scope);
  const wanted = scopesOf(parameters.get('scope'));
  if (wanted.some((scope) => !installed.includes(scope))) {
    return oauthError(400, 'invalid_scope', 'The app was not installed with that scope.');
  }
  const { options } = platform;
  const { token } = await platform.tokens.issueAppToken({
    accountId: call.route.accountId ?? '',
    clientId: app.clientId,
    scope: (wanted.length === 0 ? installed : wanted).join(' '),
    lifetimeSeconds: options.appTokenLifetimeSeconds,
    format: options.appTokenFormat,
    issuer: options.appTokenIssuer,
  });
  const answer = { access_token: token, token_type: 'Bearer' };
  const lifetime = { expires_in: String(options.appTokenLifetimeSeconds) };
  return jsonReply(200, call.route.versionedPath === true ? { ...answer, ...lifetime } : answer, NO_STORE);
};

function scopesOf(scope: string | null | undefined): readonly string[] {
  return (scope ?? '').split(/\s+/).filter((entry) => entry !== '');
}
