import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestClock } from '@lp-functions/http/testing';
import {
  createMemoryTokenStore,
  customAuthorizer,
  fromStored,
  toStored,
  type TokenStore,
  userTokenKey,
  userTokens,
  type UserTokensOptions,
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
import { granting, startScriptedServer } from '../scripted-server.ts';
import { clientOf, type EmulatorUnderTest, logIn, loginServer, startSentinel } from '../user-login.ts';

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

const keyOf = (sentinelOrigin: string): string =>
  userTokenKey({ sentinelOrigin, accountId: ACCOUNT, clientId: CLIENT_ID, subject: 'user' });

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

  describe.each(['invalid_client', 'unauthorized_client'] as const)(
    'whose refresh is refused with %s',
    (oauthError) => {
      const refusal = { status: oauthError === 'invalid_client' ? 401 : 400, body: { error: oauthError } };
      const words = { invalid_client: 'client secret', unauthorized_client: 'refresh_token added' }[oauthError];

      test('is not logged out: an error and an event that say why, and the refresh token is kept', async () => {
        const server = await startScriptedServer(refusal);
        const store = createMemoryTokenStore();
        const tokens = await loggedIn();
        const [one, two] = [user({ tokens, store, sentinel: server.url }), user({ store, sentinel: server.url })];
        const old = await one.token();
        for (const someone of [one, two]) {
          expect(await rejectionOf(someone.token(old))).toMatchObject({
            code: 'GRANT_REFUSED',
            oauthError,
            operation: 'refresh',
            retryable: false,
            hint: expect.stringContaining(words) as string,
          });
          expect(types(someone).filter((type) => /^(login-required|refresh-token-rejected)$/.test(type))).toEqual([]);
          expect(someone.events).toContainEqual({
            type: 'token-renewal-failed',
            accountId: ACCOUNT,
            errorCode: 'GRANT_REFUSED',
            oauthError,
            oldTokenLives: someone === one,
          });
        }
        const key = keyOf(server.url);
        expect((await store.get(key))?.refreshToken).toBe(tokens.refreshToken!.reveal());

        // Somebody has put the app right. Nobody has logged in.
        server.script = granting({ expires_in: 60, refresh_token: 'tkn-next' });
        one.clock.advance(60_000);
        expect(await one.token(old)).toBe('tkn-3-opaque');
        expect(new Set(server.requests.map(({ form }) => form['refresh_token']))).toEqual(
          new Set([tokens.refreshToken!.reveal()]),
        );
        expect((await store.get(key))?.refreshToken).toBe('tkn-next');
        await server.close();
      });

      test.each([
        ['while the access token lives', 0],
        ['after it has run out', 8 * 3_600_000],
      ])('is asked for again ever more rarely, at most once a minute, %s', async (_when, ageMs) => {
        const server = await startScriptedServer(refusal);
        // Fetched for every refresh, before it is sent.
        let begun = 0;
        const clientSecret = (): string => {
          begun += 1;
          return CLIENT_SECRET;
        };
        const someone = user({ tokens: await loggedIn(), sentinel: server.url, clientSecret });
        const old = await someone.token();
        someone.clock.advance(ageMs === 0 ? 30 * 60_000 : ageMs);
        const askedAt: number[] = [];
        for (let second = 0; second < 600; second += 1) {
          const before = begun;
          if (ageMs === 0) expect(await someone.token()).toBe(old);
          else expect(await rejectionOf(someone.token())).toMatchObject({ code: 'GRANT_REFUSED', oauthError });
          await new Promise(setImmediate);
          if (begun > before) askedAt.push(second);
          await expect
            .poll(() => types(someone).filter((type) => type === 'token-renewal-failed').length, { interval: 1 })
            .toBe(begun);
          someone.clock.advance(1_000);
        }
        expect(server.requests).toHaveLength(askedAt.length);
        expect(askedAt).toEqual([0, 5, 15, 35, 75, 135, 195, 255, 315, 375, 435, 495, 555]);
        await server.close();
      });
    },
  );

  test('who is told invalid_grant by a server that is out of order is not logged out', async () => {
    const server = await startScriptedServer({ status: 503, body: { error: 'invalid_grant' } });
    const someone = user({ tokens: await loggedIn(), sentinel: server.url });
    expect(await rejectionOf(someone.token(await someone.token()))).toMatchObject({ code: 'SENTINEL_UNAVAILABLE' });
    expect(types(someone)).not.toContain('login-required');
    server.script = granting();
    expect(await someone.token(await someone.token())).toBe('tkn-2-opaque');
    await server.close();
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

test('an app that signs a user out revokes the newest tokens, wherever they were renewed', async () => {
  const store = createMemoryTokenStore();
  const [one, two] = [user({ tokens: await loggedIn(), store }), user({ store })];
  const first = await one.token();
  const second = await two.token(first);
  secrets.push(second);
  const key = keyOf(emulator.discoveryUrl);
  const client = clientOf(loginServer(emulator));
  await store.withLock(key, async () => {
    await client.revoke(fromStored((await store.get(key))!));
    await store.delete(key);
  });
  expect(emulator.tokens.list().filter(({ token }) => token === second)).toEqual([]);
  for (const someone of [one, two]) {
    expect(await rejectionOf(someone.token(await someone.token()))).toMatchObject({ code: 'LOGIN_REQUIRED' });
  }
  // Neither has brought anything back.
  expect(await store.get(key)).toBeUndefined();
});

test.each([
  { sentinelOrigin: 'https://b' },
  { accountId: '2' },
  { clientId: 'b' },
  { subject: 'b' },
  { clientId: 'a","user', subject: '' },
])('another %j is another key', (other) => {
  const owner = { sentinelOrigin: 'https://a', accountId: '1', clientId: 'a', subject: 'a' };
  expect(userTokenKey({ ...owner, ...other })).not.toBe(userTokenKey(owner));
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
