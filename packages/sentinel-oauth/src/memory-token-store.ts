import { SentinelOAuthError } from '@lp-functions/errors';
import type { StoredTokens } from './token-set.ts';
import type { TokenStore } from './token-store.ts';

interface Slot {
  tokens: StoredTokens | undefined;
  /** The newest that was given out or written with. */
  fence: bigint;
  /** Settles when the last one in the queue for the lock is done. */
  tail: Promise<unknown>;
}

/** Keeps tokens in this process, until it ends. */
export function createMemoryTokenStore(): TokenStore {
  const slots = new Map<string, Slot>();

  function slotOf(key: string): Slot {
    const slot = slots.get(key) ?? { tokens: undefined, fence: 0n, tail: Promise.resolve() };
    slots.set(key, slot);
    return slot;
  }

  return {
    get(key) {
      const tokens = slots.get(key)?.tokens;
      // Copies, as from a store outside this process: nobody changes what others read.
      return Promise.resolve(tokens === undefined ? undefined : { ...tokens });
    },
    set(key, tokens, { fence } = {}) {
      const slot = slotOf(key);
      if (fence !== undefined && fence < slot.fence) return Promise.reject(lockLost());
      slot.fence = fence ?? slot.fence;
      slot.tokens = { ...tokens };
      return Promise.resolve();
    },
    delete(key) {
      const slot = slots.get(key);
      if (slot !== undefined) slot.tokens = undefined;
      return Promise.resolve();
    },
    withLock(key, work) {
      const slot = slotOf(key);
      const turn = slot.tail.then(() => {
        slot.fence += 1n;
        // Owners live and die with this process, so a lease in memory is never lost.
        return work({ signal: new AbortController().signal, fence: slot.fence });
      });
      slot.tail = turn.catch(() => undefined);
      return turn;
    },
  };
}

function lockLost(): SentinelOAuthError {
  return new SentinelOAuthError('the token store has a newer owner of this key', {
    code: 'LOCK_LOST',
    fault: 'caller',
    retryable: true,
  });
}
