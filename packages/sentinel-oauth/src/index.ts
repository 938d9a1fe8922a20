export type { AppTokenVersion } from './app-token-endpoint.ts';
export type { AuthContext, AuthMethod } from './auth-method.ts';
export { createBearerAuthorizer } from './bearer-authorizer.ts';
export { clientCredentials, type ClientCredentialsOptions } from './client-credentials.ts';
export { customAuthorizer } from './custom-authorizer.ts';
export { createFileTokenStore, type FileTokenStoreOptions } from './file-token-store.ts';
export { createMemoryTokenStore } from './memory-token-store.ts';
export type { LoginCallback } from './login-callback.ts';
export type { LoginRequestOptions, PendingLogin } from './login-request.ts';
export { createSentinelClient } from './sentinel-client.ts';
export type {
  AppCredentials,
  ClientAuthentication,
  ClientSecret,
  SentinelCallOptions,
  SentinelClientOptions,
} from './sentinel-client-options.ts';
export type { JsonWebKey, JsonWebKeySet } from './sentinel-keys.ts';
export type { ExchangedTokens, SentinelClient, TokenArgument } from './sentinel-operations.ts';
export { openPrivateFolder, type PrivateFolder } from './private-folder.ts';
export type { SecretSource } from './secret-source.ts';
export { skewOf } from './server-time.ts';
export { staticBearer } from './static-bearer.ts';
export { appTokenKey, type TokenIdentity, userTokenKey } from './token-key.ts';
export { fromStored, type StoredTokens, type TokenSet, toStored } from './token-set.ts';
export type { ObtainTokens, TokenNeed } from './token-loading.ts';
export { createTokenSource, type TokenSource, type TokenSourceOptions } from './token-source.ts';
export type { Lease, TokenStore } from './token-store.ts';
export type { AppTokenClaims, IdTokenClaims } from './token-verification.ts';
export type { TokenVersion } from './user-token-endpoint.ts';
export { createUserLogins, type UserLogins, type UserLoginsOptions } from './user-logins.ts';
export { userTokens, type UserTokensOptions } from './user-tokens.ts';
