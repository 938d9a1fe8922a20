import type { Emulator } from '@lp-functions/emulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  clientCredentials,
  createFunctionsClient,
  createMemoryTokenStore,
  createUndiciTransport,
  customAuthorizer,
  type FunctionsClientOptions,
  Secret,
  staticBearer,
} from '../../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../credentials.ts';
import { ACCOUNTS, GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

const open: { close(): Promise<void> }[] = [];
function clientOf(options: FunctionsClientOptions): WatchedClient {
  const client = watchedClient(options);
  open.push(client);
  return client;
}
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

describe.each(GENERATIONS)('withAuth, on %s', (generation) => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startPlatform();
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());

  test('identities share discovery, and never a token', async () => {
    const { apps } = emulator.accounts.get(ACCOUNTS[generation]);
    const other = apps.install({
      client_name: `other-${generation}`,
      display_name: 'Other',
      grant_types: ['client_credentials'],
      scope: 'faas.lambda.invoke',
    });
    const first = clientOf(optionsFor(emulator, generation));
    const second = first.withAuth(clientCredentials(other));
    const echo = uuidOf(emulator, generation, 'echo');
    await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? first : second).invokeByUuid(echo, { n })));
    expect(emulator.requests.count({ service: 'discovery' })).toBe(1);
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(2);
    const owners = new Map(emulator.tokens.list().map(({ token, clientId }) => [`Bearer ${token}`, clientId]));
    for (const { headers, body } of emulator.requests.list({ service: 'gateway' })) {
      const { payload } = JSON.parse(body) as { payload: { n: number } };
      expect(owners.get(headers['authorization']!)).toBe(payload.n % 2 === 0 ? CLIENT_ID : other.clientId);
    }
  });

  test('identities that share a token store do not share tokens', async () => {
    const { apps } = emulator.accounts.get(ACCOUNTS[generation]);
    const other = apps.install({ client_name: `third-${generation}`, display_name: 'Third', grant_types: ['client_credentials'], scope: 'faas.lambda.invoke' }); // prettier-ignore
    const tokenStore = createMemoryTokenStore();
    const first = clientOf(optionsFor(emulator, generation, { tokenStore }));
    const second = first.withAuth(clientCredentials(other));
    const echo = uuidOf(emulator, generation, 'echo');
    await first.invokeByUuid(echo, 1);
    await second.invokeByUuid(echo, 1);
    // But a second client of the same identity takes the token that is there.
    await clientOf(optionsFor(emulator, generation, { tokenStore })).invokeByUuid(echo, 1);
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(2);
    const sent = emulator.requests.list({ service: 'gateway' }).map(({ headers }) => headers['authorization']);
    expect([new Set(sent).size, sent[0] === sent[2]]).toEqual([2, true]);
  });

  test('an Authorizer stands for itself, and its refusals are its own', async () => {
    const first = clientOf(optionsFor(emulator, generation));
    const echo = uuidOf(emulator, generation, 'echo');
    const bearer = async (): Promise<Record<string, string>> => first.authorizer.authorize({ url: '', method: 'POST' });
    const asked: unknown[] = [];
    const second = first.withAuth({
      authorize: (request, rejected) => {
        asked.push([request.method, new URL(request.url).pathname.endsWith('/invoke'), rejected === undefined]);
        return bearer();
      },
    });
    await expect(second.invokeByUuid(echo, 5)).resolves.toMatchObject({ result: 5 });
    expect(asked).toEqual([['POST', true, true]]);
    const refused = first.withAuth(staticBearer(new Secret('not-a-token-of-anybody')));
    await expect(refused.invokeByUuid(echo, 1)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      attempts: 1,
      hint: expect.stringContaining('no other could be had') as string,
    });
    await expect(first.invokeByUuid(echo, 1)).resolves.toMatchObject({ result: 1 });
  });

  test('a 401 of one identity renews that one alone', async () => {
    const { apps } = emulator.accounts.get(ACCOUNTS[generation]);
    const other = apps.install({ client_name: `fourth-${generation}`, display_name: 'Fourth', grant_types: ['client_credentials'], scope: 'faas.lambda.invoke' }); // prettier-ignore
    const first = clientOf(optionsFor(emulator, generation));
    const second = first.withAuth(clientCredentials(other));
    const echo = uuidOf(emulator, generation, 'echo');
    await Promise.all([first.invokeByUuid(echo, 1), second.invokeByUuid(echo, 1)]);
    emulator.tokens.revokeAll({ clientId: other.clientId });
    const outcomes = await Promise.all([first.invokeByUuid(echo, 1), second.invokeByUuid(echo, 1)]);
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 2]);
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(3);
  });
});

