import { authenticateClient } from './client-authentication.ts';
import type { Endpoint } from './emulated-platform.ts';
import { NO_STORE, oauthError } from './oauth-error.ts';
import { jsonReply } from './reply.ts';

/**
 * Sentinel: signs a user out everywhere, given one of the user's tokens, refresh or access. A token nobody knows is no error
 * (RFC 7009 section 2.2).
 */
export const revoke: Endpoint = (call, platform) => {
  const client = authenticateClient(call, platform, false);
  if ('refusal' in client) return client.refusal;
  const token = client.parameters.get('token') ?? '';
  if (token === '') return oauthError(400, 'invalid_request', 'The parameter token is missing.');
  const { sessions, tokens, signIns } = platform;
  const session = sessions.findByRefreshToken(token);
  const issued = tokens.find(token);
  const owner =
    session === undefined
      ? issued
      : { accountId: session.accountId, clientId: session.clientId, userId: session.user.userId };
  if (
    owner?.userId === undefined ||
    owner.accountId !== call.route.accountId ||
    owner.clientId !== client.app.clientId
  ) {
    return jsonReply(200, {}, NO_STORE);
  }
  sessions.endAllOf(owner.accountId, owner.userId);
  signIns.signOut(owner.accountId, owner.userId);
  return jsonReply(200, {}, NO_STORE);
};
