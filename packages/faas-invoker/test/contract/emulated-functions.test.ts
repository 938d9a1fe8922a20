import { type Emulator, startEmulator } from '@lp-functions/emulator';
import type { Authorizer } from '@lp-functions/http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFaasInvoker, type FaasInvoker } from '../../src/index.ts';

/** The invoker alone, as somebody uses it who gets tokens elsewhere. */
async function authorizerFor({ discoveryUrl, accountId, apps }: Emulator): Promise<Authorizer> {
  const { clientId, clientSecret } = apps.default;
  const answer = await fetch(`${discoveryUrl}/sentinel/api/account/${accountId}/app/token?v=2.0`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { authorize: () => Promise.resolve({ authorization: `Bearer ${token}` }) };
}

describe.each(['v1', 'v2'] as const)('functions of the emulator, on %s', (platform) => {
  let emulator: Emulator;
  let invoker: FaasInvoker;
  beforeAll(async () => {
    emulator = await startEmulator({ platform, emptyResult: 'empty' });
    const { functions, accountId, domains } = emulator;
    functions.add({
      name: 'a-first',
      eventId: 'my_event',
      code: 'async function lambda({ payload }) { return payload; }',
    });
    functions.add({
      name: 'b-second',
      eventId: 'my_event',
      code: 'async function lambda({ headers }) { return headers; }',
    });
    functions.add({ name: 'throws', code: 'async function lambda() { throw new Error("out of stock"); }' });
    functions.add({ name: 'skilled', eventId: 'skill_event', skills: ['42'], code: 'async function lambda() {}' });
    invoker = createFaasInvoker({
      accountId,
      gatewayDomain: () => `http://${domains['faasGW']!}`,
      authorizer: await authorizerFor(emulator),
    });
  });
  afterAll(async () => {
    await invoker.close();
    await emulator.close();
  });
  const uuidOf = (name: string): string => emulator.functions.get(name).uuid;

  test('by UUID', async () => {
    const { result, attempts } = await invoker.invokeByUuid(uuidOf('a-first'), { n: [1, 'ü'] });
    expect([result, attempts]).toEqual([{ n: [1, 'ü'] }, 1]);
    expect(emulator.requests.last()?.ran).toEqual([uuidOf('a-first')]);
  });

  test('by event: every listener in turn, each with payload and headers', async () => {
    const { results } = await invoker.invokeByEvent('my_event', 5, { headers: { a: 'b' } });
    expect(results).toEqual([
      { uuid: uuidOf('a-first'), timestamp: expect.any(String) as string, result: 5 },
      { uuid: uuidOf('b-second'), timestamp: expect.any(String) as string, result: [{ key: 'a', value: 'b' }] },
    ]);
  });

  test('a skill picks its listeners', async () => {
    expect((await invoker.invokeByEvent('skill_event', 1, { skillId: '42' })).results).toHaveLength(1);
    expect((await invoker.invokeByEvent('skill_event', 1, { skillId: '43' })).results).toEqual([]);
  });

  test('a function that throws, and one that is not there', async () => {
    await expect(invoker.invokeByUuid(uuidOf('throws'), 1)).rejects.toMatchObject({
      name: 'FaaSLambdaError',
      code: 'FUNCTION_THREW',
      platform,
      platformMessage: expect.stringContaining('out of stock') as string,
    });
    await expect(invoker.invokeByUuid('6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', 1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      executed: 'no',
    });
  });
});
