export { type EncryptionKey, type EncryptionKeys, encryptionKeysRule } from './encryption-keys.ts';
export { createKeyRing, type KeyRing, type Opened } from './key-ring.ts';
export {
  createRedisAccess,
  guarded,
  type RedisAccess,
  type RedisAccessParts,
  redisScript,
  type RedisScript,
} from './redis-access.ts';
export { notReady, type RedisClient, redisClientRule } from './redis-client.ts';
export { type RedisFailure, type RedisFailureKind, redisFailureOf } from './redis-failure.ts';
