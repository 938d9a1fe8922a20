import { SentinelOAuthError } from '@lp-functions/errors';
import { safeCause } from '@lp-functions/http';
import type { Opened, RedisFailure } from '@lp-functions/redis-access';

/** Redis did not do what the store needs. Nothing was spent for it: whoever needs a lock asks for it first. */
export function storeFailed({ reason, passing }: RedisFailure, cause: unknown): SentinelOAuthError {
  return new SentinelOAuthError(`the token store failed: ${reason}`, {
    code: 'STORE_FAILED',
    fault: passing ? 'network' : 'caller',
    retryable: passing,
    hint: passing ? 'Look at Redis. The store goes on by itself as soon as it is back.' : 'Look at the words of Redis.',
    ...(cause === undefined ? {} : { cause: safeCause(cause) }),
  });
}

/** The lock did not become free. */
export function lockBusy(waitMs: number): SentinelOAuthError {
  return new SentinelOAuthError(`another owner holds the lock of these tokens for more than ${String(waitMs)} ms`, {
    code: 'STORE_FAILED',
    fault: 'caller',
    retryable: true,
    hint: 'Look at what takes the other owner so long: Sentinel, or a function of yours that obtains tokens.',
  });
}

/** An owner whose lease has run out, or has gone to another. */
export function lockLost(): SentinelOAuthError {
  return new SentinelOAuthError('the lease on these tokens was lost: another owner has them, or may have by now', {
    code: 'LOCK_LOST',
    fault: 'caller',
    retryable: true,
  });
}

/**
 * There are tokens, and they cannot be opened. Never to be taken for "there are none": that would log the user out.
 *
 * @param redisKey - where they are.
 */
export function cannotOpen(opened: Extract<Opened, { problem: string }>, redisKey: string): SentinelOAuthError {
  if (opened.problem === 'unknown key') {
    return new SentinelOAuthError(
      `the tokens at ${redisKey} are sealed with the key ${opened.keyId}, which was not given`,
      {
        code: 'STORE_KEY_UNKNOWN',
        fault: 'caller',
        hint: `Add the key with the id ${opened.keyId} to encryptionKeys, behind the one in use. Nothing was deleted.`,
      },
    );
  }
  return new SentinelOAuthError(`what Redis holds at ${redisKey} are no tokens that this store has sealed there`, {
    code: 'STORE_CORRUPTED',
    fault: 'caller',
    hint: 'Find out what wrote to it. It was left as it is; deleting the key makes the user log in again.',
  });
}
