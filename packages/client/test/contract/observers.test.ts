import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Emulator } from '@lp-functions/emulator';
import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type ClientEvent,
  createFunctionsClient,
  EVENT_CHANNEL,
  type FunctionsClientOptions,
} from '../../src/index.ts';
import { ACCOUNTS, GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

describe.each(GENERATIONS)('on %s', (generation) => {
  let emulator: Emulator;
  let echo: string;
  const open: WatchedClient[] = [];
  beforeAll(async () => {
    emulator = await startPlatform();
    echo = uuidOf(emulator, generation, 'echo');
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());
  afterEach(async () => {
    for (const client of open.splice(0)) await client.close();
  });

  function clientOf(changes: Partial<FunctionsClientOptions> = {}): WatchedClient {
    const client = watchedClient(optionsFor(emulator, generation, { clock: createTestClock(), ...changes }));
    open.push(client);
    return client;
  }

  test('every attempt and every token is told, with what a log needs and no more', async () => {
    emulator.faults.add({ service: 'gateway', status: 503, times: 1 });
    const client = clientOf();
    const { requestId } = await client.invokeByUuid(echo, { private: 'payload' }, { idempotent: true });
    const accountId = ACCOUNTS[generation];
    const attempt = { type: 'attempt', accountId, durationMs: expect.any(Number) as number };
    const { origin } = new URL(await client.discovery.resolve('faasGW'));
    expect(client.events).toEqual([
      { ...attempt, operation: 'discover', attempt: 1, status: 200, origin: emulator.discoveryUrl },
      {
        ...attempt,
        operation: 'clientCredentials',
        attempt: 1,
        status: 200,
        target: expect.any(String) as string,
        origin: expect.stringContaining('sentinel') as string,
      },
      { type: 'token-renewed', accountId, lifetimeMs: 3_600_000 },
      {
        ...attempt,
        operation: 'invokeByUuid',
        attempt: 1,
        status: 503,
        target: echo,
        requestId,
        origin,
        repeatInMs: 5_000,
      },
      { ...attempt, operation: 'invokeByUuid', attempt: 2, status: 200, target: echo, requestId, origin },
    ]);
    expect(client.lines.map(({ level }) => level)).toEqual(['debug', 'debug', 'debug', 'info', 'debug']);
    expect(JSON.stringify([client.events, client.lines])).not.toContain('payload');
  });

  test('a connection that breaks is told with its code', async () => {
    emulator.faults.add({ service: 'gateway', reset: 'after-read' });
    const client = clientOf();
    await expect(client.invokeByEvent('demo_event', 1)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const last = client.events.at(-1) as Extract<ClientEvent, { type: 'attempt' }>;
    expect([last.errorCode, last.status, last.repeatInMs]).toEqual(['CONNECTION_LOST', undefined, undefined]);
  });

  const boom = new Error('boom');
  const broken: readonly (readonly [string, () => unknown])[] = [
    ['throw', () => { throw boom; }], // prettier-ignore
    ['throw nothing', () => { throw undefined; }], // prettier-ignore
    ['reject', () => Promise.reject(boom)],
    ['give a thenable that throws', () => ({ then() { throw boom; } })], // prettier-ignore
    ['never settle', () => new Promise(() => {})],
  ];

  test.each(broken)('J44: listeners and loggers that %s change nothing', async (_name, observer) => {
    emulator.faults.add({ service: 'gateway', status: 503, times: 1 });
    const log = observer;
    const client = clientOf({ onEvent: observer, logger: { debug: log, info: log, warn: log, error: log } });
    await expect(client.invokeByUuid(echo, 5, { idempotent: true })).resolves.toMatchObject({ result: 5, attempts: 2 });
    await expect(client.invokeByUuid('none', 5)).rejects.toMatchObject({ name: 'ConfigurationError' });
    emulator.faults.add({ service: 'gateway', status: 401 });
    await expect(client.invokeByUuid(echo, 5)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    // A rejection that nobody handled would end the test run here.
    await new Promise(setImmediate);
  });

  test('a listener that fails is told to the logger', async () => {
    const client = clientOf({ onEvent: () => Promise.reject(boom) });
    await client.invokeByUuid(echo, 1);
    await expect
      .poll(() => client.lines.filter(({ level, message }) => level === 'warn' && message.includes('listener')).length)
      .toBe(client.events.length);
  });

  test('an event is no handle on the client: changing it changes nothing', async () => {
    const client = clientOf({
      onEvent: (event) => {
        for (const key of Object.keys(event)) Reflect.deleteProperty(event, key);
        Object.assign(event, { origin: 'https://evil.example', status: 500 });
      },
    });
    await expect(client.invokeByUuid(echo, 5)).resolves.toMatchObject({ result: 5, attempts: 1 });
  });

  test('whoever subscribes to the diagnostics channel is told the same, of clients that know nothing of it', async () => {
    const client = createFunctionsClient(optionsFor(emulator, generation));
    const published: ClientEvent[] = [];
    const subscriber = (event: unknown): void => void published.push(event as ClientEvent);
    subscribe(EVENT_CHANNEL, subscriber);
    try {
      await client.invokeByUuid(echo, { private: 'payload' });
      const operations = published.map((event) => (event.type === 'attempt' ? event.operation : event.type));
      expect(operations).toEqual(['discover', 'clientCredentials', 'token-renewed', 'invokeByUuid']);
      expect(published.at(-1)).toMatchObject({ accountId: ACCOUNTS[generation], target: echo, status: 200 });
      const { clientSecret } = emulator.accounts.get(ACCOUNTS[generation]).apps.default;
      for (const secret of ['payload', clientSecret, 'Bearer']) expect(JSON.stringify(published)).not.toContain(secret);
    } finally {
      unsubscribe(EVENT_CHANNEL, subscriber);
    }
    await client.invokeByUuid(echo, 1);
    expect(published).toHaveLength(4);
    await client.close();
  });
});
