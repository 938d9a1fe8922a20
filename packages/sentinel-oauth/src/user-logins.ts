import { callable, checkOptions, accountIdRule, required, text, withMethods } from '@lp-functions/http';
import type { SentinelCallOptions } from './sentinel-client-options.ts';
import type { SentinelClient } from './sentinel-operations.ts';
import { userTokenKey } from './token-key.ts';
import { fromStored, type TokenSet, toStored } from './token-set.ts';
import type { TokenStore } from './token-store.ts';

/** Options of {@link createUserLogins}. The first three are those of the client whose {@link userTokens} go on from here. */
export interface UserLoginsOptions {
  /** LivePerson account (site) id. */
  readonly accountId: string;
  /** `client_id` of the app installation. */
  readonly clientId: string;
  /** Where Sentinel is, as the client is told: usually `() => discovery.resolve('sentinel')`. */
  readonly sentinelDomain: () => Promise<string> | string;
  /** Where the tokens are kept: the client's `tokenStore`. */
  readonly tokenStore: TokenStore;
  /** Revokes. */
  readonly sentinel: Pick<SentinelClient, 'revoke'>;
}

/** Begins and ends what {@link userTokens} keeps alive, for an application with many users and many processes. */
export interface UserLogins {
  /**
   * Puts the tokens of a login into the store, so that every process that shares it has them from now on. A login that the
   * subject had before is replaced, not revoked.
   *
   * @param subject - the user, as `userTokens` is told.
   * @param tokens - from {@link SentinelClient.exchangeCode}.
   * @throws what the store throws.
   */
  begin(subject: string, tokens: TokenSet): Promise<void>;
  /**
   * Signs a user out: revokes the newest refresh token that there is, and forgets all tokens of the subject, also when
   * Sentinel could not be told. A renewal under way ends first. Without tokens nothing is sent.
   *
   * @param subject - the user, as `userTokens` is told.
   * @throws as {@link SentinelClient.revoke}, after the tokens were forgotten; what the store throws.
   */
  end(subject: string, call?: SentinelCallOptions): Promise<void>;
  /**
   * Forgets the tokens of a subject, and leaves the user signed in at LivePerson: for a session of the application that has
   * run out, or whose tokens are worth nothing any more.
   *
   * @param subject - the user, as `userTokens` is told.
   * @throws what the store throws.
   */
  forget(subject: string): Promise<void>;
}

/**
 * Makes the keeper of an application's logins.
 *
 * @param options - store, app and Sentinel.
 * @throws {@link ConfigurationError} INVALID_OPTION, UNKNOWN_OPTION.
 */
export function createUserLogins(options: UserLoginsOptions): UserLogins {
  checkOptions(
    options,
    {
      accountId: required(accountIdRule),
      clientId: required(text),
      sentinelDomain: required(callable),
      tokenStore: required(withMethods('get', 'set', 'delete', 'withLock')),
      sentinel: required(withMethods('revoke')),
    },
    'createUserLogins',
  );
  const { accountId, clientId, sentinelDomain, tokenStore, sentinel } = options;

  async function keyOf(subject: string, operation: string): Promise<string> {
    checkOptions({ subject }, { subject: required(text) }, operation);
    return userTokenKey({ sentinelOrigin: await sentinelDomain(), accountId, clientId, subject });
  }

  return {
    async begin(subject, tokens) {
      const key = await keyOf(subject, 'begin');
      await tokenStore.withLock(key, ({ fence }) => tokenStore.set(key, toStored(tokens), { fence }));
    },
    async end(subject, call) {
      const key = await keyOf(subject, 'end');
      // Under the lock: a refresh under way would leave a token that nobody has revoked.
      await tokenStore.withLock(key, async () => {
        const stored = await tokenStore.get(key);
        if (stored === undefined) return;
        try {
          // Without a refresh token the session has ended at Sentinel already.
          if (stored.refreshToken !== undefined) await sentinel.revoke(fromStored(stored), call);
        } finally {
          await tokenStore.delete(key);
        }
      });
    },
    async forget(subject) {
      const key = await keyOf(subject, 'forget');
      await tokenStore.withLock(key, () => tokenStore.delete(key));
    },
  };
}
