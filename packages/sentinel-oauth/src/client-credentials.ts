import { checkOptions } from '@lp-functions/http';
import type { AuthMethod } from './auth-method.ts';
import { createBearerAuthorizer } from './bearer-authorizer.ts';
import { createSentinelClient } from './sentinel-client.ts';
import { type AppCredentials, appCredentialRules } from './sentinel-client-options.ts';
import { appTokenKey } from './token-key.ts';
import { createTokenSource } from './token-source.ts';

/** Options of {@link clientCredentials}. */
export type ClientCredentialsOptions = AppCredentials;

/**
 * Authenticates as the app itself: OAuth 2.0 client credentials (RFC 6749 section 4.4), for systems without a user. The
 * app needs the scope `faas.lambda.invoke`.
 *
 * @param options - the app installation.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function clientCredentials(options: ClientCredentialsOptions): AuthMethod {
  checkOptions(options, appCredentialRules, 'clientCredentials');
  return ({ accountId, sentinelDomain, http, clock, tokenStore, onEvent }) => {
    const client = createSentinelClient({ ...options, accountId, sentinelDomain, http });
    const source = createTokenSource(
      // Client credentials are granted anew: a refresh token, had one come, is of no use.
      (_last, { brief }) => client.clientCredentials(brief ? { maxRetries: 0 } : undefined),
      {
        store: tokenStore,
        key: async () => {
          const { clientId, scope } = options;
          return appTokenKey({ sentinelOrigin: await sentinelDomain(), accountId, clientId, scope });
        },
        accountId,
        clock,
        logger: http.logger,
        onEvent,
      },
    );
    return createBearerAuthorizer(source);
  };
}
