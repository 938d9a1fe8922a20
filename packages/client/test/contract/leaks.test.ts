import { inspect } from 'node:util';
import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientCredentials, createFunctionsClient, customAuthorizer, Secret, staticBearer } from '../../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET, RAW_TOKEN } from '../credentials.ts';
import { GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { expose, leakIn, observe, observedCount, shownForms, takeLeaks } from '../leak-scan.ts';
import { json, type RawPlatform, type RawRequest, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

// The search itself runs after every test of the package: see scan-after-each.ts.

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

describe('K2: the search finds what it has to find', () => {
  const FORMS: readonly (readonly [string, unknown])[] = [
    ['a message', new Error(`failed with ${CLIENT_SECRET}`)],
    ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: { secret: CLIENT_SECRET } }) })],
    ['a hidden property', Object.defineProperty({}, 'hidden', { value: CLIENT_SECRET })],
    ['a symbol property', { [Symbol('x')]: [{ deep: CLIENT_SECRET }] }],
    ['a toJSON', { toJSON: () => CLIENT_SECRET }],
    ['an encoded secret', encodeURIComponent(CLIENT_SECRET)],
    ['a form', new URLSearchParams({ client_secret: CLIENT_SECRET }).toString()],
    ['Base64', Buffer.from(CLIENT_SECRET).toString('base64')],
    ['Basic credentials', `Basic ${Buffer.from(`${CLIENT_ID}:x`).toString('base64')}`],
    ['Basic credentials without their scheme', Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')],
    ['half a JWT', 'eyJhbGciOi'],
    ['a raw token', `${RAW_TOKEN}1`],
    ['a bearer header', { headers: { authorization: 'Bearer 0123456789' } }],
    ['a key of an object', { [CLIENT_SECRET]: 1 }],
  ];
  test.each(FORMS)('%s', (_name, value) => {
    expect(shownForms(value).some((text) => leakIn(text) !== undefined)).toBe(true);
    observe(value);
    expect(takeLeaks().length).toBeGreaterThan(0);
  });

  test('and nothing else', () => {
    const innocent = [
      { a: 'the Bearer token', secret: '[secret]' },
      new Error('Authorization: [secret]'),
      'Bearer [secret]',
    ];
    expect(innocent.flatMap(shownForms).filter((text) => leakIn(text) !== undefined)).toEqual([]);
  });
});

describe.each(GENERATIONS)('J39, K2: on %s, with servers that echo the request', (generation) => {
  let emulator: Emulator;
  let client: WatchedClient;
  beforeAll(async () => {
    emulator = await startPlatform();
  });
  afterAll(() => emulator.close());
  beforeEach(() => {
    emulator.reset();
    client = watchedClient(optionsFor(emulator, generation, { clock: createTestClock() }));
  });
  afterEach(() => client.close());

  const failing = async (): Promise<Record<string, unknown>[]> => {
    const uuid = uuidOf(emulator, generation, 'echo');
    const outcomes = await Promise.allSettled([
      client.invokeByUuid(uuid, 1),
      client.invokeByEvent('demo_event', 1, { idempotent: true }),
    ]);
    return outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as Record<string, unknown>);
  };

  test.each([400, 401, 403, 429, 500, 503, 901])('the gateway, HTTP %i', async (status) => {
    emulator.faults.add({ service: 'gateway', echo: true, status });
    for (const error of await failing()) {
      // It did come back, or the search would find nothing for want of anything to find.
      expect(error['platformMessage']).toContain('[secret]');
      expect(error['platformMessage']).toMatch(/authorization/i);
    }
    expect(emulator.requests.last({ service: 'gateway' })?.responseBody).toContain('eyJ');
    expect(observedCount()).toBeGreaterThan(5);
  });

  test.each([400, 401, 429, 500])('Sentinel, HTTP %i', async (status) => {
    for (const clientAuthentication of ['client_secret_post', 'client_secret_basic'] as const) {
      emulator.faults.clear();
      emulator.faults.add({ service: 'sentinel', echo: true, status });
      const auth = clientCredentials({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, clientAuthentication });
      await client.close();
      client = watchedClient(optionsFor(emulator, generation, { auth, clock: createTestClock() }));
      for (const error of await failing()) expect(error).toMatchObject({ name: 'SentinelOAuthError', status });
    }
  });

  test.each([400, 500])('the Domain API, HTTP %i', async (status) => {
    emulator.faults.add({ service: 'discovery', echo: true, status });
    for (const error of await failing()) expect(error).toMatchObject({ name: 'DomainDiscoveryError' });
  });

  test('cut connections, half answers and refused redirects on every hop', async () => {
    for (const service of ['discovery', 'sentinel', 'gateway'] as const) {
      for (const fault of [
        { reset: 'after-read' },
        { halfBody: true, echo: true },
        { status: 307, headers: { location: `https://evil.example/?token=${RAW_TOKEN}1` } },
        { status: 200, body: '<html>' },
      ] as const) {
        emulator.faults.clear();
        emulator.faults.add({ service, ...fault });
        await client.close();
        client = watchedClient(
          optionsFor(emulator, generation, { clock: createTestClock(), retry: { maxRetries: 1 } }),
        );
        await failing();
      }
    }
  });
});