describe('authorizers that fail', () => {
  let platform: RawPlatform;
  beforeAll(async () => {
    platform = await startRawPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(() => platform.reset());

  test.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('vault is sealed'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('vault is sealed'))],
    ['rejects with a text', () => Promise.reject('vault is sealed')],
    ['gives nothing', () => Promise.resolve(undefined)],
    ['gives a text', () => Promise.resolve('Bearer x')],
    ['gives numbers', () => Promise.resolve({ authorization: 5 })],
  ])('one that %s is told as such, and nothing is sent', async (_name, authorize) => {
    for (const auth of [customAuthorizer(authorize as never), { authorize: authorize as never }]) {
      const client = clientOf(optionsFor(platform, 'v2', { auth }));
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
        name: 'SentinelOAuthError',
        code: 'AUTHORIZER_FAILED',
        fault: 'caller',
        executed: 'no',
      });
    }
    expect(platform.count('gateway')).toBe(0);
  });

  test('a header that cannot be written is refused before anything is sent', async () => {
    const auth = customAuthorizer(() => Promise.resolve({ authorization: 'Bearer a\r\nx-evil: 1' }));
    const client = clientOf(optionsFor(platform, 'v2', { auth }));
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'REQUEST_INVALID', executed: 'no' });
    expect(platform.count('gateway')).toBe(0);
  });

  test('a secret may come from a function, and is asked for with every grant', async () => {
    let asked = 0;
    const clientSecret = (): Promise<Secret> => {
      asked++;
      return Promise.resolve(new Secret(CLIENT_SECRET));
    };
    const client = clientOf(
      optionsFor(platform, 'v2', { auth: clientCredentials({ clientId: CLIENT_ID, clientSecret }) }),
    );
    await Promise.all([client.invokeByUuid(UUID, 1), client.invokeByUuid(UUID, 1)]);
    expect(asked).toBe(1);
    expect(new URLSearchParams(platform.of('sentinel')[0]!.body).get('client_secret')).toBe(CLIENT_SECRET);
  });
});

describe('close()', () => {
  let platform: RawPlatform;
  beforeAll(async () => {
    platform = await startRawPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(() => platform.reset());

  test('the derived client’s ends nothing', async () => {
    const first = clientOf(optionsFor(platform));
    const second = first.withAuth(staticBearer('raw-token-7'));
    await second.invokeByUuid(UUID, 1);
    const before = platform.sockets.size;
    await second.close();
    expect(platform.sockets.size).toBe(before);
    await expect(first.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
    await expect(second.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
  });

  test('the first one’s ends every connection; what is used afterwards says CLOSED', async () => {
    const first = clientOf(optionsFor(platform));
    const second = first.withAuth(staticBearer('raw-token-7'));
    await Promise.all([first.invokeByUuid(UUID, 1), second.invokeByUuid(UUID, 1)]);
    await first.close();
    await first.close();
    await expect.poll(() => platform.sockets.size).toBe(0);
    const closed = { name: 'TransportError', code: 'CLOSED', fault: 'caller', executed: 'no', retryable: false };
    for (const client of [first, second]) {
      await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject(closed);
      await expect(client.invokeByEvent('demo_event', 1)).rejects.toMatchObject(closed);
    }
    const unused = clientOf(optionsFor(platform));
    await unused.close();
    await expect(unused.invokeByUuid(UUID, 1)).rejects.toMatchObject(closed);
    expect(platform.count('gateway')).toBe(2);
  });

  test.each(['discovery', 'sentinel', 'gateway'] as const)(
    'with calls under way to %s: each ends, and knows',
    async (hop) => {
      let arrived = 0;
      platform.answers[hop] = () => {
        arrived++;
      };
      const client = clientOf(optionsFor(platform));
      const calls = Promise.allSettled([
        client.invokeByUuid(UUID, 1),
        client.invokeByEvent('demo_event', 1),
        client.invokeByUuid(UUID, 1, { idempotent: true }),
      ]);
      await expect.poll(() => arrived).toBe(hop === 'gateway' ? 3 : 1);
      await client.close();
      for (const outcome of await calls) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { code: 'CLOSED', executed: hop === 'gateway' ? 'maybe' : 'no', retryable: false },
        });
      }
      expect(arrived).toBe(hop === 'gateway' ? 3 : 1);
      await expect.poll(() => platform.sockets.size).toBe(0);
    },
  );

  test('a transport that was given is not closed, and carries every request', async () => {
    const transport = createUndiciTransport();
    const client = clientOf(optionsFor(platform, 'v2', { transport }));
    await client.invokeByUuid(UUID, 1);
    await client.close();
    const another = clientOf(optionsFor(platform, 'v2', { transport }));
    await expect(another.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
    await transport.close();
    await expect(another.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('nothing is sent before the first call', async () => {
    const client = createFunctionsClient(optionsFor(platform));
    client.withAuth(staticBearer('raw-token-7'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(platform.requests).toEqual([]);
    await client.close();
  });
});
