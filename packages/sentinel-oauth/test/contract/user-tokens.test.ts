import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestClock } from '@lp-functions/http/testing';
import {
  createMemoryTokenStore,
  customAuthorizer,
  toStored,
  type TokenStore,
  userTokenKey,
  userTokens,
  type UserTokensOptions,
} from '../../src/index.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  expectNothingLeaked,
  identity,
  type Identity,
  rejectionOf,
} from '../identity-under-test.ts';
import { granting, startScriptedServer } from '../scripted-server.ts';
import { type EmulatorUnderTest, logIn, loginServer, startSentinel } from '../user-login.ts';

let emulator: EmulatorUnderTest;
const secrets: string[] = [];

beforeAll(async () => {
  emulator = await startSentinel({ refreshGraceSeconds: 0 });
});
beforeEach(() => {
  emulator.reset();
});
afterAll(async () => {
  await emulator.close();
  expectNothingLeaked(secrets);
});

const refreshes = (): number => emulator.requests.count({ operation: 'token' });
const types = ({ events }: Identity): string[] => events.map(({ type }) => type).filter((type) => type !== 'attempt');

interface UserOptions extends Partial<UserTokensOptions> {
  readonly store?: TokenStore;
  readonly sentinel?: string;
}

function user({ store, sentinel = emulator.discoveryUrl, ...options }: UserOptions = {}): Identity {
  const auth = userTokens({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, subject: 'user', ...options });
  return identity({ sentinel, auth, clock: createTestClock(Date.now()), ...(store === undefined ? {} : { store }) });
}

async function loggedIn(loginName?: string) {
  const { tokens } = await logIn(loginServer(emulator, loginName));
  const { claims: _claims, ...set } = tokens;
  secrets.push(set.accessToken.reveal(), set.refreshToken!.reveal());
  emulator.requests.clear();
  return set;
}

