import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestClock } from '@lp-functions/http/testing';
import {
  createMemoryTokenStore,
  createUserLogins,
  type TokenStore,
  type UserLogins,
  userTokens,
} from '../../src/index.ts';
import {
  ACCOUNT,
  CLIENT_ID,
  CLIENT_SECRET,
  expectNothingLeaked,
  identity,
  type Identity,
  rejectionOf,
} from '../identity-under-test.ts';
import { clientOf, type EmulatorUnderTest, logIn, loginServer, startSentinel } from '../user-login.ts';

let emulator: EmulatorUnderTest;
const secrets: string[] = [];

beforeAll(async () => {
  emulator = await startSentinel({ accountId: ACCOUNT });
});
beforeEach(() => {
  emulator.reset();
});
afterAll(async () => {
  await emulator.close();
  expectNothingLeaked(secrets);
});

function loginsOn(tokenStore: TokenStore): UserLogins {
  return createUserLogins({
    accountId: ACCOUNT,
    clientId: CLIENT_ID,
    sentinelDomain: () => emulator.discoveryUrl,
    tokenStore,
    sentinel: clientOf({ url: emulator.discoveryUrl, accountId: ACCOUNT }),
  });
}

/** A process of the application: it knows the user's name, and the store. */
function processOn(store: TokenStore, subject = 'user'): Identity {
  const auth = userTokens({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, subject });
  return identity({ sentinel: emulator.discoveryUrl, auth, clock: createTestClock(Date.now()), store });
}

async function loggedIn() {
  const { tokens } = await logIn(loginServer(emulator));
  secrets.push(tokens.accessToken.reveal(), tokens.refreshToken!.reveal());
  emulator.requests.clear();
  return tokens;
}

describe('a login that begins', () => {
  test('is known at once to every process that shares the store', async () => {
    const store = createMemoryTokenStore();
    const tokens = await loggedIn();
    await loginsOn(store).begin('user', tokens);
    expect(await processOn(store).token()).toBe(tokens.accessToken.reveal());
    expect((await rejectionOf(processOn(store, 'somebody else').token()))['code']).toBe('LOGIN_REQUIRED');
    emulator.requests.verify({ service: 'sentinel' }, { count: 0 });
  });
});

test('a login is known at once, however often the process had to say that one is required', async () => {
  const store = createMemoryTokenStore();
  const waiting = processOn(store);
  for (let n = 0; n < 12; n++) expect((await rejectionOf(waiting.token()))['code']).toBe('LOGIN_REQUIRED');
  const tokens = await loggedIn();
  await loginsOn(store).begin('user', tokens);
  expect(await waiting.token()).toBe(tokens.accessToken.reveal());
});

describe('a login that ends', () => {
  test('is revoked by its newest refresh token, and forgotten', async () => {
    const memory = createMemoryTokenStore();
    const kept: string[] = [];
    const store: TokenStore = {
      ...memory,
      set: (key, tokens, options) => {
        kept.push(tokens.refreshToken!);
        return memory.set(key, tokens, options);
      },
    };
    const logins = loginsOn(store);
    await logins.begin('user', await loggedIn());
    const renewed = processOn(store);
    const first = await renewed.token();
    const second = await renewed.token(first);
    secrets.push(second);
    emulator.requests.clear();

    await logins.end('user');

    secrets.push(...kept);
    expect(new Set(kept).size).toBe(2);
    const sent = new URLSearchParams(emulator.requests.last({ operation: 'revoke' })?.body);
    expect(sent.get('token')).toBe(kept[1]);
    expect(emulator.tokens.list()).toEqual([]);
    expect((await rejectionOf(processOn(store).token()))['code']).toBe('LOGIN_REQUIRED');
    // Who still holds the old token finds out with the first 401.
    expect((await rejectionOf(renewed.token(second)))['code']).toBe('LOGIN_REQUIRED');
  });

  test('is forgotten also when Sentinel cannot be told, and the caller learns of it', async () => {
    const store = createMemoryTokenStore();
    const logins = loginsOn(store);
    await logins.begin('user', await loggedIn());
    emulator.faults.add({ operation: 'revoke', status: 503 });
    expect((await rejectionOf(logins.end('user')))['code']).toBe('SENTINEL_UNAVAILABLE');
    expect((await rejectionOf(processOn(store).token()))['code']).toBe('LOGIN_REQUIRED');
  });

  test('waits for a renewal under way, so that no token is left over', async () => {
    const store = createMemoryTokenStore();
    const logins = loginsOn(store);
    const tokens = await loggedIn();
    await logins.begin('user', tokens);
    emulator.faults.add({ operation: 'token', delayMs: 150 });
    const renewing = processOn(store).token(tokens.accessToken.reveal());
    await expect.poll(() => emulator.faults.list()[0]!.hits).toBe(1);
    await logins.end('user');
    secrets.push(await renewing);
    expect(emulator.tokens.list()).toEqual([]);
    expect((await rejectionOf(processOn(store).token()))['code']).toBe('LOGIN_REQUIRED');
  });

  test('can be forgotten without signing the user out', async () => {
    const store = createMemoryTokenStore();
    const logins = loginsOn(store);
    const tokens = await loggedIn();
    await logins.begin('user', tokens);
    await logins.forget('user');
    emulator.requests.verify({ service: 'sentinel' }, { count: 0 });
    expect(emulator.tokens.list().map(({ token }) => token)).toEqual([tokens.accessToken.reveal()]);
    expect((await rejectionOf(processOn(store).token()))['code']).toBe('LOGIN_REQUIRED');
  });

  test('sends nothing where there is nothing to end', async () => {
    const store = createMemoryTokenStore();
    await loginsOn(store).end('nobody');
    emulator.requests.verify({ service: 'sentinel' }, { count: 0 });
  });
});

test('options and subjects are checked', async () => {
  const store = createMemoryTokenStore();
  expect(() => createUserLogins({ tokenStore: store } as never)).toThrow(/accountId/);
  expect((await rejectionOf(loginsOn(store).end('')))['option']).toBe('subject');
  expect((await rejectionOf(loginsOn(store).begin(undefined as never, await loggedIn())))['option']).toBe('subject');
});
