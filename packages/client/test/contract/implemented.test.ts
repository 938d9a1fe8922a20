import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FunctionsClientOptions } from '../../src/index.ts';
import { ACCOUNTS, GENERATIONS, type Generation, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';
import '../scan-after-each.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startPlatform();
  for (const generation of GENERATIONS) {
    const { functions } = emulator.accounts.get(ACCOUNTS[generation]);
    functions.add({ name: 'skilled', eventId: 'skill_event', skills: ['42'], code: 'async function lambda() {}' });
    functions.add({ name: 'draft', state: 'Draft', code: 'async function lambda() {}' });
    functions.add({ name: 'modified', state: 'Modified', code: 'async function lambda() {}' });
  }
});
afterAll(() => emulator.close());

describe.each(GENERATIONS)('isImplemented on %s', (generation: Generation) => {
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
  const asked = (): number => emulator.requests.count({ operation: 'isImplemented' });

  test('J36, K12: ten at once are one request, and for a minute no further one, yes and no alike', async () => {
    const clock = createTestClock();
    const client = clientOf({ clock });
    const questions = [{ eventId: 'demo_event' }, { eventId: 'nobodys_event' }];
    for (const question of questions) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => client.isImplemented(question)));
      expect(answers).toEqual(Array.from({ length: 10 }, () => question.eventId === 'demo_event'));
    }
    expect(asked()).toBe(2);
    clock.advance(59_000);
    for (const question of questions) await client.isImplemented(question);
    expect(asked()).toBe(2);
    clock.advance(1_100);
    for (const question of questions) await client.isImplemented(question);
    expect(asked()).toBe(4);
  });

  test('J35: an answer can be asked for anew', async () => {
    const client = clientOf();
    await client.isImplemented({ eventId: 'demo_event' });
    await client.isImplemented({ eventId: 'demo_event' }, { fresh: true });
    await client.isImplemented({ eventId: 'demo_event' });
    expect(asked()).toBe(2);
  });

  test('J32: an answer for a skill is none for another, nor for the event', async () => {
    const client = clientOf();
    expect(await client.isImplemented({ eventId: 'skill_event', skillId: '42' })).toBe(true);
    expect(await client.isImplemented({ eventId: 'skill_event' })).toBe(false);
    expect(await client.isImplemented({ eventId: 'skill_event', skillId: '43' })).toBe(false);
    expect(await client.isImplemented({ eventId: 'skill_event', skillId: '42' })).toBe(true);
    expect(asked()).toBe(3);
  });

  test('J33: the answer of one account is not that of another', async () => {
    const other = generation === 'v1' ? 'v2' : 'v1';
    const [one, two] = [clientOf(), watchedClient(optionsFor(emulator, other))];
    clients.push(two);
    const { functions } = emulator.accounts.get(ACCOUNTS[generation]);
    functions.add({ name: 'only', eventId: 'only_here', code: 'async function lambda() {}' });
    expect(await one.isImplemented({ eventId: 'only_here' })).toBe(true);
    expect(await two.isImplemented({ eventId: 'only_here' })).toBe(false);
    functions.remove('only');
  });

  test('J37, K7: each refusal is the error it is, and is not kept', async () => {
    const client = clientOf({ retry: { maxRetries: 0 } });
    for (const [status, code] of [
      [400, 'BAD_REQUEST'],
      [403, 'FORBIDDEN'],
      [500, 'PLATFORM_FAILURE'],
      [503, 'PLATFORM_UNAVAILABLE'],
    ] as const) {
      // prettier-ignore
      emulator.faults.add({ operation: 'isImplemented', status, times: 1, body: { code: 'x', message: 'no %d %s' } });
      const error: unknown = await client.isImplemented({ eventId: 'demo_event' }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        name: 'FaaSDetailedError',
        code,
        status,
        executed: 'no',
        platformMessage: 'no %d %s',
      });
      expect(error).toHaveProperty('requestId', emulator.requests.last()?.headers['x-request-id']);
    }
    expect(await client.isImplemented({ eventId: 'demo_event' })).toBe(true);
  });

  test.each([{ implemented: 'false' }, { implemented: 1 }, {}, [], '<html>', ''])(
    'J37: %j is neither yes nor no',
    async (body) => {
      const client = clientOf();
      emulator.faults.add({ operation: 'isImplemented', status: 200, body, times: 1 });
      await expect(client.isImplemented({ eventId: 'demo_event' })).rejects.toMatchObject({
        code: 'RESPONSE_UNREADABLE',
        executed: 'no',
      });
    },
  );

  test('J30: source and user reach the wire', async () => {
    const client = clientOf({ eventSource: 'my system', userId: '9' });
    await client.isImplemented({ eventId: 'demo_event', skillId: '7' });
    const { url, headers } = emulator.requests.last()!;
    expect(url).toContain('skillId=7&userId=9');
    if (generation === 'v1') expect(url).toContain('?v=1&externalSystem=my%20system');
    else expect(headers['lp-eventsource']).toBe('my system');
  });

  test('one who gives up does not end it for the others', async () => {
    const client = clientOf();
    const gone = new AbortController();
    emulator.faults.add({ operation: 'isImplemented', delayMs: 60, times: 1 });
    const first = client.isImplemented({ eventId: 'demo_event' }, { signal: gone.signal });
    const second = client.isImplemented({ eventId: 'demo_event' });
    await emulator.requests.waitFor({ operation: 'isImplemented' });
    gone.abort(new Error('enough'));
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await second).toBe(true);
    expect(asked()).toBe(1);
  });

  test('a function is looked up in the listing', async () => {
    const client = clientOf();
    const of = (name: string): Promise<boolean> =>
      client.isImplemented({ lambdaUuid: uuidOf(emulator, generation, name).toUpperCase() });
    expect(await Promise.all([of('echo'), of('draft'), of('modified')])).toEqual([true, false, true]);
    expect(await client.isImplemented({ lambdaUuid: '00000000-0000-4000-8000-000000000000' })).toBe(false);
    expect(asked()).toBe(0);
  });

  test.each<[object, string]>([
    [{}, 'eventId'],
    [{ eventId: 'a/b' }, 'eventId'],
    [{ eventId: 'a', lambdaUuid: 'b' }, 'eventId'],
    [{ eventId: 'a', skillId: 'x\ny' }, 'skillId'],
    [{ lambdaUuid: 'x' }, 'lambdaUuid'],
    [{ lambdaUuid: '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55', skillId: '1' }, 'skillId'],
    [{ eventID: 'a' }, 'eventID'],
  ])('K17: %j is refused before anything is sent', async (question, option) => {
    await expect(clientOf().isImplemented(question as never)).rejects.toMatchObject({
      name: 'ConfigurationError',
      option,
    });
    expect(emulator.requests.count()).toBe(0);
  });
});
