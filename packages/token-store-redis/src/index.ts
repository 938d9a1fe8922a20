export type { EncryptionKey, EncryptionKeys, RedisClient } from '@lp-functions/redis-access';
export { createRedisTokenStore, type RedisTokenStoreOptions } from './redis-token-store.ts';
