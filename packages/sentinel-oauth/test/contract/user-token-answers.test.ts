import fc from 'fast-check';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '@lp-functions/errors';
import { createTestClock } from '@lp-functions/http/testing';
import {
  createMemoryTokenStore,
  createSentinelClient,
  fromStored,
  type SentinelClient,
  type TokenSet,
  userTokenKey,
  userTokens,
} from '../../src/index.ts';
import {
  ACCOUNT,
  CLIENT_ID,
  CLIENT_SECRET,
  expectNothingLeaked,
  identity,
  leakPattern,
  note,
} from '../identity-under-test.ts';
import { type ScriptedServer, startScriptedServer } from '../scripted-server.ts';
import { forgeries, idTokenClaims, makeSigningPair, published, sign } from '../signed-tokens.ts';

const RUNS = process.env['LPFN_TEST_SOAK'] === '1' ? 3_000 : 150;
const NOW = Math.floor(Date.now() / 1000);
/** Thousands of requests, on a machine that may be busy. */
const LONG = { timeout: RUNS * 400 };
const KID = 'k1';
/** What was known before, and is sent: none of it may be seen again but in a token. */
const [CODE, OLD_REFRESH, OLD_ACCESS] = ['tkn-code', 'tkn-old-refresh', 'tkn-old-access'];

/** An answer of a token endpoint, of any shape. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

let server: ScriptedServer;
let answer: Answer;
let genuine: readonly string[];
let earlier: string;
/** Answers to a request with these secrets in it, which servers may repeat. */
let answersTo: (...sent: readonly string[]) => fc.Arbitrary<Answer>;

beforeAll(async () => {
  const own = makeSigningPair();
  const keys = [await published(own, KID)];
  server = await startScriptedServer(({ url }) =>
    url.includes('jwks') ? { body: { keys } } : { status: answer.status, body: answer.text },
  );
  const claims = idTokenClaims(NOW);
  earlier = await sign(claims, own, KID);
  genuine = await Promise.all([1, 2].map((seconds) => sign({ ...claims, iat: NOW - seconds }, own, KID)));
  const wrong = [
    ...(await forgeries(claims, own, KID)),
    ...(await Promise.all(
      [
        { aud: 'another' },
        { iss: 'somebody' },
        { exp: NOW - 100 },
        { nbf: NOW + 300 },
        { azp: 'another' },
        { nonce: 'x' },
      ].map((changed) => sign({ ...claims, ...changed }, own, KID)),
    )),
  ];
  answersTo = (...sent) => answersWith(sent, genuine, wrong);
});
afterAll(async () => {
  await server.close();
  expectNothingLeaked([CODE, OLD_REFRESH, OLD_ACCESS]);
});

