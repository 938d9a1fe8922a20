import { createTestClock } from '@lp-functions/http/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FunctionsClientOptions, HttpTransport } from '../../src/index.ts';
import { GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { type Answer, domainList, json, type RawPlatform, startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** LivePerson’s own, which no test may reach: the recording transport stands in front of it. */
const REAL_DISCOVERY = 'https://api.liveperson.net';

const open: { close(): Promise<void> }[] = [];
function clientOf(options: FunctionsClientOptions): WatchedClient {
  const client = watchedClient(options);
  open.push(client);
  return client;
}
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

interface RecordingTransport extends HttpTransport {
  /** What left, apart from the question to the Domain API. */
  readonly sent: readonly { readonly url: string; readonly body?: string | undefined }[];
}

/** Answers the Domain API itself, and lets nothing out. */
function recordingTransport(hosts: Readonly<Record<string, string>>): RecordingTransport {
  const sent: { readonly url: string; readonly body?: string | undefined }[] = [];
  const answer = (value: object) => ({ status: 200, headers: {}, text: JSON.stringify(value) });
  return {
    sent,
    send({ url, body }) {
      if (url.includes('baseURI.json')) return Promise.resolve(answer(domainList(hosts)));
      sent.push({ url, body });
      if (url.includes('/sentinel/')) return Promise.resolve(answer({ access_token: 'raw-token-1', expires_in: 600 }));
      return Promise.resolve(answer({ ok: true }));
    },
    close: () => Promise.resolve(),
  };
}

const GOOD = { faasGW: 'va.faasgw.liveperson.net', sentinel: 'va.sentinel.liveperson.net' };

const EVIL_HOSTS = [
  'evil.example',
  'liveperson.net.evil.example',
  'evilliveperson.net',
  'liveperson.net@evil.example',
  'user:password@va.sentinel.liveperson.net',
  'va.sentinel.liveperson.net/path',
  'va.sentinel.liveperson.net?x=.liveperson.net',
  'va.sentinel.liveperson.net#',
  'va.sentinel.liveperson.net:8443',
  'https://va.sentinel.liveperson.net',
  'evil.example\\.liveperson.net',
  'evil.example%2f.liveperson.net',
  'evil.example%00.liveperson.net',
  'evil.example\r\n.liveperson.net',
  ' va.sentinel.liveperson.net',
  'va..liveperson.net',
  'lіveperson.net',
  '127.0.0.1',
  '127.1',
  '2130706433',
  '[::1]',
  '[::1]:8080',
  'localhost',
  'localhost:8080',
  'x.localhost',
  '10.0.0.1',
  '169.254.169.254',
  '',
  '.',
];

describe('J11: a host is judged before any credential leaves', () => {
  test.each(EVIL_HOSTS)('Sentinel is said to be %j', async (host) => {
    const transport = recordingTransport({ ...GOOD, sentinel: host });
    const client = clientOf(optionsFor({ discoveryUrl: REAL_DISCOVERY }, 'v2', { transport }));
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
      name: 'DomainDiscoveryError',
      code: 'HOST_REFUSED',
      service: 'sentinel',
      executed: 'no',
    });
    await expect(client.invokeByEvent('demo_event', 1)).rejects.toMatchObject({ code: 'HOST_REFUSED' });
    expect(transport.sent).toEqual([]);
  });

  test.each(EVIL_HOSTS)('the gateway is said to be %j', async (host) => {
    const transport = recordingTransport({ ...GOOD, faasGW: host });
    const client = clientOf(optionsFor({ discoveryUrl: REAL_DISCOVERY }, 'v2', { transport }));
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'HOST_REFUSED', service: 'faasGW' });
    expect(transport.sent).toEqual([]);
  });

  test.each(['va.sentinel.liveperson.net', 'VA.Sentinel.LivePerson.NET', 'liveperson.net'])(
    '%s is good',
    async (host) => {
      const transport = recordingTransport({ ...GOOD, sentinel: host });
      const client = clientOf(optionsFor({ discoveryUrl: REAL_DISCOVERY }, 'v2', { transport }));
      await client.invokeByUuid(UUID, 1);
      expect(transport.sent.map(({ url }) => new URL(url).origin)).toEqual([
        `https://${host.toLowerCase()}`,
        'https://va.faasgw.liveperson.net',
      ]);
    },
  );

  test('over a socket: no token request is made when the gateway is a stranger', async () => {
    const platform = await startRawPlatform();
    try {
      for (const host of ['evil.example', 'va.faasgw.liveperson.net:8443', 'user@va.faasgw.liveperson.net']) {
        platform.answers.discovery = (response) =>
          json(response, domainList({ faasGW: host, sentinel: `va.sentinel.localhost:${String(platform.port)}` }));
        const client = clientOf(optionsFor(platform));
        await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code: 'HOST_REFUSED' });
      }
      expect([platform.count('sentinel'), platform.count('gateway')]).toEqual([0, 0]);
    } finally {
      await platform.close();
    }
  });

  test('other suffixes are trusted only if they are named', async () => {
    const hosts = { faasGW: 'gw.corp.example', sentinel: 'sentinel.corp.example' };
    const transport = recordingTransport(hosts);
    const options = optionsFor({ discoveryUrl: REAL_DISCOVERY }, 'v1', {
      transport,
      allowedHostSuffixes: ['corp.example'],
    });
    await expect(clientOf(options).invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
  });

  test('discovery itself is asked over https, and the secret goes nowhere near it', async () => {
    expect(() => watchedClient(optionsFor({ discoveryUrl: 'http://api.liveperson.net' }))).toThrow(
      expect.objectContaining({ code: 'INSECURE_HTTP', option: 'discoveryUrl' }),
    );
  });
});