describe('a user who has logged in', () => {
  test('is known to every process that shares the store, without a request', async () => {
    const store = createMemoryTokenStore();
    const tokens = await loggedIn();
    expect(await user({ tokens, store }).token()).toBe(tokens.accessToken.reveal());
    expect(await user({ store }).token()).toBe(tokens.accessToken.reveal());
    expect(await user({ store, tokens: toStored(tokens) }).token()).toBe(tokens.accessToken.reveal());
    expect(refreshes()).toBe(0);
  });

  test('is found in the store by what a login program left there under userTokenKey', async () => {
    const store = createMemoryTokenStore();
    const tokens = await loggedIn();
    const key = userTokenKey({
      sentinelOrigin: emulator.discoveryUrl,
      accountId: emulator.accountId,
      clientId: CLIENT_ID,
      subject: 'user',
    });
    await store.set(key, toStored(tokens));
    expect(await user({ store }).token()).toBe(tokens.accessToken.reveal());
    expect(refreshes()).toBe(0);
  });

  test('is renewed every 30 min in the background, each time with the newest refresh token', async () => {
    const store = createMemoryTokenStore();
    const tokens = await loggedIn();
    const someone = user({ tokens, store });
    const seen = new Set([await someone.token()]);
    for (let round = 1; round <= 3; round += 1) {
      someone.clock.advance(30 * 60_000);
      await someone.token();
      await emulator.requests.waitFor({ operation: 'token' }, { count: round });
      await expect.poll(() => types(someone).filter((type) => type === 'token-renewed').length).toBe(round + 1);
      seen.add(await someone.token());
    }
    expect(seen.size).toBe(4);
    const sent = emulator.requests
      .list({ operation: 'token' })
      .map(({ body }) => new URLSearchParams(body).get('refresh_token'));
    expect(new Set(sent).size).toBe(3);
    secrets.push(...seen, ...(sent as string[]));
  });

  test('C20: after a 401 the new token is used, by all who wait, for one request', async () => {
    const someone = user({ tokens: await loggedIn() });
    const old = await someone.token();
    const next = await Promise.all(Array.from({ length: 20 }, () => someone.token(old)));
    expect(new Set(next).size).toBe(1);
    expect(next[0]).not.toBe(old);
    expect(refreshes()).toBe(1);
    secrets.push(next[0]!);
  });

  test('the old refresh token is kept if none came', async () => {
    const server = await startScriptedServer(granting({ expires_in: 60 }));
    const someone = user({ tokens: await loggedIn(), sentinel: server.url });
    for (let token = await someone.token(), rounds = 0; rounds < 3; rounds += 1) token = await someone.token(token);
    expect(new Set(server.requests.map(({ form }) => form['refresh_token'])).size).toBe(1);
    await server.close();
  });

  test.each(['60', 60, undefined, null, 'soon'])(
    'C21: expires_in %j is no reason to fail, or to show a token',
    async (expires) => {
      const server = await startScriptedServer(granting({ expires_in: expires, refresh_token: null, id_token: 7 }));
      const someone = user({ tokens: await loggedIn(), sentinel: server.url });
      expect(await someone.token(await someone.token())).toBe('tkn-1-opaque');
      await server.close();
    },
  );

  test('whose refresh token is refused: told once, no loop, and no one else sends it', async () => {
    const store = createMemoryTokenStore();
    const tokens = await loggedIn();
    emulator.users.list();
    await logInElsewhereAndSignOut();
    const [one, two] = [user({ tokens, store }), user({ store })];
    const old = await one.token();
    for (let call = 0; call < 5; call += 1) {
      for (const someone of [one, two]) {
        expect(await rejectionOf(someone.token(old))).toMatchObject({ code: 'LOGIN_REQUIRED', retryable: false });
        someone.clock.advance(60_000);
      }
    }
    expect(refreshes()).toBe(1);
    const told = [...types(one), ...types(two)];
    expect(told.filter((type) => type === 'login-required')).toHaveLength(1);
    expect(told.filter((type) => type === 'refresh-token-rejected')).toHaveLength(1);
    // A new login is noticed at once.
    const again = await loggedIn();
    expect(await user({ tokens: again, store }).token()).toBe(again.accessToken.reveal());
    two.clock.advance(60_000);
    expect(await two.token(old)).toBe(again.accessToken.reveal());
  });

  test('who never logged in: an error that says so, and no request', async () => {
    const nobody = user();
    expect(await rejectionOf(nobody.token())).toMatchObject({ code: 'LOGIN_REQUIRED', target: CLIENT_ID });
    expect(await rejectionOf(nobody.token())).toMatchObject({ code: 'LOGIN_REQUIRED' });
    expect([refreshes(), types(nobody).filter((type) => type === 'login-required').length]).toEqual([0, 1]);
  });

  test.each(['withLock', 'get'] as const)(
    'a store whose %s fails is not got around: the refresh token is not spent',
    async (method) => {
      const tokens = await loggedIn();
      const broken: TokenStore = {
        ...createMemoryTokenStore(),
        [method]: () => Promise.reject(new Error('disk is gone')),
      };
      const someone = user({ tokens, store: broken });
      expect(await rejectionOf(someone.token())).toMatchObject({ code: 'STORE_FAILED', retryable: true });
      expect(refreshes()).toBe(0);
    },
  );

  test('a store that takes no writes costs a warning; the newest refresh token is used all the same', async () => {
    const broken: TokenStore = { ...createMemoryTokenStore(), set: () => Promise.reject(new Error('disk is full')) };
    const someone = user({ tokens: await loggedIn(), store: broken });
    for (let token = await someone.token(), rounds = 0; rounds < 3; rounds += 1) {
      token = await someone.token(token);
      secrets.push(token);
    }
    expect(refreshes()).toBe(3);
    expect(emulator.requests.list({ operation: 'token' }).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  async function logInElsewhereAndSignOut(): Promise<void> {
    const server = loginServer(emulator);
    const { tokens } = await logIn(server);
    secrets.push(tokens.accessToken.reveal(), tokens.refreshToken!.reveal());
    const response = await fetch(
      `${emulator.discoveryUrl}/sentinel/api/account/${emulator.accountId}/token/revoke?v=1.0`,
      {
        method: 'POST',
        body: new URLSearchParams({
          token: tokens.refreshToken!.reveal(),
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
        }),
      },
    );
    expect(response.status).toBe(200);
    emulator.requests.clear();
  }
});

test('many accounts, apps and users in one store never get each other’s tokens', async () => {
  const store = createMemoryTokenStore();
  for (const name of ['anna@x', 'bob@x'])
    if (emulator.users.find(name) === undefined) emulator.users.add({ loginName: name });
  const [anna, bob] = [await loggedIn('anna@x'), await loggedIn('bob@x')];
  const users = [user({ store, subject: 'anna', tokens: anna }), user({ store, subject: 'bob', tokens: bob })];
  const app = identity({ sentinel: emulator.discoveryUrl, store, clock: createTestClock(Date.now()) });
  const seen = await Promise.all([...users, app].flatMap((one) => [one.token(), one.token()]));
  expect(new Set(seen).size).toBe(3);
  expect(seen.slice(0, 4)).toEqual([anna, anna, bob, bob].map(({ accessToken }) => accessToken.reveal()));
  const owners = new Set<string>();
  for (const someone of users) {
    const next = await someone.token(await someone.token());
    secrets.push(next);
    owners.add(emulator.tokens.list().find(({ token }) => token === next)!.userId!);
  }
  expect(owners.size).toBe(2);
  expect(await rejectionOf(user({ store, subject: 'carol' }).token())).toMatchObject({ code: 'LOGIN_REQUIRED' });
});

test('J10: a custom authorizer makes a fresh proof for every attempt, with the method in upper case and the whole URL', async () => {
  const server = await startScriptedServer({ status: 503 });
  const proofs: string[] = [];
  const { http, authorizer } = identity({
    sentinel: server.url,
    auth: customAuthorizer(({ method, url }) => {
      proofs.push(`${method} ${url} ${String(proofs.length)}`);
      return Promise.resolve({ authorization: `DPoP x`, dpop: String(proofs.length) });
    }),
  });
  await http.request({
    context: { operation: 'test' },
    method: 'GET',
    url: `${server.url}/a?b=c`,
    rule: 'read',
    authorizer,
  });
  expect(proofs).toEqual([0, 1, 2, 3].map((count) => `GET ${server.url}/a?b=c ${String(count)}`));
  expect(server.requests.map(({ headers }) => headers['dpop'])).toEqual(['1', '2', '3', '4']);
  await server.close();
});

test.each([
  [{ subject: undefined }, 'subject is missing'],
  [{ subject: '' }, 'subject must'],
  [{ tokens: {} }, 'tokens must'],
  [{ renewAfterMs: 0 }, 'renewAfterMs must'],
  [{ appTokenVersion: '2.0' }, 'no option "appTokenVersion"'],
])('userTokens refuses %j', (wrong, message) => {
  const options = { clientId: 'a', clientSecret: 'b', subject: 'c', ...wrong } as unknown as UserTokensOptions;
  expect(() => userTokens(options)).toThrow(message);
});
