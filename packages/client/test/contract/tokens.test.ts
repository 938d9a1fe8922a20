import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientCredentials, type FunctionsClientOptions } from '../../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET, RAW_TOKEN } from '../credentials.ts';
import { GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type Answer, json, type RawPlatform, startRawPlatform, unsignedJwt } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** So that a test clock, whose waits all end at once, is not far ahead after a few repeats. */
const QUICK_RETRY = { serverErrorWaitsMs: [1], throttledWaitMs: 1, networkWaitMs: 1 };

const open: { close(): Promise<void> }[] = [];
function clientOf(options: FunctionsClientOptions): WatchedClient {
  const client = watchedClient(options);
  open.push(client);
  return client;
}
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

describe.each(GENERATIONS)('on %s, with the emulator', (generation) => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startPlatform();
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());

  const tokenRequests = (): number => emulator.requests.count({ operation: 'appToken' });
  const discoveries = (): number => emulator.requests.count({ service: 'discovery' });
  const onGateway = (status?: number): number =>
    emulator.requests.list({ service: 'gateway', ...(status === undefined ? {} : { status }) }).length;

  test.each([0, 30])('J1: 1,000 concurrent first calls, every hop %i ms slow: 1 + 1 requests', async (delayMs) => {
    emulator.faults.add({ delayMs });
    emulator.faults.add({ service: 'gateway', body: '[]' });
    const client = clientOf(optionsFor(emulator, generation));
    const uuid = uuidOf(emulator, generation, 'echo');
    await Promise.all(
      Array.from({ length: 1_000 }, (_, n) =>
        n % 2 === 0 ? client.invokeByUuid(uuid, { n }) : client.invokeByEvent('demo_event', { n }),
      ),
    );
    expect([discoveries(), tokenRequests(), onGateway()]).toEqual([1, 1, 1_000]);
  });

  test('J1: a crowd at the moment of expiry asks for one new token', async () => {
    const clock = createTestClock();
    const client = clientOf(optionsFor(emulator, generation, { clock }));
    const uuid = uuidOf(emulator, generation, 'echo');
    await client.invokeByUuid(uuid, 0);
    clock.advance(3_601_000);
    emulator.clock.advance(3_601_000);
    emulator.faults.add({ service: 'sentinel', delayMs: 30 });
    await Promise.all(Array.from({ length: 100 }, (_, n) => client.invokeByUuid(uuid, { n })));
    expect([tokenRequests(), onGateway(401)]).toEqual([2, 0]);
  });

  test('J6: a 401 leads to one renewal for all waiting callers, and one repeat each', async () => {
    const client = clientOf(optionsFor(emulator, generation));
    const uuid = uuidOf(emulator, generation, 'echo');
    await client.invokeByUuid(uuid, 0);
    emulator.tokens.revokeAll();
    emulator.faults.add({ service: 'sentinel', delayMs: 30 });
    const calls = Array.from({ length: 50 }, (_, n) =>
      n % 2 === 0 ? client.invokeByUuid(uuid, { n }) : client.invokeByEvent('demo_event', { n }),
    );
    const results = await Promise.all(calls);
    expect(results.every(({ attempts }) => attempts === 2)).toBe(true);
    expect([tokenRequests(), onGateway(401), onGateway(200)]).toEqual([2, 50, 51]);
    expect(client.events.filter(({ type }) => type === 'token-renewed')).toHaveLength(2);
  });

  test('J6: a permanent 401 ends in a typed error after one renewal, and does not become a loop', async () => {
    emulator.faults.add({ service: 'gateway', status: 401 });
    const client = clientOf(optionsFor(emulator, generation));
    const uuid = uuidOf(emulator, generation, 'echo');
    await expect(client.invokeByUuid(uuid, 1)).rejects.toMatchObject({
      name: 'FaaSDetailedError',
      code: 'UNAUTHORIZED',
      fault: 'caller',
      status: 401,
      attempts: 2,
      executed: 'no',
      retryable: false,
      hint: expect.stringContaining('so was a renewed one') as string,
    });
    expect([tokenRequests(), onGateway()]).toEqual([2, 2]);
    for (let call = 0; call < 20; call++) await client.invokeByEvent('demo_event', 1).catch(() => undefined);
    // The first three rejections are answered at once, further ones only after a pause.
    expect(tokenRequests()).toBe(4);
  });

  test('a 403 is not answered by a new token', async () => {
    emulator.faults.add({ service: 'gateway', status: 403 });
    const client = clientOf(optionsFor(emulator, generation));
    await expect(client.invokeByEvent('demo_event', 1)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      fault: 'caller',
      executed: 'no',
      attempts: 1,
    });
    expect([tokenRequests(), onGateway()]).toEqual([1, 1]);
  });

  test('J7: a grant that is refused is not asked for again with every call', async () => {
    const clock = createTestClock();
    const auth = clientCredentials({ clientId: CLIENT_ID, clientSecret: 'not-the-secret' });
    const client = clientOf(optionsFor(emulator, generation, { auth, clock }));
    const uuid = uuidOf(emulator, generation, 'echo');
    const refused = { name: 'SentinelOAuthError', code: 'GRANT_REFUSED', oauthError: 'invalid_client', executed: 'no' };
    for (let n = 0; n < 5; n++) await expect(client.invokeByUuid(uuid, n)).rejects.toMatchObject(refused);
    await Promise.allSettled(Array.from({ length: 20 }, () => client.invokeByUuid(uuid, 1)));
    expect([tokenRequests(), onGateway()]).toEqual([1, 0]);
    // The first pause is 5 s, the next one 10.
    clock.advance(5_001);
    await expect(client.invokeByUuid(uuid, 1)).rejects.toMatchObject(refused);
    clock.advance(5_001);
    await expect(client.invokeByUuid(uuid, 1)).rejects.toMatchObject(refused);
    expect(tokenRequests()).toBe(2);
  });

  test.each(['client_secret_post', 'client_secret_basic'] as const)(
    'K1: a secret full of signs arrives intact, and in no URL (%s)',
    async (clientAuthentication) => {
      const auth = clientCredentials({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, clientAuthentication });
      const client = clientOf(optionsFor(emulator, generation, { auth }));
      await client.invokeByUuid(uuidOf(emulator, generation, 'echo'), 1);
      const { body, headers } = emulator.requests.last({ operation: 'appToken' })!;
      const secret = new URLSearchParams(body).get('client_secret');
      expect(secret).toBe(clientAuthentication === 'client_secret_post' ? CLIENT_SECRET : null);
      expect(headers['authorization'] === undefined).toBe(clientAuthentication === 'client_secret_post');
      for (const { url } of emulator.requests.list()) expect(decodeURIComponent(url)).not.toMatch(/9f8e7d|secret/);
    },
  );
});

