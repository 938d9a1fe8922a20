import type { Emulator } from '@lp-functions/emulator';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { customAuthorizer, type FunctionsClientOptions, staticBearer } from '../../src/index.ts';
import { ACCOUNTS, GENERATIONS, type Generation, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';
import '../scan-after-each.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startPlatform();
  for (const generation of GENERATIONS) {
    const { functions } = emulator.accounts.get(ACCOUNTS[generation]);
    functions.add({ name: 'a draft', state: 'Draft', size: 'M', code: 'async function lambda() {}' });
  }
});
afterAll(() => emulator.close());

describe.each(GENERATIONS)('getLambdas on %s', (generation: Generation) => {
  const operation = generation === 'v1' ? 'listLambdas' : 'listFunctions';
  const clients: WatchedClient[] = [];
  afterEach(async () => {
    emulator.faults.clear();
    emulator.requests.clear();
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  function clientOf(changes: Partial<FunctionsClientOptions> = {}): WatchedClient {
    const client = watchedClient(optionsFor(emulator, generation, changes));
    clients.push(client);
    return client;
  }

  test('all of them, in one shape; fields that nobody named are kept', async () => {
    const lambdas = await clientOf().getLambdas();
    const echo = lambdas.find(({ name }) => name === 'echo');
    expect(echo).toMatchObject({
      uuid: uuidOf(emulator, generation, 'echo'),
      state: 'Productive',
      invocable: true,
      eventId: 'demo_event',
      platform: generation,
      createdAt: expect.any(String) as string,
    });
    expect(echo).toHaveProperty(generation === 'v1' ? 'implementation.code' : 'size');
    expect(lambdas.find(({ name }) => name === 'a draft')).toMatchObject({ state: 'Draft', invocable: false });
  });

  test('J31: every filter reaches the wire, and only those that were given', async () => {
    const client = clientOf({ eventSource: 'my system' });
    const v1 = generation === 'v1';
    const filter = { name: 'a d', eventId: 'x&y', state: ['Draft', 'Productive'], userId: '9' };
    expect(await client.getLambdas(filter)).toEqual([]);
    expect(emulator.requests.last()?.url).toContain(
      v1
        ? '/lambdas?v=1&externalSystem=my%20system&eventId=x%26y&state=Draft&state=Productive&name=a%20d&userId=9'
        : '/functions?eventId=x%26y&state=Draft&state=Productive&functionName=a%20d&userId=9',
    );
    await client.getLambdas();
    expect(emulator.requests.last()?.url).toMatch(v1 ? /\/lambdas\?v=1&externalSystem=my%20system$/ : /\/functions$/);
    expect(await client.getLambdas({ name: 'draft', state: 'Draft' })).toMatchObject([{ name: 'a draft' }]);
  });

  test('K7: a state that the platform does not know is its refusal, with code and request id', async () => {
    const error: unknown = await clientOf().getLambdas({ state: 'active' }, { requestId: 'mine' }).catch((reason: unknown) => reason); // prettier-ignore
    expect(error).toMatchObject({ name: 'FaaSDetailedError', code: 'BAD_REQUEST', status: 400, requestId: 'mine', executed: 'no' }); // prettier-ignore
  });

  test('an identity that may not list is told so, and another one may', async () => {
    const user = emulator.accounts.get(ACCOUNTS[generation]).users.default;
    const tokens = emulator.accounts.get(ACCOUNTS[generation]).users.issueTokens(user.loginName);
    emulator.faults.add({ operation, status: 403, when: ({ headers }) => !String(headers['authorization']).includes(tokens.accessToken) }); // prettier-ignore
    await expect(clientOf().getLambdas()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      hint: expect.stringContaining('listingAuthorizer') as string,
    });
    const client = clientOf({ listingAuthorizer: staticBearer(tokens.accessToken) });
    expect((await client.getLambdas()).length).toBeGreaterThan(3);
    expect((await client.invokeByUuid(uuidOf(emulator, generation, 'echo'), 1)).result).toBe(1);
    expect(emulator.requests.last({ operation: 'invokeByUuid' })?.headers['authorization']).not.toContain(
      tokens.accessToken,
    );
  });

  test('403 renews the token once, but not one that may have been minted within the call', async () => {
    const minted: string[] = [];
    const real = clientOf();
    let stale = false;
    const client = clientOf({
      auth: customAuthorizer(async (request, rejected) => {
        if (rejected !== undefined) {
          minted.push('renewed');
          stale = false;
        }
        const { authorization = '' } = await real.authorizer.authorize(request);
        return { authorization: stale ? 'Bearer stale' : authorization };
      }),
    });
    emulator.faults.add({ operation, status: 403, when: ({ headers }) => headers['authorization'] === 'Bearer stale' });
    stale = true;
    await expect(client.getLambdas()).rejects.toMatchObject({ code: 'FORBIDDEN', attempts: 1 });
    expect(minted).toEqual([]);
    expect((await client.getLambdas()).length).toBeGreaterThan(3);
    expect(minted).toEqual(['renewed']);
  });

  test.each([{}, 'text', [1], [{ name: 'x' }]])('%j is no listing', async (body) => {
    emulator.faults.add({ operation, status: 200, body, times: 1 });
    await expect(clientOf().getLambdas()).rejects.toMatchObject({ code: 'RESPONSE_UNREADABLE', executed: 'no' });
  });

  test('states that nobody has published and missing fields pass through', async () => {
    emulator.faults.add({
      operation,
      status: 200,
      times: 1,
      body: [{ uuid: 'u', state: 'Sleeping', skills: 5, extra: { a: 1 } }],
    });
    expect(await clientOf().getLambdas()).toEqual([
      {
        uuid: 'u',
        name: '',
        description: '',
        state: 'Sleeping',
        platform: generation,
        invocable: false,
        extra: { a: 1 },
      },
    ]);
  });

  test.each<[object, string]>([
    [{ state: 5 }, 'state'],
    [{ state: ['a&b'] }, 'state'],
    [{ name: '' }, 'name'],
    [{ functionName: 'x' }, 'functionName'],
  ])('%j is refused before anything is sent', async (filter, option) => {
    await expect(clientOf().getLambdas(filter)).rejects.toMatchObject({ name: 'ConfigurationError', option });
    expect(emulator.requests.count()).toBe(0);
  });
});
