import { fitsChallenge, type AuthorizationGrant } from './authorization-codes.ts';
import { authenticateClient } from './client-authentication.ts';
import type { Endpoint, EmulatedPlatform } from './emulated-platform.ts';
import { signIdToken } from './id-token.ts';
import type { InstalledApp } from './installed-apps.ts';
import { NO_STORE, oauthError } from './oauth-error.ts';
import { jsonReply, type Reply } from './reply.ts';

/** Sentinel: exchanges an authorization code or a refresh token. Every `v` is answered alike. */
export const token: Endpoint = (call, platform) => {
  const client = authenticateClient(call, platform, false);
  if ('refusal' in client) return client.refusal;
  const { app, parameters } = client;
  const accountId = call.route.accountId ?? '';
  switch (parameters.get('grant_type') ?? '') {
    case '':
      return oauthError(400, 'invalid_request', 'The parameter grant_type is missing.');
    case 'authorization_code':
      return exchangeCode(accountId, app, parameters, platform);
    case 'refresh_token':
      return refresh(accountId, app, parameters, platform);
    default:
      return oauthError(400, 'unsupported_grant_type', 'This endpoint knows authorization_code and refresh_token.');
  }
};

async function exchangeCode(
  accountId: string,
  app: InstalledApp,
  parameters: URLSearchParams,
  platform: EmulatedPlatform,
): Promise<Reply> {
  const code = parameters.get('code') ?? '';
  if (code === '') return oauthError(400, 'invalid_request', 'The parameter code is missing.');
  const redeemed = platform.codes.redeem(code);
  if (redeemed === undefined) return oauthError(400, 'invalid_grant', 'The code is unknown or has expired.');
  const { grant, replayed } = redeemed;
  if (replayed) return refuseReplay(grant, platform);
  const problem = mismatch(accountId, app, parameters, grant);
  if (problem !== undefined) return oauthError(400, 'invalid_grant', problem);

  const { session, accessToken, refreshToken } = platform.sessions.start({
    accountId,
    clientId: app.clientId,
    user: grant.user,
  });
  grant.sessionId = session.sessionId;
  const idToken = await signIdToken(session, grant.request.nonce, platform);
  const answer = { access_token: accessToken, token_type: 'Bearer', refresh_token: refreshToken, id_token: idToken };
  return jsonReply(200, { ...answer, ...expiresIn(platform) }, NO_STORE);
}

/** Someone has a code that is not theirs alone: what came of it is withdrawn (RFC 6749 section 4.1.2). */
function refuseReplay(grant: AuthorizationGrant, { sessions, options }: EmulatedPlatform): Reply {
  if (grant.sessionId !== undefined) sessions.end(grant.sessionId);
  const { replayedCodeError } = options;
  const status = replayedCodeError === 'invalid_client' ? options.invalidClientStatus : 400;
  return oauthError(status, replayedCodeError, 'The code was used before.');
}

function mismatch(
  accountId: string,
  app: InstalledApp,
  parameters: URLSearchParams,
  { request }: AuthorizationGrant,
): string | undefined {
  if (request.accountId !== accountId || request.clientId !== app.clientId) return 'The code belongs to another app.';
  const redirectUri = parameters.get('redirect_uri');
  if (redirectUri === null ? request.redirectUriWasSent : redirectUri !== request.redirectUri) {
    return 'The redirect URI is not that of the authorization request.';
  }
  if (request.challenge !== undefined && !fitsChallenge(request.challenge, parameters.get('code_verifier') ?? '')) {
    return 'The code verifier does not fit the code challenge.';
  }
  return undefined;
}

/** LivePerson documents three fields here, without a lifetime and without an ID token. */
function refresh(accountId: string, app: InstalledApp, parameters: URLSearchParams, platform: EmulatedPlatform): Reply {
  const given = parameters.get('refresh_token') ?? '';
  if (given === '') return oauthError(400, 'invalid_request', 'The parameter refresh_token is missing.');
  if (platform.options.strictGrantTypes && app.installation.grant_types?.includes('refresh_token') !== true) {
    return oauthError(400, 'unauthorized_client', 'The app was not installed with refresh_token.');
  }
  const tokens = platform.sessions.refresh(given, { accountId, clientId: app.clientId });
  if (tokens === undefined)
    return oauthError(400, 'invalid_grant', 'The refresh token is unknown, used up or expired.');
  return jsonReply(
    200,
    { access_token: tokens.accessToken, token_type: 'Bearer', refresh_token: tokens.refreshToken },
    NO_STORE,
  );
}

function expiresIn({ options }: EmulatedPlatform): { readonly expires_in?: number | string } {
  const { userTokenLifetimeSeconds, userTokenExpiresIn } = options;
  if (userTokenExpiresIn === 'absent') return {};
  return { expires_in: userTokenExpiresIn === 'string' ? String(userTokenLifetimeSeconds) : userTokenLifetimeSeconds };
}
