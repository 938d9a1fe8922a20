import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { clientCredentials } from '../../src/index.ts';
import { CLIENT_SECRET } from '../credentials.ts';
import { GENERATIONS } from '../emulated-platform.ts';
import { domainList, json, type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** Of another region and generation each: what is said of one may not be used for another. */
const HOSTS: Readonly<Record<string, string>> = {
  alpha1: 'va.faasgw',
  beta2: 'euwe1.fninvocations',
  gamma3: 'lo.faasgw',
};

let platform: RawPlatform;
const clients = new Map<string, WatchedClient>();
beforeAll(async () => {
  platform = await startRawPlatform('v2');
  for (const accountId of Object.keys(HOSTS)) {
    const auth = clientCredentials({ clientId: `client-of-${accountId}`, clientSecret: CLIENT_SECRET });
    clients.set(accountId, watchedClient({ accountId, auth, discoveryUrl: platform.discoveryUrl }));
  }
});
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.close()));
  await platform.close();
});
afterEach(() => platform.reset());

const accountIn = (url: string): string => /\/account\/([^/]+)\//.exec(url)?.[1] ?? '';

test('J29, J33: clients of several accounts at once: each has hosts, token, path and answers of its own', async () => {
  const local = (host: string): string => `${host}.localhost:${String(platform.port)}`;
  platform.answers.discovery = (response, { url }) => {
    const faasGW = local(HOSTS[accountIn(url)] ?? '');
    json(response, domainList({ faasGW, sentinel: local(`${accountIn(url)}.sentinel`) }));
  };
  platform.answers.sentinel = (response, { url }) =>
    json(response, { access_token: `token-of-${accountIn(url)}`, token_type: 'Bearer', expires_in: 3600 });
  platform.answers.gateway = (response, { url }) =>
    json(response, url.includes('isImplemented') ? { implemented: accountIn(url) === 'beta2' } : accountIn(url));
  const answers = await Promise.all(
    [...clients].flatMap(([accountId, client]) => [
      client.invokeByUuid(UUID, 1).then(({ result }) => [accountId, result]),
      client.isImplemented({ eventId: 'my_event' }).then((implemented) => [accountId, implemented]),
    ]),
  );
  expect(answers).toEqual(Object.keys(HOSTS).flatMap((id) => [[id, id], [id, id === 'beta2']])); // prettier-ignore
  for (const { url, headers } of platform.of('gateway')) {
    const accountId = accountIn(url);
    expect(headers).toMatchObject({
      host: local(HOSTS[accountId] ?? ''),
      authorization: `Bearer token-of-${accountId}`,
    });
  }
  for (const { url, body, headers } of platform.of('sentinel')) {
    const accountId = accountIn(url);
    expect([new URLSearchParams(body).get('client_id'), headers.host]).toEqual([`client-of-${accountId}`, local(`${accountId}.sentinel`)]); // prettier-ignore
  }
  expect([platform.count('discovery'), platform.count('sentinel'), platform.count('gateway')]).toEqual([3, 3, 6]);
});

test('J29: what would name another account or identity for one call is refused by every method', async () => {
  const client = clients.get('beta2')!;
  for (const option of ['accountId', 'auth', 'authStrategy']) {
    const call = { [option]: 'other' } as never;
    const refused = { name: 'ConfigurationError', code: 'UNKNOWN_OPTION', option };
    await expect(client.invokeByUuid(UUID, 1, call)).rejects.toMatchObject(refused);
    await expect(client.invokeByEvent('my_event', 1, call)).rejects.toMatchObject(refused);
    await expect(client.invokeByName('a', 1, call)).rejects.toMatchObject(refused);
    await expect(client.isImplemented({ eventId: 'my_event' }, call)).rejects.toMatchObject(refused);
    await expect(client.getLambdas({}, call)).rejects.toMatchObject(refused);
    expect(() => client.invokeEach([], { uuid: UUID, ...(call as object) })).toThrow(expect.objectContaining(refused));
  }
  expect(platform.requests).toEqual([]);
});

describe.each(GENERATIONS)('J30: on %s the calling system is named alike', (generation) => {
  const v1 = generation === 'v1';
  test.each<[string, (client: WatchedClient) => Promise<unknown>]>([
    ['invokeByUuid', (client) => client.invokeByUuid(UUID, 1)],
    ['invokeByEvent', (client) => client.invokeByEvent('my_event', 1)],
    ['isImplemented', (client) => client.isImplemented({ eventId: 'my_event' })],
    ['getLambdas', (client) => client.getLambdas()],
  ])('by %s, with the default, with a name of its own, with a user', async (_operation, call) => {
    const own = await startRawPlatform(generation);
    own.answers.gateway = (response, { url }) =>
      json(response, url.includes('isImplemented') ? { implemented: true } : []);
    for (const [eventSource, shown] of [
      [undefined, 'lp-functions'],
      ['my shop & more', 'my shop & more'],
    ]) {
      const client = watchedClient({
        accountId: '1',
        auth: { authorize: () => Promise.resolve({}) },
        discoveryUrl: own.discoveryUrl,
        domains: { faasUI: own.discoveryUrl },
        eventSource,
        userId: '9',
      });
      await call(client);
      const { url, headers } = own.of('gateway').at(-1)!;
      const { searchParams } = new URL(url, own.discoveryUrl);
      expect([searchParams.get('externalSystem'), headers['lp-eventsource']]).toEqual(
        v1 ? [shown, undefined] : [null, shown],
      );
      expect(searchParams.get('userId')).toBe('9');
      await client.close();
    }
    await own.close();
  });
});
