import { Secret } from '@lp-functions/errors';
import { createTestClock, type TestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createMemoryTokenStore,
  createTokenSource,
  type Lease,
  type StoredTokens,
  type TokenStore,
} from '../../src/index.ts';
import { ACCOUNT, expectNothingLeaked, identity, note, rejectionOf } from '../identity-under-test.ts';
import { granting, type ScriptedServer, startScriptedServer } from '../scripted-server.ts';

afterAll(() => expectNothingLeaked());

const TOKENS: StoredTokens = { accessToken: 'tkn-a', obtainedAtMs: 1, expiresAtMs: 2 };

describe('the memory store', () => {
  it('keeps, replaces and removes tokens by key, and hands out copies', async () => {
    const store = createMemoryTokenStore();
    expect(await store.get('a')).toBeUndefined();
    const given = { ...TOKENS };
    await store.set('a', given);
    given.accessToken = 'changed';
    const read = await store.get('a');
    expect(read).toEqual(TOKENS);
    Object.assign(read!, { accessToken: 'changed' });
    expect(await store.get('a')).toEqual(TOKENS);
    expect(await store.get('b')).toBeUndefined();
    await store.delete('a');
    await store.delete('never there');
    expect(await store.get('a')).toBeUndefined();
  });

  it('one owner of a key at a time, in the order they came; other keys do not wait', async () => {
    const store = createMemoryTokenStore();
    const order: string[] = [];
    const work = (name: string, turns: number) => async () => {
      order.push(`${name} in`);
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      order.push(`${name} out`);
      return name;
    };
    const all = [
      store.withLock('k', work('1', 5)),
      store.withLock('k', work('2', 1)),
      store.withLock('other', work('x', 1)),
      store.withLock('k', work('3', 1)),
    ];
    expect(await Promise.all(all)).toEqual(['1', '2', 'x', '3']);
    expect(order.filter((step) => !step.startsWith('x'))).toEqual(['1 in', '1 out', '2 in', '2 out', '3 in', '3 out']);
    expect(order.indexOf('x out')).toBeLessThan(order.indexOf('1 out'));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('work');
      },
    ],
    ['rejects', () => Promise.reject(new Error('work'))],
  ])('work that %s releases the lock', async (_how, work) => {
    const store = createMemoryTokenStore();
    const failed = rejectionOf(store.withLock('k', work));
    const next = store.withLock('k', () => Promise.resolve('next'));
    expect(await failed).toMatchObject({ message: 'work' });
    expect(await next).toBe('next');
  });

  it('a write with an older fence is refused: LOCK_LOST', async () => {
    const store = createMemoryTokenStore();
    let paused: Lease | undefined;
    await store.withLock('k', (lease) => {
      paused = lease;
      return Promise.resolve();
    });
    await store.withLock('k', async ({ fence, signal }) => {
      expect(fence).toBeGreaterThan(paused!.fence);
      expect(signal.aborted).toBe(false);
      await store.set('k', TOKENS, { fence });
    });
    expect(
      await rejectionOf(store.set('k', { ...TOKENS, accessToken: 'tkn-old' }, { fence: paused!.fence })),
    ).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'LOCK_LOST',
      retryable: true,
    });
    expect(await store.get('k')).toEqual(TOKENS);
    await store.delete('k');
    expect(await rejectionOf(store.set('k', TOKENS, { fence: paused!.fence }))).toMatchObject({ code: 'LOCK_LOST' });
    await store.set('k', TOKENS, { fence: 7n });
    expect(await rejectionOf(store.set('k', TOKENS, { fence: 6n }))).toMatchObject({ code: 'LOCK_LOST' });
    await store.withLock('k', ({ fence }) => Promise.resolve(expect(fence).toBe(8n)));
    await store.set('k', { ...TOKENS, scope: 'unfenced' });
    expect(await store.get('k')).toMatchObject({ scope: 'unfenced' });
  });
});