function answersWith(sent: readonly string[], good: readonly string[], wrong: readonly string[]): fc.Arbitrary<Answer> {
  const word = fc.constantFrom('tkn-a', '', 'Bearer', 'invalid_grant', '60', CLIENT_SECRET, ...sent);
  const field = fc.oneof({ weight: 3, arbitrary: word }, fc.jsonValue());
  const token = (...texts: readonly string[]): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...texts) }, field);
  const body = fc.record(
    {
      access_token: token('tkn-new-1', 'tkn-new-2'),
      token_type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('Bearer', 'bearer', 'mac', null) }, fc.jsonValue()),
      expires_in: fc.oneof(fc.constantFrom(60, '3600', 0, -1, null), fc.jsonValue()),
      refresh_token: token('tkn-new-refresh'),
      id_token: token(...good, ...wrong),
      scope: fc.oneof(fc.constantFrom('openid', ''), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const refusal = fc.record(
    {
      error: fc.constantFrom('invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_request', 5, null),
      error_description: fc.oneof(fc.constantFrom(CLIENT_SECRET, ...sent), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const said = fc.oneof(
    { weight: 5, arbitrary: body },
    { weight: 2, arbitrary: refusal },
    // Says no, gives tokens all the same, and writes them into its text.
    {
      weight: 1,
      arbitrary: fc.tuple(body, refusal).map(([one, two]) => {
        const tokens = [one.access_token, one.refresh_token, one.id_token].filter((one) => typeof one === 'string');
        return { error_description: `for ${tokens.join(' and ')}`, ...one, ...two };
      }),
    },
  );
  return fc.record({
    status: fc.constantFrom(200, 200, 200, 201, 204, 206, 400, 400, 401, 403, 404, 429, 500, 503, 599, 901),
    text: fc.oneof({ weight: 6, arbitrary: said.map((value) => JSON.stringify(value)) }, fc.json(), fc.string()),
  });
}

function clientNow(): SentinelClient {
  return createSentinelClient({
    accountId: ACCOUNT,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    sentinelDomain: () => server.url,
    http: identity({ sentinel: server.url, clock: createTestClock(NOW * 1000) }).http,
  });
}

const oldTokens = (): TokenSet =>
  fromStored({
    accessToken: OLD_ACCESS,
    refreshToken: OLD_REFRESH,
    idToken: earlier,
    obtainedAtMs: NOW * 1000 - 60_000,
    expiresAtMs: NOW * 1000,
  });

const leak = leakPattern([CODE, OLD_REFRESH, OLD_ACCESS]);
const CODES = ['GRANT_REFUSED', 'SENTINEL_UNAVAILABLE', 'SENTINEL_UNREADABLE', 'TOKEN_INVALID', 'LOGIN_REQUIRED'];

/** Plays one answer. What comes of it is judged; what is thrown must be one of ours, and show nothing. */
async function play<T>(next: Answer, work: () => Promise<T>): Promise<{ readonly code?: unknown; readonly value?: T }> {
  answer = next;
  try {
    const value = await work();
    note(value);
    return { value };
  } catch (error) {
    expect(error).toMatchObject({ name: 'SentinelOAuthError', accountId: ACCOUNT, executed: 'no' });
    const { code } = error as { readonly code: unknown };
    expect(CODES).toContain(code);
    expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toMatch(leak);
    return { code };
  }
}

function expectSound(tokens: TokenSet): void {
  expect(tokens.accessToken.reveal()).toMatch(/^(?=.*\S)[\x20-\x7e]+$/);
  const lifetimeMs = tokens.expiresAtMs - tokens.obtainedAtMs;
  expect(lifetimeMs > 0 && Number.isFinite(lifetimeMs)).toBe(true);
  for (const secret of [tokens.refreshToken, tokens.idToken])
    if (secret !== undefined) expect(secret.reveal()).not.toBe('');
}

test(
  'answers of every shape to a code: tokens or a typed error, and no ID token that Sentinel did not sign',
  LONG,
  async () => {
    await fc.assert(
      fc.asyncProperty(answersTo(CODE), async (next) => {
        const client = clientNow();
        const login = await client.authorizationUrl();
        const callback = client.parseCallback(`?code=${CODE}&state=${login.state}`, login);
        const { value } = await play(next, () => client.exchangeCode(callback, login));
        if (value === undefined) return;
        expectSound(value);
        expect(value.claims === undefined).toBe(value.idToken === undefined);
        if (value.idToken !== undefined) expect(genuine).toContain(value.idToken.reveal());
      }),
      { numRuns: RUNS },
    );
  },
);

test(
  'answers of every shape to a refresh: the newest of everything, or a typed error, and no forged ID token',
  LONG,
  async () => {
    await fc.assert(
      fc.asyncProperty(answersTo(OLD_REFRESH), async (next) => {
        const { value } = await play(next, () => clientNow().refresh(oldTokens()));
        if (value === undefined) return;
        expectSound(value);
        expect([...genuine, earlier]).toContain(value.idToken?.reveal());
        const { refresh_token: came } = JSON.parse(next.text) as { readonly refresh_token?: unknown };
        expect(value.refreshToken?.reveal()).toBe(typeof came === 'string' && came !== '' ? came : OLD_REFRESH);
      }),
      { numRuns: RUNS },
    );
  },
);

test(
  'answers of every shape to userTokens: a bearer or a typed error; only invalid_grant ends a login',
  LONG,
  async () => {
    await fc.assert(
      fc.asyncProperty(answersTo(OLD_REFRESH), async (next) => {
        const store = createMemoryTokenStore();
        const auth = userTokens({
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          subject: 'user',
          tokens: oldTokens(),
        });
        const user = identity({ sentinel: server.url, auth, store, clock: createTestClock(NOW * 1000) });
        const { code, value } = await play(next, async () => new Secret(await user.token()));
        const kept = await store.get(
          userTokenKey({ sentinelOrigin: server.url, accountId: ACCOUNT, clientId: CLIENT_ID, subject: 'user' }),
        );
        const told = user.events.some(({ type }) => type === 'login-required');
        if (value !== undefined) {
          expect(kept?.accessToken).toBe(value.reveal());
          expect(kept?.refreshToken).toEqual(expect.stringMatching(/./));
        } else if (code === 'LOGIN_REQUIRED') {
          expect([JSON.parse(next.text), next.status < 500, kept?.loginRequired]).toEqual([
            expect.objectContaining({ error: 'invalid_grant' }),
            true,
            true,
          ]);
        } else expect(kept?.refreshToken).toBe(OLD_REFRESH);
        expect([told, kept?.loginRequired === true]).toEqual([code === 'LOGIN_REQUIRED', code === 'LOGIN_REQUIRED']);
      }),
      { numRuns: RUNS },
    );
  },
);