describe('J39, K2: with a server that has seen every trick', () => {
  let platform: RawPlatform;
  beforeAll(async () => {
    platform = await startRawPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(() => platform.reset());

  const headerOf = ({ headers }: RawRequest): string => headers.authorization ?? '';
  const spellings: readonly (readonly [string, (request: RawRequest) => string])[] = [
    ['as it is', headerOf],
    ['percent-encoded', (request) => encodeURIComponent(headerOf(request))],
    ['in Base64', (request) => Buffer.from(headerOf(request)).toString('base64')],
    ['in Base64 within more', (request) => Buffer.from(`xx${headerOf(request)}yy`).toString('base64url')],
    ['in hex', (request) => Buffer.from(headerOf(request)).toString('hex')],
    ['escaped for JSON twice', (request) => JSON.stringify(JSON.stringify(headerOf(request)))],
    ['a thousand times', (request) => headerOf(request).repeat(1_000)],
  ];

  test.each(spellings)('a credential full of signs that comes back %s', async (_name, spell) => {
    const token = 'raw-token-9/+=&"<ü>\\9f8e7d';
    expose(token);
    const auth = customAuthorizer(() => Promise.resolve({ authorization: `Bearer ${encodeURIComponent(token)}` }));
    const client = watchedClient(optionsFor(platform, 'v2', { auth, clock: createTestClock() }));
    for (const status of [400, 500, 901]) {
      platform.answers.gateway = (response, request) =>
        json(response, { code: 'a.b', message: `you sent ${spell(request)} to me`, errorLogs: [{ message: spell(request), extras: [{ [spell(request)]: spell(request) }] }] }, status); // prettier-ignore
      const error: unknown = await client.invokeByUuid(UUID, 1).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ status, platformMessage: expect.stringContaining('[secret]') as string });
      expect(inspect(error, { depth: 10 })).not.toContain(Buffer.from('Bearer raw-token').toString('hex'));
    }
    await client.close();
  });

  test('a long echo that is cut off in the middle of the token', async () => {
    const client = watchedClient(optionsFor(platform, 'v2', { auth: staticBearer(`${RAW_TOKEN}1234567890`) }));
    for (let before = 1_970; before <= 2_000; before++) {
      platform.answers.gateway = (response, request) =>
        json(response, { code: 'a.b', message: `${'x'.repeat(before)}${headerOf(request)}` }, 500);
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ status: 500 });
    }
    await client.close();
  });

  test('a long echo of Sentinel’s that is cut off in the middle of the secret', async () => {
    const secret = 'raw-token-1234567890abcdef';
    expose(secret);
    for (let before = 270; before <= 300; before++) {
      platform.answers.sentinel = (response, { body }) => {
        const sent = new URLSearchParams(body).get('client_secret') ?? '';
        json(response, { error: 'invalid_client', error_description: `${'x'.repeat(before)}${sent}` }, 401);
      };
      const auth = clientCredentials({ clientId: CLIENT_ID, clientSecret: secret });
      const client = watchedClient(optionsFor(platform, 'v2', { auth }));
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'GRANT_REFUSED' });
      await client.close();
    }
  });

  test('an authorizer that puts its credential into what it throws', async () => {
    const auth = customAuthorizer((_request, rejected) => {
      if (rejected === undefined) return Promise.resolve({ authorization: `Bearer ${RAW_TOKEN}77` });
      const failure = new Error(`cannot renew ${RAW_TOKEN}77`);
      return Promise.reject(
        Object.assign(failure, { options: { headers: { authorization: `Bearer ${RAW_TOKEN}77` } } }),
      );
    });
    platform.answers.gateway = (response) => response.writeHead(401).end();
    const client = watchedClient(optionsFor(platform, 'v2', { auth }));
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'AUTHORIZER_FAILED', attempts: 1 });
    await client.close();
  });

  test('the client itself, its authorizer and its options show nothing', async () => {
    const client = createFunctionsClient(
      optionsFor(platform, 'v2', {
        auth: clientCredentials({ clientId: CLIENT_ID, clientSecret: new Secret(CLIENT_SECRET) }),
      }),
    );
    await client.invokeByUuid(UUID, 1);
    for (const value of [client, client.authorizer, client.discovery, new Secret(CLIENT_SECRET)]) observe(value);
    await client.close();
  });
});
