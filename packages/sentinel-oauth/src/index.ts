export type { AppTokenVersion } from './app-token-endpoint.ts';
export type { AuthContext, AuthMethod } from './auth-method.ts';
export { createBearerAuthorizer } from './bearer-authorizer.ts';
export { clientCredentials, type ClientCredentialsOptions } from './client-credentials.ts';
export { customAuthorizer } from './custom-authorizer.ts';
export { createMemoryTokenStore } from './memory-token-store.ts';
export {
  type AppCredentials,
  type ClientAuthentication,
  type ClientSecret,
  createSentinelClient,
  type SentinelCallOptions,
  type SentinelClient,
  type SentinelClientOptions,
} from './sentinel-client.ts';
export type { SecretSource } from './secret-source.ts';
export { staticBearer } from './static-bearer.ts';
export { fromStored, type StoredTokens, type TokenSet, toStored } from './token-set.ts';
export type { ObtainTokens, TokenNeed } from './token-loading.ts';
export { createTokenSource, type TokenSource, type TokenSourceOptions } from './token-source.ts';
export type { Lease, TokenStore } from './token-store.ts';