describe('identities that share a store', () => {
  let sentinel: ScriptedServer;
  beforeEach(async () => {
    sentinel = await startScriptedServer(granting());
  });
  afterEach(() => sentinel.close());

  it('the same app on the same account shares one token, obtained once for all', async () => {
    sentinel.script = granting({ expires_in: 3_600 }, { delayMs: 30 });
    const store = createMemoryTokenStore();
    const clock = createTestClock();
    const processes = Array.from({ length: 20 }, () => identity({ sentinel: sentinel.url, store, clock }));
    const tokens = await Promise.all(processes.map(({ token }) => token()));
    expect(new Set(tokens)).toEqual(new Set(['tkn-1-opaque']));
    expect(sentinel.requests).toHaveLength(1);
  });

  it('one renews after a rejection, the others adopt what it left', async () => {
    const store = createMemoryTokenStore();
    const clock = createTestClock();
    const [one, two] = [
      identity({ sentinel: sentinel.url, store, clock }),
      identity({ sentinel: sentinel.url, store, clock }),
    ];
    expect([await one.token(), await two.token()]).toEqual(['tkn-1-opaque', 'tkn-1-opaque']);
    expect(await one.token('tkn-1-opaque')).toBe('tkn-2-opaque');
    expect(await two.token()).toBe('tkn-1-opaque');
    expect(await two.token('tkn-1-opaque')).toBe('tkn-2-opaque');
    expect(sentinel.requests).toHaveLength(2);
  });

  it('one renews in its soft window, the others adopt', async () => {
    const store = createMemoryTokenStore();
    const clock = createTestClock();
    const [one, two] = [
      identity({ sentinel: sentinel.url, store, clock }),
      identity({ sentinel: sentinel.url, store, clock }),
    ];
    await one.token();
    await two.token();
    clock.advance(3_300_000);
    await one.token();
    while ((await one.token()) === 'tkn-1-opaque') await new Promise(setImmediate);
    await two.token();
    while ((await two.token()) === 'tkn-1-opaque') await new Promise(setImmediate);
    expect(await two.token()).toBe('tkn-2-opaque');
    expect(sentinel.requests).toHaveLength(2);
  });

  it.each([
    ['clients', { app: { clientId: 'one' } }, { app: { clientId: 'two' } }],
    ['accounts', { accountId: '1' }, { accountId: '2' }],
    ['scopes', { app: { scope: 'a' } }, { app: { scope: 'b' } }],
    [
      'client and scope that look alike when joined',
      { app: { clientId: 'a b', scope: 'c' } },
      { app: { clientId: 'a', scope: 'b c' } },
    ],
  ])('different %s never share a token', async (_what, first, second) => {
    const store = createMemoryTokenStore();
    const tokens = [
      await identity({ sentinel: sentinel.url, store, ...first }).token(),
      await identity({ sentinel: sentinel.url, store, ...second }).token(),
    ];
    expect(new Set(tokens).size).toBe(2);
    expect(sentinel.requests).toHaveLength(2);
  });

  it('different Sentinels never share a token', async () => {
    const other = await startScriptedServer(granting({ access_token: 'tkn-other' }));
    try {
      const store = createMemoryTokenStore();
      expect(await identity({ sentinel: sentinel.url, store }).token()).toBe('tkn-1-opaque');
      expect(await identity({ sentinel: other.url, store }).token()).toBe('tkn-other');
    } finally {
      await other.close();
    }
  });

  const failing: [string, (working: TokenStore) => Partial<TokenStore>][] = [
    ['get', () => ({ get: () => Promise.reject(new Error('no get')) })],
    [
      'get, at once',
      () => ({
        get: () => {
          throw new Error('no get');
        },
      }),
    ],
    ['set', () => ({ set: (_key, tokens) => Promise.reject(new Error(`cannot write ${JSON.stringify(tokens)}`)) })],
    [
      'set, at once',
      () => ({
        set: (_key, tokens) => {
          throw new Error(`cannot write ${JSON.stringify(tokens)}`);
        },
      }),
    ],
    ['the lock', () => ({ withLock: () => Promise.reject(new Error('no lock')) })],
    [
      'the lock, at once',
      () => ({
        withLock: () => {
          throw new Error('no lock');
        },
      }),
    ],
    [
      'the unlocking',
      (working) => ({
        withLock: async (key, work) => {
          await working.withLock(key, work);
          throw new Error('no unlock');
        },
      }),
    ],
    [
      'everything',
      () => ({
        get: () => Promise.reject(new Error('no get')),
        set: () => Promise.reject(new Error('no set')),
        withLock: () => Promise.reject(new Error('no lock')),
      }),
    ],
  ];

  it.each(failing)('a store that fails in %s costs a warning, not the token', async (_where, broken) => {
    const working = createMemoryTokenStore();
    const { token, lines, clock } = identity({ sentinel: sentinel.url, store: { ...working, ...broken(working) } });
    expect(await token()).toBe('tkn-1-opaque');
    expect(await token()).toBe('tkn-1-opaque');
    expect(sentinel.requests).toHaveLength(1);
    expect(lines.filter(({ level }) => level === 'warn').length).toBeGreaterThanOrEqual(
      _where === 'the unlocking' ? 0 : 1,
    );
    clock.advance(3_600_000);
    expect(await token()).toBe('tkn-2-opaque');
  });

  it('a store that fails does not hide what obtaining threw', async () => {
    sentinel.script = { status: 401, body: { error: 'invalid_client' } };
    for (const [, broken] of failing) {
      const working = createMemoryTokenStore();
      const { token } = identity({ sentinel: sentinel.url, store: { ...working, ...broken(working) } });
      expect(await rejectionOf(token())).toMatchObject({ code: 'GRANT_REFUSED' });
    }
  });

  it('LOCK_LOST: the tokens are used, and a warning says why they were not kept', async () => {
    const working = createMemoryTokenStore();
    const store: TokenStore = {
      ...working,
      withLock: (key, work) => working.withLock(key, (lease) => work({ ...lease, fence: 0n })),
    };
    const { token, lines } = identity({ sentinel: sentinel.url, store });
    expect(await token()).toBe('tkn-1-opaque');
    expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
      message: expect.stringContaining('could not be kept'),
      fields: { accountId: ACCOUNT },
    });
  });

  it.each([
    ['a text', 'tkn-x'],
    ['null', null],
    ['no token', { obtainedAtMs: 1, expiresAtMs: 9e15 }],
    ['an empty token', { accessToken: '', obtainedAtMs: 1, expiresAtMs: 9e15 }],
    ['times that are texts', { accessToken: 'tkn-x', obtainedAtMs: '1', expiresAtMs: '9e15' }],
    ['no end', { accessToken: 'tkn-x', obtainedAtMs: 1, expiresAtMs: null }],
    ['a refresh token that is none', { accessToken: 'tkn-x', obtainedAtMs: 1, expiresAtMs: 9e15, refreshToken: {} }],
  ])('what a store holds is not believed if it cannot be tokens: %s', async (_what, held) => {
    const store = { ...createMemoryTokenStore(), get: () => Promise.resolve(held as unknown as StoredTokens) };
    const { token, lines } = identity({ sentinel: sentinel.url, store });
    expect(await token()).toBe('tkn-1-opaque');
    expect(lines.some(({ message }) => message.includes('cannot be read'))).toBe(true);
  });
});

