import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GENERATIONS, optionsFor } from '../emulated-platform.ts';
import { type Answer, type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
const STATUSES = [301, 302, 303, 307, 308];

describe.each(GENERATIONS)('J23: on %s, a redirect is refused', (generation) => {
  let platform: RawPlatform;
  let elsewhere: RawPlatform;
  let client: WatchedClient;
  beforeAll(async () => {
    platform = await startRawPlatform(generation);
    elsewhere = await startRawPlatform(generation);
  });
  afterAll(async () => {
    await platform.close();
    await elsewhere.close();
  });
  beforeEach(() => {
    platform.reset();
    elsewhere.reset();
    client = watchedClient(optionsFor(platform, generation, { clock: createTestClock() }));
  });
  afterEach(() => client.close());

  const targets: readonly (readonly [string, () => string])[] = [
    ['the same host', () => `${platform.discoveryUrl}/api/elsewhere`],
    ['a path', () => '/api/elsewhere'],
    ['another host', () => `${elsewhere.discoveryUrl}/api/account/1/lambdas/x/invoke`],
    ['https', () => `https://127.0.0.1:${String(elsewhere.port)}/`],
    ['no address', () => 'http://['],
    ['nowhere', () => ''],
  ];
  const redirect =
    (status: number, location: string): Answer =>
    (response) => {
      response.writeHead(status, location === '' ? {} : { location }).end();
    };

  for (const status of STATUSES) {
    test.each(targets)(`HTTP ${String(status)} of the gateway, to %s`, async (_name, location) => {
      platform.answers.gateway = redirect(status, location());
      const refused = {
        name: 'TransportError',
        code: 'REDIRECT_REFUSED',
        executed: 'maybe',
        retryable: false,
        attempts: 1,
      };
      await expect(client.invokeByUuid(UUID, { n: 1 }, { idempotent: true })).rejects.toMatchObject(refused);
      await expect(client.invokeByEvent('demo_event', { n: 1 })).rejects.toMatchObject(refused);
      expect(platform.of('gateway').map(({ method, url }) => [method, url.includes('elsewhere')])).toEqual([
        ['POST', false],
        ['POST', false],
      ]);
      expect(elsewhere.requests).toEqual([]);
    });
  }

  test.each(STATUSES)('HTTP %i of Sentinel: the secret does not travel along', async (status) => {
    platform.answers.sentinel = redirect(status, `${elsewhere.discoveryUrl}/sentinel/api/account/1/app/token`);
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
      name: 'TransportError',
      code: 'REDIRECT_REFUSED',
      operation: 'clientCredentials',
      executed: 'no',
    });
    expect([platform.count('sentinel'), platform.count('gateway'), elsewhere.requests.length]).toEqual([1, 0, 0]);
  });

  test.each(STATUSES)('HTTP %i of the Domain API: nobody else names the hosts', async (status) => {
    platform.answers.discovery = redirect(status, `${elsewhere.discoveryUrl}/api/account/1/service/baseURI.json`);
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
      code: 'REDIRECT_REFUSED',
      operation: 'discover',
      executed: 'no',
    });
    expect([platform.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });
});
