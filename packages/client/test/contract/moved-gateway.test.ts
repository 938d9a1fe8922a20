import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createTestClock } from '@lp-functions/http/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import { optionsFor } from '../emulated-platform.ts';
import { watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const LONG_MS = 60_000;

/** Everything but the gateway, which it says is on the port that `gatewayPort` names. */
let platform: Server;
let gateway: Server;
let gatewayPort: number;
let asked: string[];
let discoveryUrl: string;

beforeEach(async () => {
  asked = [];
  platform = createServer((request, response) => {
    const { port } = platform.address() as AddressInfo;
    asked.push(request.url?.includes('baseURI.json') === true ? 'discovery' : 'token');
    const entry = (service: string, at: number): object => ({ service, account: '1', baseURI: `127.0.0.1:${at}` });
    const body =
      asked.at(-1) === 'discovery'
        ? { baseURIs: [entry('faasGW', gatewayPort), entry('sentinel', port), entry('faasUI', gatewayPort)] }
        : { access_token: 'opaque-token-1', expires_in: 3600 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  gateway = createServer((request, response) => {
    asked.push(request.url?.includes('/isImplemented') === true ? 'implemented' : (request.method ?? ''));
    const answer = asked.at(-1) === 'implemented' ? { implemented: true } : { ok: true };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  for (const server of [platform, gateway]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  gatewayPort = await freePort();
  discoveryUrl = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const server of [platform, gateway]) {
    server.closeAllConnections();
    server.close();
  }
});

test('a gateway that has moved is found within the call, since nothing had been sent', async () => {
  const clock = createTestClock();
  const client = watchedClient(optionsFor({ discoveryUrl }, 'v2', { clock, platform: 'v2', retry: { maxRetries: 0 } }));
  await expect(client.invokeByUuid(UUID, {})).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(asked).toEqual(['discovery', 'token']);
  gatewayPort = (gateway.address() as AddressInfo).port;
  clock.advance(LONG_MS);
  expect(await client.invokeByUuid(UUID, {})).toMatchObject({ result: { ok: true } });
  expect(asked).toEqual(['discovery', 'token', 'discovery', 'POST']);
  await client.close();
});

test('so is it by a question, and by a bulk', async () => {
  const clock = createTestClock();
  const client = watchedClient(optionsFor({ discoveryUrl }, 'v2', { clock, platform: 'v2', retry: { maxRetries: 0 } }));
  const closed = await client.discovery.resolve('faasGW');
  gatewayPort = (gateway.address() as AddressInfo).port;
  clock.advance(LONG_MS);
  expect(await client.isImplemented({ eventId: 'some_event' })).toBe(true);
  expect(await client.discovery.resolve('faasGW')).not.toBe(closed);
  clock.advance(LONG_MS);
  const outcomes = [];
  for await (const outcome of client.invokeEach([1, 2, 3], { uuid: UUID })) outcomes.push(outcome.ok);
  expect(outcomes).toEqual([true, true, true]);
  await client.close();
});

test('a gateway that is down where it is said to be fails with its own failure', async () => {
  const clock = createTestClock();
  const client = watchedClient(optionsFor({ discoveryUrl }, 'v2', { clock, platform: 'v2', retry: { maxRetries: 0 } }));
  await client.discovery.resolve('faasGW');
  clock.advance(LONG_MS);
  await expect(client.invokeByUuid(UUID, {})).rejects.toMatchObject({
    code: 'UNREACHABLE',
    operation: 'invokeByUuid',
    executed: 'no',
  });
  expect(asked).toEqual(['discovery', 'token', 'discovery']);
  await client.close();
});
