import type { Emulator } from '@lp-functions/emulator';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/index.ts';
import { ACCOUNTS, GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each(GENERATIONS)('on %s', (generation) => {
  let emulator: Emulator;
  let client: WatchedClient;
  let echo: string;
  beforeAll(async () => {
    emulator = await startPlatform();
    echo = uuidOf(emulator, generation, 'echo');
    client = watchedClient(optionsFor(emulator, generation));
  });
  afterAll(async () => {
    await client.close();
    await emulator.close();
  });
  beforeEach(() => {
    // Not reset(): that revokes the tokens, too.
    emulator.requests.clear();
    emulator.faults.clear();
  });

  test('what is sent is what the function gets', async () => {
    const payloads: readonly unknown[] = [{ n: 1, list: [null, 'ü', '😀\u2028'] }, 'text', 5, null, [], {}, false, ''];
    for (const payload of payloads) {
      expect((await client.invokeByUuid(echo, payload)).result).toEqual(payload);
      expect((await client.invokeByEvent('demo_event', payload)).results).toMatchObject([{ result: payload }]);
    }
  });

  test('headers are the function’s, not HTTP’s', async () => {
    const { result } = await client.invokeByUuid(uuidOf(emulator, generation, 'input'), 1, {
      headers: { 'Accept-Language': 'en-US', Authorization: 'mine' },
    });
    expect(result).toMatchObject({
      headers: [
        { key: 'Accept-Language', value: 'en-US' },
        { key: 'Authorization', value: 'mine' },
      ],
      payload: 1,
    });
    const sent = emulator.requests.last({ service: 'gateway' })!.headers;
    expect(sent['accept-language']).toBeUndefined();
    expect(sent['authorization']).not.toBe('mine');
  });

  describe('J24: what cannot be sent is told as such, each case by its name, and nothing is sent', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    test.each<[string, unknown, option: string, message: RegExp]>([
      ['a circular payload', { a: cycle }, 'payload.a[0]', /contains it/],
      ['a BigInt', { id: 5n }, 'payload.id', /BigInt/],
      ['a toJSON that throws', { at: { toJSON: () => { throw new Error('x'); } } }, 'payload.at', /toJSON/], // prettier-ignore
      ['a function', () => 1, 'payload', /function/],
      ['a symbol', Symbol('x'), 'payload', /symbol/],
    ])('%s', async (_name, payload, option, message) => {
      for (const call of [client.invokeByUuid(echo, payload), client.invokeByEvent('demo_event', payload)]) {
        const error: unknown = await call.then(() => undefined, (caught: unknown) => caught); // prettier-ignore
        expect(error).toMatchObject({
          name: 'ConfigurationError',
          code: 'PAYLOAD_NOT_SERIALIZABLE',
          option,
          executed: 'no',
          message: expect.stringMatching(message) as string,
        });
      }
      expect(emulator.requests.count()).toBe(0);
    });

    test('a missing payload is a function without input', async () => {
      const { result } = await client.invokeByUuid(uuidOf(emulator, generation, 'input'), undefined);
      expect(result).toEqual({ headers: [] });
    });
  });

  describe('J27: nothing but documented fields influences a request', () => {
    test.each([
      { url: 'https://evil.example/' },
      { domain: 'evil.example' },
      { method: 'get' },
      { body: { payload: 'mine' } },
      { path: '/x' },
      { accountId: '999' },
      { authorization: 'Bearer x' },
      { 'url ': 'https://evil.example/' },
      { apiVersion: '2' },
      { gotOptions: {} },
    ])('%j is refused by name', async (extra) => {
      const [option] = Object.keys(extra);
      const refused = { name: 'ConfigurationError', code: 'UNKNOWN_OPTION', option };
      await expect(client.invokeByUuid(echo, 1, extra as object)).rejects.toMatchObject(refused);
      await expect(client.invokeByEvent('demo_event', 1, extra as object)).rejects.toMatchObject(refused);
      expect(emulator.requests.count()).toBe(0);
    });

    test('a payload may be anything, and stays the payload', async () => {
      const payload = { url: 'https://evil.example/', method: 'get', timestamp: 5, headers: [1], __proto__: { x: 1 } };
      await client.invokeByUuid(echo, payload);
      const { method, headers, body } = emulator.requests.last({ service: 'gateway' })!;
      expect([method, headers['host']?.endsWith(`.localhost:${String(emulator.port)}`)]).toEqual(['POST', true]);
      expect(JSON.parse(body)).toMatchObject({ headers: [], payload: { method: 'get', timestamp: 5 } });
      expect((JSON.parse(body) as { timestamp: number }).timestamp).toBeGreaterThan(1e12);
    });
  });

  test('J28: ids arrive as one segment of this account’s path, or nothing is sent', async () => {
    const parts = [
      '/',
      '\\',
      '.',
      '..',
      '?',
      '#',
      '%',
      '%2e%2e',
      '%2F',
      ' ',
      '\r\n',
      '\0',
      'ä',
      '\u2028',
      'a',
      '_',
      '-',
    ];
    const hostile = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((pieces) => pieces.join(''));
    const attack = '../../../account/999/lambdas/victim';
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, fc.constant(attack), fc.string({ unit: 'binary' })), async (id) => {
        emulator.requests.clear();
        await expect(client.invokeByUuid(id, 1)).rejects.toBeInstanceOf(ConfigurationError);
        const outcome = await client.invokeByEvent(id, 1).catch((error: unknown) => error);
        const arrived = emulator.requests.list({ service: 'gateway' });
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ name: 'ConfigurationError', option: 'eventId' });
          expect(emulator.requests.count()).toBe(0);
        } else {
          expect(arrived.map(({ path }) => path)).toEqual([`/api/account/${ACCOUNTS[generation]}/events/${id}/invoke`]);
        }
      }),
    );
  });

  test.each([undefined, null, '', 'undefined', 5])('J28: %j is no id', async (id) => {
    await expect(client.invokeByUuid(id as string, 1)).rejects.toMatchObject({ option: 'uuid' });
    if (id !== 'undefined') {
      await expect(client.invokeByEvent(id as string, 1)).rejects.toMatchObject({ option: 'eventId' });
    }
    expect(emulator.requests.count({ service: 'gateway' })).toBe(0);
  });

  test('J47: 200 request ids are 200 random UUIDs, and the caller’s own is kept', async () => {
    emulator.faults.add({ service: 'gateway', body: '1' });
    const results = await Promise.all(Array.from({ length: 200 }, () => client.invokeByUuid(echo, 1)));
    const arrived = emulator.requests.list({ service: 'gateway' }).map(({ headers }) => headers['x-request-id']);
    expect(new Set(arrived).size).toBe(200);
    for (const { requestId } of results) {
      expect(requestId).toMatch(UUID_V4);
      expect(arrived).toContain(requestId);
    }
    const { requestId } = await client.invokeByUuid(echo, 1, { requestId: 'order-4711' });
    expect([requestId, emulator.requests.last()?.headers['x-request-id']]).toEqual(['order-4711', 'order-4711']);
  });
});