describe('adoption', () => {
  const HOUR_MS = 3_600_000;
  let clock: TestClock;
  let store: TokenStore;
  let obtained: { last: string | undefined }[];
  beforeEach(() => {
    clock = createTestClock();
    store = createMemoryTokenStore();
    obtained = [];
  });

  const open = () => {
    const source = createTokenSource(
      (last) => {
        obtained.push({ last: last?.accessToken.reveal() });
        return Promise.resolve({
          accessToken: new Secret(`tkn-new-${String(obtained.length)}`),
          obtainedAtMs: clock.now(),
          expiresAtMs: clock.now() + HOUR_MS,
        });
      },
      { store, key: () => 'k', clock, onEvent: note },
    );
    return async (rejected?: string): Promise<string> => (await source.get(rejected)).accessToken.reveal();
  };
  const leave = (accessToken: string, ageMs: number, lifetimeMs = HOUR_MS) =>
    store.set('k', { accessToken, obtainedAtMs: clock.now() - ageMs, expiresAtMs: clock.now() - ageMs + lifetimeMs });

  it.each([
    ['fresh', 0, true],
    ['in its soft window', HOUR_MS - 60_000, true],
    ['in its hard window', HOUR_MS - 30_000, false],
    ['expired', HOUR_MS, false],
    ['from a clock that is ahead', -5_000, true],
  ])('a token that is %s', async (_what, ageMs, adopted) => {
    await leave('tkn-left', ageMs);
    expect(await open()()).toBe(adopted ? 'tkn-left' : 'tkn-new-1');
    expect(obtained).toEqual(adopted ? [] : [{ last: 'tkn-left' }]);
  });

  it('its age counts', async () => {
    await leave('tkn-left', HOUR_MS / 2);
    const get = open();
    await get();
    clock.advance(HOUR_MS / 2);
    expect(await get()).toBe('tkn-new-1');
  });

  it('one that was rejected is never taken, one that is older than ours neither', async () => {
    const get = open();
    await get();
    await leave('tkn-older', 1_000);
    expect(await get('tkn-new-1')).toBe('tkn-new-2');
    clock.advance(5_000);
    await leave('tkn-newer', 0);
    expect(await get('tkn-new-2')).toBe('tkn-newer');
    expect(obtained).toEqual([{ last: undefined }, { last: 'tkn-new-1' }]);
  });

  it('a token rejected by a server that this process has not seen yet is not adopted', async () => {
    await leave('tkn-left', 0);
    expect(await open()('tkn-left')).toBe('tkn-new-1');
  });

  it('what the key function throws is thrown', async () => {
    for (const key of [
      () => Promise.reject(new Error('no key')),
      () => {
        throw new Error('no key');
      },
    ]) {
      const source = createTokenSource(() => Promise.reject(new Error('not reached')), { store, key, clock });
      expect(await rejectionOf(source.get())).toMatchObject({ message: 'no key' });
    }
  });
});
