import type { StoredTokens } from './token-set.ts';

/** What the holder of a lock works with. */
export interface Lease {
  /** Aborted when the lock is lost, for example because its owner was paused for too long. */
  readonly signal: AbortSignal;
  /** Grows with every owner of the key. A write that carries an older one is refused. */
  readonly fence: bigint;
}

/**
 * Keeps tokens, for one process or for many. Whoever implements it decides where; the suite of
 * `@lp-functions/sentinel-oauth/testing` will tell whether it does so correctly.
 */
export interface TokenStore {
  /** The tokens under a key, or `undefined`. */
  get(key: string): Promise<StoredTokens | undefined>;
  /**
   * Replaces the tokens under a key.
   *
   * @param options - `fence` of the lease under which this is written.
   * @throws {@link SentinelOAuthError} LOCK_LOST if the fence is older than one that has been seen for the key.
   */
  set(key: string, tokens: StoredTokens, options?: { readonly fence?: bigint | undefined }): Promise<void>;
  /** Removes the tokens under a key, if there are any. */
  delete(key: string): Promise<void>;
  /** Runs work while nobody else who uses the same store holds the key's lock. */
  withLock<T>(key: string, work: (lease: Lease) => Promise<T>): Promise<T>;
}