describe('the list of hosts, over a socket', () => {
  let platform: RawPlatform;
  beforeAll(async () => {
    platform = await startRawPlatform();
  });
  afterAll(() => platform.close());
  beforeEach(() => platform.reset());

  const failures: readonly (readonly [string, Answer])[] = [
    ['404', (response) => json(response, { message: 'unknown' }, 404)],
    ['401', (response) => json(response, { message: 'invalid site' }, 401)],
    ['500', (response) => json(response, {}, 500)],
    ['429', (response) => response.writeHead(429, { 'retry-after': '3600' }).end()],
    ['HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>maintenance</html>')],
    ['an empty list', (response) => json(response, { baseURIs: [] })],
    ['an empty body', (response) => response.writeHead(200).end()],
    ['a reset', (_response, { socket }) => socket.resetAndDestroy()],
    ['a redirect', (response) => response.writeHead(302, { location: 'https://evil.example/' }).end()],
  ];

  test.each(failures)('J12: a refresh that fails with %s leaves the last list in use', async (_name, failing) => {
    const clock = createTestClock();
    const client = clientOf(optionsFor(platform, 'v2', { clock }));
    await client.invokeByUuid(UUID, 1);
    const healthy = platform.answers.discovery;
    platform.answers.discovery = failing;
    clock.advance(600_001);
    for (let n = 0; n < 5; n++) await expect(client.invokeByUuid(UUID, n)).resolves.toMatchObject({ status: 200 });
    expect(platform.count('discovery')).toBe(2);
    expect(client.events.filter(({ type }) => type === 'discovery-stale')).toHaveLength(1);
    expect(client.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    // It is tried again before long, and goes on as if nothing had been.
    platform.answers.discovery = healthy;
    clock.advance(60_000);
    await client.invokeByUuid(UUID, 1);
    expect(platform.count('discovery')).toBe(3);
  });

  test.each<[string, Answer, code: string]>([
    ['an empty list', (response) => json(response, { baseURIs: [] }), 'ACCOUNT_NOT_FOUND'],
    ['401', (response) => json(response, {}, 401), 'ACCOUNT_NOT_FOUND'],
    [
      'a list without faasGW',
      (response) => json(response, domainList({ sentinel: 'x.localhost' })),
      'SERVICE_NOT_FOUND',
    ],
  ])('J13: an unknown account or service (%s) is remembered for a while', async (_name, answer, code) => {
    platform.answers.discovery = answer;
    const clock = createTestClock();
    const client = clientOf(optionsFor(platform, 'v2', { clock }));
    for (let n = 0; n < 3; n++) {
      await expect(client.invokeByUuid(UUID, n)).rejects.toMatchObject({
        name: 'DomainDiscoveryError',
        code,
        executed: 'no',
        retryable: false,
      });
    }
    await Promise.allSettled(Array.from({ length: 20 }, () => client.invokeByEvent('demo_event', 1)));
    expect(platform.count('discovery')).toBe(1);
    clock.advance(60_000);
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({ code });
    expect(platform.count('discovery')).toBe(2);
  });

  test.each([
    ['sentinel', { faasGW: 'euwe1.fninvocations.localhost' }],
    ['faasGW', { sentinel: 'va.sentinel.localhost' }],
  ])('J18: the error names the service that is missing: %s', async (service, hosts) => {
    platform.answers.discovery = (response) => json(response, domainList(hosts));
    const client = clientOf(optionsFor(platform));
    const error: unknown = await client.invokeByUuid(UUID, 1).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'DomainDiscoveryError',
      code: 'SERVICE_NOT_FOUND',
      operation: 'discover',
      service,
      target: service,
      message: expect.stringContaining(`"${service}"`) as string,
    });
    const other = service === 'sentinel' ? 'faasGW' : 'sentinel';
    expect(JSON.stringify(error)).not.toContain(other);
  });

  test('J18: the error for an unreachable Domain API says so', async () => {
    platform.answers.discovery = (response) => json(response, {}, 503);
    const client = clientOf(optionsFor(platform, 'v2', { clock: createTestClock() }));
    await expect(client.invokeByUuid(UUID, 1)).rejects.toMatchObject({
      name: 'DomainDiscoveryError',
      code: 'DISCOVERY_UNAVAILABLE',
      operation: 'discover',
      message: expect.stringContaining('Domain API') as string,
      retryable: true,
    });
  });

  test.each<[string, (port: number) => unknown]>([
    [
      'further attributes on entries and around them',
      (port) => ({
        baseURIs: [
          { service: 'faasGW', account: '1', baseURI: `x.localhost:${String(port)}`, region: 'eu', more: [1] },
          { service: 'sentinel', baseURI: `y.localhost:${String(port)}`, account: null },
        ],
        ResponseElement: 'x',
      }),
    ],
    [
      'entries that are none',
      (port) => ({
        baseURIs: [
          null,
          5,
          { service: 5 },
          { service: 'faasUI' },
          ...['faasGW', 'sentinel'].map((service) => ({ service, baseURI: `x.localhost:${String(port)}` })),
        ],
      }),
    ],
  ])('K4: a list with %s is read', async (_name, list) => {
    platform.answers.discovery = (response) => json(response, list(platform.port));
    await expect(clientOf(optionsFor(platform)).invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
  });

  test.each([
    ['va.faasgw', 'v1'],
    ['functions.faasgw', 'v1'],
    ['va.functions', 'v1'],
    ['euwe1.fninvocations', 'v2'],
  ])('J16: a gateway named %s is %s', async (label, generation) => {
    platform.answers.discovery = (response) =>
      json(
        response,
        domainList({
          faasGW: `${label}.localhost:${String(platform.port)}`,
          sentinel: `x.localhost:${String(platform.port)}`,
        }),
      );
    const [url, header] = await (async () => {
      await clientOf(optionsFor(platform, 'v1', { eventSource: 'me' })).invokeByUuid(UUID, 1);
      const request = platform.of('gateway').at(-1)!;
      return [new URL(request.url, platform.discoveryUrl), request.headers['lp-eventsource']];
    })();
    expect([url.searchParams.get('v'), url.searchParams.get('externalSystem'), header]).toEqual(
      generation === 'v1' ? ['1', 'me', undefined] : [null, null, 'me'],
    );
    // And the caller may know better.
    const forced = generation === 'v1' ? 'v2' : 'v1';
    await clientOf(optionsFor(platform, 'v1', { platform: forced })).invokeByUuid(UUID, 1);
    expect(platform.of('gateway').at(-1)!.url.includes('v=1')).toBe(forced === 'v1');
  });
});

describe('J17: hosts with a port work', () => {
  test.each(GENERATIONS)('as the emulator names them, on %s', async (generation) => {
    const emulator = await startPlatform();
    try {
      const client = clientOf(optionsFor(emulator, generation));
      expect(await client.discovery.resolve('faasGW')).toMatch(/^http:\/\/[\w.]+\.localhost:\d+$/);
      const { result } = await client.invokeByUuid(uuidOf(emulator, generation, 'echo'), { n: 1 });
      expect(result).toEqual({ n: 1 });
    } finally {
      await emulator.close();
    }
  });

  test('as the caller gives them', async () => {
    const platform = await startRawPlatform();
    try {
      const domains = { faasGW: platform.discoveryUrl, sentinel: `http://localhost:${String(platform.port)}` };
      const client = clientOf(optionsFor({ discoveryUrl: REAL_DISCOVERY }, 'v1', { domains }));
      await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ result: { ok: true } });
      expect(platform.count('discovery')).toBe(0);
    } finally {
      await platform.close();
    }
  });
});
