import { createTestClock } from '@lp-functions/http/testing';
import type { StoredDomains } from '@lp-functions/domain-discovery';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createMemoryTokenStore,
  createUndiciTransport,
  type FunctionsClientOptions,
  type InvocationOptions,
  type ReadOptions,
  type Schema,
  staticBearer,
  type TelemetryApi,
} from '../../src/index.ts';
import { optionsFor } from '../emulated-platform.ts';
import { domainList, json, type RawPlatform, type RawRequest, startRawPlatform } from '../raw-platform.ts';
import { watchedClient, type WatchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
let platform: RawPlatform;
const clients: WatchedClient[] = [];
beforeAll(async () => {
  platform = await startRawPlatform('v2');
});
afterAll(() => platform.close());
beforeEach(() => platform.reset());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function clientOf(changes: Partial<FunctionsClientOptions> = {}): WatchedClient {
  const client = watchedClient(optionsFor(platform, 'v2', changes));
  clients.push(client);
  return client;
}

/** The request with which a call ended. */
async function sentWith(changes: Partial<FunctionsClientOptions>, call?: InvocationOptions): Promise<RawRequest> {
  await clientOf(changes).invokeByUuid(UUID, { n: 1 }, call);
  return platform.of('gateway').at(-1)!;
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'none',
    (error: unknown) => (error as { code?: unknown }).code,
  );
const bodyOf = ({ body }: RawRequest): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;
const silent = (): void => {};
const throttle: RawPlatform['answers']['gateway'] = (response) => response.writeHead(429).end();
const listing = (): FunctionsClientOptions['domains'] => ({ faasUI: `http://127.0.0.1:${String(platform.port)}` });
const refusing = { '~standard': { version: 1, vendor: 'own', validate: () => ({ issues: [{ message: 'no' }] }) } } as Schema; // prettier-ignore

/** Each shows what its option changes, beside what happens without it. */
const CLIENT: Readonly<Record<keyof FunctionsClientOptions, () => Promise<void>>> = {
  accountId: async () => expect((await sentWith({ accountId: 'my-site' })).url).toContain('/api/account/my-site/'),
  auth: async () => expect((await sentWith({ auth: staticBearer('mine') })).headers.authorization).toBe('Bearer mine'),
  async discoveryUrl() {
    const other = await startRawPlatform('v2');
    await clientOf({ discoveryUrl: other.discoveryUrl }).invokeByUuid(UUID, 1);
    expect([other.count('discovery'), platform.count('discovery')]).toEqual([1, 0]);
    await other.close();
  },
  async discoveryTtlMs() {
    for (const [discoveryTtlMs, lists] of [
      [undefined, 1],
      [1_000, 2],
    ] as const) {
      // prettier-ignore
      platform.reset();
      const clock = createTestClock();
      const client = clientOf({ discoveryTtlMs, clock });
      await client.invokeByUuid(UUID, 1);
      clock.advance(2_000);
      await client.discovery.resolve('faasGW');
      await expect.poll(() => platform.count('discovery')).toBe(lists);
    }
  },
  async domainStore() {
    const kept = new Map<string, StoredDomains>();
    const domainStore: FunctionsClientOptions['domainStore'] = {
      get: (key) => Promise.resolve(kept.get(key)),
      set: (key, domains) => Promise.resolve(void kept.set(key, domains)),
    };
    await sentWith({ domainStore });
    await expect.poll(() => kept.size).toBe(1);
    await sentWith({ domainStore });
    expect(platform.count('discovery')).toBe(1);
  },
  async domains() {
    const faasGW = `http://127.0.0.1:${String(platform.port)}`;
    await sentWith({ domains: { faasGW }, auth: staticBearer('mine') });
    expect(platform.count('discovery')).toBe(0);
  },
  async platform() {
    expect((await sentWith({})).url).not.toContain('v=1');
    expect((await sentWith({ platform: 'v1' })).url).toContain('v=1');
  },
  async eventSource() {
    expect((await sentWith({})).headers['lp-eventsource']).toBe('lp-functions');
    expect((await sentWith({ eventSource: 'my shop' })).headers['lp-eventsource']).toBe('my shop');
  },
  async userId() {
    expect((await sentWith({})).url).not.toContain('userId');
    expect((await sentWith({ userId: '9' })).url).toContain('userId=9');
  },
  async timeoutMs() {
    platform.answers.gateway = silent;
    expect(await codeOf(sentWith({ timeoutMs: 100 }))).toBe('ATTEMPT_TIMEOUT');
  },
  async deadlineMs() {
    platform.answers.gateway = silent;
    expect(await codeOf(sentWith({ deadlineMs: 200 }))).toBe('DEADLINE_EXCEEDED');
  },
  async retry() {
    platform.answers.gateway = throttle;
    await codeOf(sentWith({ clock: createTestClock() }));
    expect(platform.count('gateway')).toBe(4);
    await codeOf(sentWith({ retry: { maxRetries: 0 } }));
    expect(platform.count('gateway')).toBe(5);
  },
  async transport() {
    const inner = createUndiciTransport();
    let sent = 0;
    const counting: FunctionsClientOptions['transport'] = {
      send: (request) => {
        sent++;
        return inner.send(request);
      },
      close: () => inner.close(),
    };
    await sentWith({ transport: counting });
    expect(sent).toBe(3);
    await inner.close();
  },
  async proxy() {
    // Not a proxy, which the error tells; nothing of the name behind it is looked up here.
    const httpsProxy = `http://127.0.0.1:${String(platform.port)}`;
    const client = clientOf({
      discoveryUrl: 'https://api.liveperson.net',
      proxy: { httpsProxy },
      retry: { maxRetries: 0 },
    });
    await expect(client.invokeByUuid(UUID, 1)).rejects.toThrow(`through the proxy 127.0.0.1:${String(platform.port)}`);
  },
  async listingAuthorizer() {
    platform.answers.gateway = (response) => json(response, []);
    await clientOf({ domains: listing(), listingAuthorizer: staticBearer('a-user') }).getLambdas();
    expect(platform.of('gateway')[0]?.headers.authorization).toBe('Bearer a-user');
  },
  async maxResponseBytes() {
    expect(await codeOf(sentWith({ maxResponseBytes: 5 }))).toBe('RESPONSE_TOO_LARGE');
  },
  async tokenStore() {
    const inner = createMemoryTokenStore();
    const keys: string[] = [];
    await sentWith({
      tokenStore: {
        ...inner,
        set: (key, ...rest) => {
          keys.push(key);
          return inner.set(key, ...rest);
        },
      },
    });
    expect(keys).toHaveLength(1);
  },
  async allowedHostSuffixes() {
    platform.answers.discovery = (response) => json(response, domainList({ faasGW: 'gw.shop.example' }));
    const judged = async (allowedHostSuffixes?: readonly string[]): Promise<unknown> =>
      (await clientOf({ allowedHostSuffixes }).discovery.list())[0]?.origin;
    expect(await judged()).toBeUndefined();
    expect(await judged(['shop.example'])).toMatch(/gw\.shop\.example$/);
  },
  allowInsecureHttp() {
    const discoveryUrl = 'http://discovery.shop.example';
    expect(() => clientOf({ discoveryUrl })).toThrow(expect.objectContaining({ code: 'INSECURE_HTTP' }));
    expect(() => clientOf({ discoveryUrl, allowInsecureHttp: true })).not.toThrow();
    return Promise.resolve();
  },
  async logger() {
    const lines: string[] = [];
    const write = (message: string): unknown => lines.push(message);
    await sentWith({ logger: { debug: write, info: write, warn: write, error: write } });
    expect(lines).not.toEqual([]);
  },
  async onEvent() {
    const types: string[] = [];
    await sentWith({ onEvent: ({ type }) => types.push(type) });
    expect(types).toContain('attempt');
  },
  async undefinedProperties() {
    expect(await codeOf(clientOf().invokeByUuid(UUID, { a: undefined }))).toBe('PAYLOAD_NOT_SERIALIZABLE');
    await clientOf({ undefinedProperties: 'omit' }).invokeByUuid(UUID, { a: undefined, b: 1 });
    expect(bodyOf(platform.of('gateway')[0]!)['payload']).toEqual({ b: 1 });
  },
  userAgentSuffix: async () =>
    expect((await sentWith({ userAgentSuffix: 'order-service/2.1 (eu)' })).headers['user-agent']).toMatch(
      /^lp-functions\/\S+ order-service\/2\.1 \(eu\)$/,
    ),
  async telemetry() {
    const spans: string[] = [];
    const nothing = { add: silent, record: silent };
    const span = { setAttributes: silent, setStatus: silent, end: silent, spanContext: () => ({ traceId: '0', spanId: '0', traceFlags: 0 }) }; // prettier-ignore
    const telemetry: TelemetryApi = {
      trace: { getTracer: () => ({ startSpan: (name) => (spans.push(name), span) }), setSpan: silent },
      metrics: { getMeter: () => ({ createHistogram: () => nothing, createCounter: () => nothing }) },
      context: { active: silent },
      propagation: { inject: silent },
    };
    await sentWith({ telemetry });
    expect(spans).toEqual(['invokeByUuid', 'POST']);
  },
  async clock() {
    const clock = createTestClock();
    expect(bodyOf(await sentWith({ clock }))['timestamp']).toBe(clock.now());
  },
};

const CALL: Readonly<Record<keyof InvocationOptions, () => Promise<void>>> = {
  headers: async () =>
    expect(bodyOf(await sentWith({}, { headers: { a: 'b' } }))['headers']).toEqual([{ key: 'a', value: 'b' }]),
  skillId: async () => expect((await sentWith({}, { skillId: '42' })).url).toContain('skillId=42'),
  userId: async () => expect((await sentWith({ userId: '8' }, { userId: '9' })).url).toContain('userId=9'),
  eventSource: async () =>
    expect((await sentWith({ eventSource: 'x' }, { eventSource: 'y' })).headers['lp-eventsource']).toBe('y'),
  requestId: async () => expect((await sentWith({}, { requestId: 'mine' })).headers['x-request-id']).toBe('mine'),
  signal: async () => expect(await codeOf(sentWith({}, { signal: AbortSignal.abort() }))).toBe('ABORTED'),
  async timeoutMs() {
    platform.answers.gateway = silent;
    expect(await codeOf(sentWith({}, { timeoutMs: 100 }))).toBe('ATTEMPT_TIMEOUT');
  },
  async deadlineMs() {
    platform.answers.gateway = silent;
    expect(await codeOf(sentWith({}, { deadlineMs: 200 }))).toBe('DEADLINE_EXCEEDED');
  },
  async idempotent() {
    platform.answers.gateway = (response) => response.writeHead(500).end();
    await codeOf(sentWith({ clock: createTestClock() }));
    expect(platform.count('gateway')).toBe(1);
    await codeOf(sentWith({ clock: createTestClock() }, { idempotent: true }));
    expect(platform.count('gateway')).toBe(5);
  },
  async retry() {
    platform.answers.gateway = throttle;
    const clock = createTestClock();
    const client = clientOf({ clock, retry: { maxRetries: 2, throttledWaitMs: 5_000 } });
    await codeOf(client.invokeByUuid(UUID, 1, { retry: { maxRetries: 1, throttledWaitMs: 100 } }));
    expect(platform.count('gateway')).toBe(2);
    expect(clock.sleeps.at(-1)).toBeGreaterThanOrEqual(100);
    expect(clock.sleeps.at(-1)).toBeLessThan(5_000);
    // The next call has the client's numbers again.
    await codeOf(client.invokeByUuid(UUID, 1));
    expect(platform.count('gateway')).toBe(5);
  },
  async payload() {
    expect(await codeOf(sentWith({}, { payload: refusing }))).toBe('INVALID_OPTION');
    expect(platform.count('gateway')).toBe(0);
  },
  result: async () => expect(await codeOf(sentWith({}, { result: refusing }))).toBe('RESULT_MISMATCH'),
  maxResponseBytes: async () => expect(await codeOf(sentWith({}, { maxResponseBytes: 5 }))).toBe('RESPONSE_TOO_LARGE'),
  undefinedProperties: async () =>
    expect(await codeOf(clientOf().invokeByUuid(UUID, { a: undefined }, { undefinedProperties: 'omit' }))).toBe('none'),
};

const READ: Readonly<Record<keyof ReadOptions, (list: (call: ReadOptions) => Promise<unknown>) => Promise<void>>> = {
  signal: async (list) => expect(await codeOf(list({ signal: AbortSignal.abort() }))).toBe('ABORTED'),
  async timeoutMs(list) {
    platform.answers.gateway = silent;
    expect(await codeOf(list({ timeoutMs: 50 }))).toBe('ATTEMPT_TIMEOUT');
  },
  async deadlineMs(list) {
    platform.answers.gateway = silent;
    expect(await codeOf(list({ deadlineMs: 200 }))).toBe('DEADLINE_EXCEEDED');
  },
  async requestId(list) {
    await list({ requestId: 'mine' });
    expect(platform.of('gateway')[0]?.headers['x-request-id']).toBe('mine');
  },
  async eventSource(list) {
    await list({ eventSource: 'y' });
    expect(platform.of('gateway')[0]?.headers['lp-eventsource']).toBe('y');
  },
};

describe('J14: every option changes something', () => {
  test.each(Object.entries(CLIENT))('of the client: %s', (_option, show) => show());
  test.each(Object.entries(CALL))('of an invocation: %s', (_option, show) => show());
  test.each(Object.entries(READ))('of a listing: %s', async (_option, show) => {
    platform.answers.gateway = (response) => json(response, []);
    await show((call) =>
      clientOf({ domains: listing(), clock: undefined, retry: { maxRetries: 0 } }).getLambdas({}, call),
    );
  });
});