describe('lifetimes, with a Sentinel that says what it likes', () => {
  let platform: RawPlatform;
  beforeAll(async () => {
    platform = await startRawPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(() => platform.reset());

  const tokenAnswer =
    (fields: (number: number) => object): Answer =>
    (response, _request, number) =>
      json(response, { token_type: 'Bearer', ...fields(number) });
  const jwt = (lifetime: number): string => {
    const iat = Math.floor(Date.now() / 1000);
    return unsignedJwt({ iat, exp: iat + lifetime });
  };

  test.each([60, 300, 1_799])('J2: a token of %i s is reused by a burst, however its life is told', async (seconds) => {
    for (const fields of [
      () => ({ access_token: `${RAW_TOKEN}1`, expires_in: seconds }),
      () => ({ access_token: `${RAW_TOKEN}1`, expires_in: String(seconds) }),
      () => ({ access_token: jwt(seconds) }),
    ]) {
      platform.reset();
      platform.answers.sentinel = tokenAnswer(fields);
      const client = clientOf(optionsFor(platform));
      for (let n = 0; n < 5; n++) await client.invokeByUuid(UUID, n);
      await Promise.all(Array.from({ length: 50 }, (_, n) => client.invokeByUuid(UUID, n)));
      expect([platform.count('sentinel'), platform.count('gateway')]).toEqual([1, 55]);
    }
  });

  test.each<[string, object, lifetimeMs: number]>([
    ['a number', { expires_in: 600 }, 600_000],
    ['a numeric string', { expires_in: '600' }, 600_000],
    ['nothing', {}, 1_800_000],
    ['null', { expires_in: null }, 1_800_000],
    ['nonsense', { expires_in: 'soon' }, 1_800_000],
  ])('J4: an opaque token is good, its life told by %s', async (_name, fields, lifetimeMs) => {
    platform.answers.sentinel = tokenAnswer((number) => ({ access_token: `${RAW_TOKEN}${String(number)}`, ...fields }));
    const clock = createTestClock();
    const client = clientOf(optionsFor(platform, 'v2', { clock }));
    await client.invokeByUuid(UUID, 1);
    clock.advance(lifetimeMs / 2);
    await client.invokeByUuid(UUID, 1);
    expect(platform.count('sentinel')).toBe(1);
    clock.advance(lifetimeMs / 2);
    await client.invokeByUuid(UUID, 1);
    expect(platform.count('sentinel')).toBe(2);
    expect(platform.of('gateway').map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${RAW_TOKEN}1`,
      `Bearer ${RAW_TOKEN}1`,
      `Bearer ${RAW_TOKEN}2`,
    ]);
  });

  test.each<[string, object]>([
    ['no claims', {}],
    ['iat alone', { iat: 1_700_000_000 }],
    ['exp before iat', { iat: 1_700_000_000, exp: 1_600_000_000 }],
    ['an exp that is no number', { iat: 1_700_000_000, exp: 'never' }],
  ])('J5: a JWT with %s does not live for ever', async (_name, claims) => {
    platform.answers.sentinel = tokenAnswer(() => ({ access_token: unsignedJwt(claims) }));
    const clock = createTestClock();
    const client = clientOf(optionsFor(platform, 'v2', { clock }));
    await client.invokeByUuid(UUID, 1);
    clock.advance(20 * 60_000);
    await client.invokeByUuid(UUID, 1);
    expect(platform.count('sentinel')).toBe(1);
    clock.advance(11 * 60_000);
    await client.invokeByUuid(UUID, 1);
    expect(platform.count('sentinel')).toBe(2);
  });

  test.each<[string, object]>([
    ['expires_in as a number and a refresh token', { expires_in: 600, refresh_token: `${RAW_TOKEN}99` }],
    ['fields that nobody documents', { expires_in: '600', more: { deep: [1] }, id_token_hint: null, scope: 'a b' }],
    ['a token_type in another case', { token_type: 'bEaReR', expires_in: 600 }],
    ['no token_type at all', { token_type: undefined, expires_in: 600 }],
  ])('K3: a token answer with %s is read', async (_name, fields) => {
    platform.answers.sentinel = tokenAnswer(() => ({ access_token: `${RAW_TOKEN}1`, ...fields }));
    const client = clientOf(optionsFor(platform));
    await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
    expect(platform.of('gateway')[0]?.headers.authorization).toBe(`Bearer ${RAW_TOKEN}1`);
  });

  describe('while the old token lives', () => {
    const LIFETIME_S = 1_000;
    // Soft from 800 s, hard from 970 s.
    const failures: readonly (readonly [string, Answer])[] = [
      ['503', (response) => json(response, {}, 503)],
      ['500 without a body', (response) => response.writeHead(500).end()],
      ['a reset', (_response, { socket }) => socket.resetAndDestroy()],
      ['HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
      ['half an answer', (response) => response.writeHead(200).end('{"access_token":"')],
      ['an answer without a token', (response) => json(response, { token_type: 'Bearer' })],
      ['a refusal', (response) => json(response, { error: 'invalid_client' }, 401)],
    ];

    test.each(failures)('J3: Sentinel failing with %s is not noticed', async (_name, failing) => {
      platform.answers.sentinel = tokenAnswer((number) => ({
        access_token: `${RAW_TOKEN}${String(number)}`,
        expires_in: LIFETIME_S,
      }));
      const healthy = platform.answers.sentinel;
      const clock = createTestClock();
      const client = clientOf(optionsFor(platform, 'v2', { clock, retry: QUICK_RETRY }));
      await client.invokeByUuid(UUID, 1);
      platform.answers.sentinel = failing;
      for (const passMs of [801_000, 100_000, 71_000, 20_000]) {
        clock.advance(passMs);
        await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ result: { ok: true } });
      }
      expect(new Set(platform.of('gateway').map(({ headers }) => headers.authorization))).toEqual(
        new Set([`Bearer ${RAW_TOKEN}1`]),
      );
      await expect
        .poll(() => client.events.filter(({ type }) => type === 'token-renewal-failed').length)
        .toBeGreaterThan(0);
      for (const event of client.events) {
        if (event.type === 'token-renewal-failed') expect(event.oldTokenLives).toBe(true);
      }
      // Once it is dead, the failure is told.
      clock.advance(100_000);
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ executed: 'no' });
      // And once Sentinel is well again, nobody has to do anything.
      platform.answers.sentinel = healthy;
      clock.advance(60_001);
      await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ attempts: 1 });
    });

    test('J3: a Sentinel that never answers is not noticed either', async () => {
      platform.answers.sentinel = tokenAnswer(() => ({ access_token: `${RAW_TOKEN}1`, expires_in: LIFETIME_S }));
      const clock = createTestClock();
      const client = clientOf(optionsFor(platform, 'v2', { clock }));
      await client.invokeByUuid(UUID, 1);
      platform.answers.sentinel = () => {};
      clock.advance(801_000);
      await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ attempts: 1 });
      await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ attempts: 1 });
      expect(platform.count('sentinel')).toBe(2);
    });
  });
});
