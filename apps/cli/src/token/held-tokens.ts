import { createMemoryTokenStore, type TokenStore } from '@lp-functions/client';
import { appTokenKey, type StoredTokens, userTokenKey } from '@lp-functions/sentinel-oauth';
import type { CommandContext } from '../command-context.ts';
import { authOf, type ControlPlane, tokenStoreOf } from '../connection.ts';
import type { IdentitySettings } from '../settings/settings.ts';

/** The name under which an identity's tokens are kept. */
export function tokenKeyOf(identity: IdentitySettings, sentinelOrigin: string): string {
  const { accountId, clientId } = identity;
  return identity.kind === 'user'
    ? userTokenKey({ sentinelOrigin, accountId, clientId, subject: identity.subject })
    : appTokenKey({ sentinelOrigin, accountId, clientId });
}

/**
 * The tokens that calls would be made with now: kept ones if they are good, else new ones.
 *
 * @throws SentinelOAuthError if there are none to be had, LOGIN_REQUIRED for a user whose login has ended.
 */
export async function currentTokens(
  context: CommandContext,
  identity: IdentitySettings,
  plane: ControlPlane,
): Promise<StoredTokens> {
  const { sentinelDomain, http, accountId } = plane;
  const tokenStore: TokenStore = tokenStoreOf(identity, context) ?? createMemoryTokenStore();
  const { clock } = http;
  const authorizer = authOf(identity)({ accountId, sentinelDomain, http, clock, tokenStore, onEvent: undefined });
  const origin = await sentinelDomain();
  // Any request will do: a bearer token is the same for all.
  const { authorization = '' } = await authorizer.authorize({ url: origin, method: 'GET', signal: context.signal });
  const kept = await tokenStore.get(tokenKeyOf(identity, origin));
  if (kept !== undefined && authorization.endsWith(kept.accessToken)) return kept;
  // The store failed, which a client survives: what is known is the token alone.
  const nowMs = clock.now();
  return { accessToken: authorization.replace(/^bearer +/i, ''), obtainedAtMs: nowMs, expiresAtMs: nowMs };
}
