import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredTokens } from './token-set.ts';
import type { Lease, TokenStore } from './token-store.ts';

/** What a store has to offer to be tested. */
export interface TokenStoreUnderTest {
  /** Opens the store. Called several times: each is another user of the same storage, as another process would be. */
  readonly open: () => TokenStore | Promise<TokenStore>;
  /**
   * Lets the lease of the key's owner run out, as if the owner's process had been paused: it must not renew it meanwhile.
   * Leave it out only for a store whose owners cannot outlive their lease.
   */
  readonly pauseOwner?: ((key: string, owner: TokenStore) => void | Promise<void>) | undefined;
}

/** One promise of {@link TokenStore}, for the test runner of your choice. */
export interface StoreCheck {
  readonly name: string;
  /** Rejects if the store does not keep the promise. */
  readonly run: () => Promise<void>;
}

/**
 * The promises that every token store keeps. Give each to your test runner.
 *
 * @param store - the store to test. Keys are made up, so that a store in use can be tested as well.
 * @example
 * for (const { name, run } of tokenStoreChecks({ open: () => createMemoryTokenStore() })) test(name, run);
 */
export function tokenStoreChecks({ open, pauseOwner }: TokenStoreUnderTest): readonly StoreCheck[] {
  const checks: StoreCheck[] = [];
  const check = (name: string, work: (store: TokenStore, key: string) => Promise<void>): void => {
    checks.push({ name, run: async () => work(await open(), JSON.stringify(['https://host', '1 2', randomUUID()])) });
  };

  check('a key that was never written is undefined', async (store, key) => {
    assert.equal(await store.get(key), undefined);
    await store.delete(key);
  });
  check('what was written is read, field by field, by every user of the store', async (store, key) => {
    await store.set(key, EVERYTHING);
    assert.deepEqual({ ...(await store.get(key)) }, EVERYTHING);
    assert.deepEqual({ ...(await (await open()).get(key)) }, EVERYTHING);
  });
  check('a write replaces everything that was there', async (store, key) => {
    await store.set(key, EVERYTHING);
    await store.set(key, tokens('b'));
    assert.deepEqual({ ...(await store.get(key)) }, tokens('b'));
  });
  check('what was deleted is gone, and can be written again', async (store, key) => {
    await store.set(key, tokens('a'));
    await store.delete(key);
    assert.equal(await store.get(key), undefined);
    await store.set(key, tokens('b'));
    assert.equal((await store.get(key))?.accessToken, 'b');
  });
  check('keys do not mix, however alike', async (store, key) => {
    const keys = [key, `${key} `, key.toUpperCase(), `${key}/../x`, `${key}\u0000`, `${key}ä😀`, key.repeat(50)];
    await Promise.all(keys.map((name, index) => store.set(name, tokens(String(index)))));
    const found = await Promise.all(keys.map(async (name) => (await store.get(name))?.accessToken));
    assert.deepEqual(
      found,
      keys.map((_, index) => String(index)),
    );
  });
  check('changing what was written or read changes nothing in the store', async (store, key) => {
    const written = { ...tokens('a') };
    await store.set(key, written);
    Object.assign(written, { accessToken: 'changed' });
    Object.assign((await store.get(key)) ?? {}, { accessToken: 'changed' });
    assert.equal((await store.get(key))?.accessToken, 'a');
  });
  check('the lock has one owner at a time, over all users of the store', async (store, key) => {
    const users = [store, await open(), await open()];
    let inside = 0;
    let most = 0;
    const turns = [...users, ...users, ...users, ...users].map((user) =>
      user.withLock(key, async () => {
        most = Math.max(most, (inside += 1));
        await delay(1);
        inside -= 1;
      }),
    );
    await Promise.all(turns);
    assert.equal(most, 1);
  });
  check('locks of different keys do not wait for each other', async (store, key) => {
    await store.withLock(key, () => store.withLock(`${key} other`, () => Promise.resolve()));
  });
  check('the lock gives what the work gives, and is free after work that fails', async (store, key) => {
    assert.equal(await store.withLock(key, () => Promise.resolve(42)), 42);
    const failure = new Error('of the work');
    await assert.rejects(
      store.withLock(key, () => Promise.reject(failure)),
      (error) => error === failure,
    );
    assert.equal(await store.withLock(key, () => Promise.resolve('again')), 'again');
  });
  check('fences grow with every owner, over all users of the store', async (store, key) => {
    const other = await open();
    const fences: bigint[] = [];
    for (const user of [store, other, store, other]) {
      await user.withLock(key, ({ fence }) => Promise.resolve(fences.push(fence)));
    }
    for (const [index, fence] of fences.entries()) assert.ok(index === 0 || fence > (fences[index - 1] ?? fence));
  });
  check('a write with the fence of the lease is taken; with an older one it is LOCK_LOST', async (store, key) => {
    const before = await store.withLock(key, ({ fence }) => Promise.resolve(fence));
    await store.withLock(key, ({ fence }) => store.set(key, tokens('new'), { fence }));
    await assert.rejects(store.set(key, tokens('old'), { fence: before }), { code: 'LOCK_LOST' });
    assert.equal((await store.get(key))?.accessToken, 'new');
  });
  if (pauseOwner !== undefined) {
    check('an owner that was paused past its lease loses it, learns so, and can write no more', async (store, key) => {
      const next = await open();
      let lease: Lease | undefined;
      await store.withLock(key, async (held) => {
        lease = held;
        await store.set(key, tokens('first'), held);
        await pauseOwner(key, store);
        await next.withLock(key, async ({ fence }) => {
          assert.ok(fence > held.fence);
          await assert.rejects(store.set(key, tokens('late'), { fence: held.fence }), { code: 'LOCK_LOST' });
          await next.set(key, tokens('second'), { fence });
        });
        await assert.rejects(store.set(key, tokens('late'), { fence: held.fence }), { code: 'LOCK_LOST' });
        await until(held.signal);
      });
      assert.equal(lease?.signal.aborted, true);
      assert.equal((await next.get(key))?.accessToken, 'second');
      // Giving back a lease that was lost takes nothing from whoever has it.
      await next.withLock(key, () => Promise.resolve());
    });
    check('an owner that comes back from its pause does not take a lease away', async (store, key) => {
      const next = await open();
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, (inside += 1));
        await delay(5);
        inside -= 1;
      };
      await store.withLock(key, async () => {
        await pauseOwner(key, store);
        await Promise.all([next.withLock(key, work), next.withLock(key, work)]);
      });
      await Promise.all([store.withLock(key, work), next.withLock(key, work)]);
      assert.equal(most, 1);
    });
  }
  return checks;
}

const EVERYTHING: StoredTokens = {
  accessToken: 'access ä "token"',
  obtainedAtMs: 1_700_000_000_000,
  expiresAtMs: 1_700_000_000_001,
  refreshToken: 'refresh',
  idToken: 'a.b.c',
  scope: 'openid x',
  loginRequired: true,
};

function tokens(accessToken: string): StoredTokens {
  return { accessToken, obtainedAtMs: 1, expiresAtMs: 2 };
}

/** Waits until a lease is known to be lost: a store may find out a little late. */
async function until(signal: AbortSignal): Promise<void> {
  for (let waits = 0; !signal.aborted; waits += 1) {
    assert.ok(waits < 500, 'the signal of a lost lease is not aborted');
    await delay(20);
  }
}
