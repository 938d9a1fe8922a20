/* eslint-disable @typescript-eslint/no-deprecated -- the client's older members are part of what has to work */
import { Client } from 'liveperson-functions-client';
import { request } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { redirectPlatformHosts, type Redirection } from '../../src/redirect.ts';

let emulator: Emulator;
let redirection: Redirection | undefined;
let client: Client;

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator({ tls: true, advertise: 'liveperson', ...options });
  redirection = redirectPlatformHosts(emulator);
  // Account id, client id and client secret: nothing else is configured.
  const { clientId, clientSecret } = emulator.apps.default;
  client = new Client({ accountId: emulator.accountId, authStrategy: { clientId, clientSecret } });
}
afterEach(async () => {
  redirection?.restore();
  redirection = undefined;
  await emulator.close();
});

describe.each(['v1', 'v2'] as const)('B2: liveperson-functions-client 2.2.0, unmodified, on %s', (platform) => {
  test('every method it has works', async () => {
    await start({ platform });
    const { uuid } = emulator.functions.add({
      name: 'order',
      eventId: 'order_event',
      skills: [],
      code: 'async function lambda({ payload }) { return { got: payload }; }',
    });
    const body = { headers: [], payload: { n: 1 } };
    const byUuid = await client.invoke({ lambdaUuid: uuid, lpEventSource: 'test', externalSystem: 'test', body });
    expect(byUuid).toMatchObject({ ok: true, status: 200, body: { got: { n: 1 } } });
    const byEvent = await client.invoke({ eventId: 'order_event', externalSystem: 'test', body });
    expect(byEvent.body).toMatchObject([{ uuid, result: { got: { n: 1 } } }]);
    expect(await client.isImplemented({ eventId: 'order_event', externalSystem: 'test' })).toBe(true);
    expect(await client.isImplemented({ eventId: 'other_event', externalSystem: 'test', skillId: '7' })).toBe(false);
    const listed = await client.getLambdas({
      state: ['Draft', 'Productive'],
      eventId: 'order',
      externalSystem: 'test',
    });
    expect(listed.body).toMatchObject([{ uuid, name: 'order' }]);
    if (platform === 'v2') {
      const functions = await client.getFunctions({ functionName: 'ord', state: ['Productive'], eventId: '' });
      expect(functions.body).toMatchObject([{ uuid, name: 'order' }]);
    }
    expect(emulator.requests.list().every(({ status }) => status === 200)).toBe(true);
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(1);
    expect(emulator.requests.count({ operation: 'listDomains' })).toBe(1);
    expect(redirection?.connections).toBeGreaterThan(1);
  });

  test('its errors are understood by it', async () => {
    await start({ platform });
    const { uuid } = emulator.functions.add({
      name: 'fail',
      code: 'async function lambda() { throw new Error("mine"); }',
    });
    const { clientId, clientSecret } = emulator.apps.default;
    client = new Client({
      accountId: emulator.accountId,
      authStrategy: { clientId, clientSecret },
      failOnErrorStatusCode: true,
    });
    const call = { externalSystem: 'test', body: { headers: [], payload: {} } };
    await expect(client.invoke({ lambdaUuid: uuid, ...call })).rejects.toMatchObject({ name: 'FaaSLambdaError' });
    const missing = 'c521cadf-d444-4519-ad11-1c1111114415';
    await expect(client.invoke({ lambdaUuid: missing, ...call })).rejects.toMatchObject({
      name: 'FaaSInvokeError',
      message: expect.stringContaining(`There is no ${missing} deployed on ${emulator.accountId}`) as string,
    });
  });
});

test('a redirection needs TLS, leaves other hosts alone, and can be taken back', async () => {
  await start();
  const plain = await startEmulator();
  expect(() => redirectPlatformHosts(plain)).toThrow('"tls"');
  expect((await fetch(`${plain.discoveryUrl}/api/account/1/service/baseURI.json`)).status).toBe(200);
  expect(plain.requests.count()).toBe(1);
  await plain.close();

  const answer = await fetch('https://api.liveperson.net/api/account/12345678/service/baseURI.json?version=1.0');
  expect(await answer.text()).toContain('euwe1.sentinel.liveperson.net"');
  expect((await fetch('https://example.liveperson.net/').catch((error: unknown) => error)) instanceof Error).toBe(true);
  redirection?.restore();
  const url = emulator.tls?.url ?? '';
  expect(await codeOf(`${url}/sentinel/well-known/jwks`)).toMatch(/SELF_SIGNED|UNABLE_TO/);
});

test('asked over TLS, discovery answers the port with TLS', async () => {
  await start({ advertise: 'loopback' });
  const port = String(emulator.tls?.port);
  const answer = await fetch(`https://localhost:${port}/api/account/12345678/service/sentinel/baseURI.json`);
  expect(await answer.json()).toMatchObject({ baseURI: `euwe1.sentinel.localhost:${port}` });
  emulator.faults.add({ reset: 'after-read', times: 1 });
  await expect(fetch(`https://localhost:${port}/nothing`)).rejects.toThrow();
  expect((await fetch(`https://localhost:${port}/nothing`)).status).toBe(404);
});

function codeOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request(url, (incoming) => {
      incoming.resume();
      resolve('no error');
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    outgoing.end();
  });
}
