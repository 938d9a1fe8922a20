import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDomainDiscovery } from '../../src/index.ts';
import { rejectionOf, witness } from '../discovery-witness.ts';
import { domainList, type ScriptedDomainApi, startScriptedDomainApi } from '../scripted-domain-api.ts';

const ACCOUNT = '12345678';
const LIST = domainList({ faasGW: 'va.faasgw.localhost:9', sentinel: 'va.sentinel.localhost:9' });
const GATEWAY = 'http://va.faasgw.localhost:9';
const TTL_MS = 600_000;

describe('against the emulator', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());
  afterEach(() => emulator.reset());

  it('J1: 1,000 concurrent first look-ups of different services make one request, on a slow server too', async () => {
    emulator.faults.add({ service: 'discovery', delayMs: 30 });
    const { http } = witness();
    const discovery = createDomainDiscovery({ accountId: ACCOUNT, baseUrl: emulator.discoveryUrl, http });
    const names = ['faasGW', 'sentinel', 'faasUI'];
    const origins = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => discovery.resolve(names[index % 3]!)),
    );
    expect(new Set(origins)).toEqual(new Set(names.map((name) => `http://${emulator.domains[name]}`)));
    expect(emulator.requests.count({ service: 'discovery' })).toBe(1);
  });

  it('asks with version=1.0 and accept, and with no credential', async () => {
    const discovery = createDomainDiscovery({
      accountId: ACCOUNT,
      baseUrl: emulator.discoveryUrl,
      http: witness().http,
    });
    await discovery.list();
    const [request] = emulator.requests.list();
    expect(request).toMatchObject({
      method: 'GET',
      url: `/api/account/${ACCOUNT}/service/baseURI.json?version=1.0`,
      headers: { accept: 'application/json' },
      body: '',
    });
    expect(Object.keys(request!.headers)).not.toEqual(expect.arrayContaining(['authorization']));
  });

  it('J15: accounts that begin with a, c, le, qa, fr are asked for at the same host', async () => {
    const accounts = ['acme', 'c55', 'le123', 'qa123', 'fr123', 'cc1', 'A1'];
    for (const accountId of accounts) {
      emulator.accounts.add({ accountId });
      const discovery = createDomainDiscovery({ accountId, baseUrl: emulator.discoveryUrl, http: witness().http });
      expect(await discovery.resolve('faasGW')).toBe(`http://${emulator.domains['faasGW']}`);
    }
    expect(emulator.requests.list().map(({ accountId }) => accountId)).toEqual(accounts);
  });

  it.each(['empty', 'unauthorized'] as const)(
    'an unknown account is told from an unknown service (%s)',
    async (unknownAccount) => {
      const other = await startEmulator({ unknownAccount });
      try {
        const discovery = createDomainDiscovery({
          accountId: '999',
          baseUrl: other.discoveryUrl,
          http: witness().http,
        });
        await expect(discovery.resolve('faasGW')).rejects.toMatchObject({
          name: 'DomainDiscoveryError',
          code: 'ACCOUNT_NOT_FOUND',
          operation: 'discover',
          accountId: '999',
          service: 'faasGW',
          target: 'faasGW',
          fault: 'caller',
          executed: 'no',
          retryable: false,
          hint: expect.stringContaining('account id'),
        });
        await expect(discovery.list()).rejects.toSatisfy((error: object) => !('service' in error));
      } finally {
        await other.close();
      }
    },
  );
});

describe('the cache', () => {
  let api: ScriptedDomainApi;
  beforeEach(async () => {
    api = await startScriptedDomainApi({ body: LIST });
  });
  afterEach(() => api.close());

  function open(options: { ttlMs?: number; timeoutMs?: number } = {}) {
    const seen = witness(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs });
    const discovery = createDomainDiscovery({
      accountId: ACCOUNT,
      baseUrl: api.url,
      http: seen.http,
      ...(options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs }),
    });
    return { ...seen, discovery };
  }

  it('keeps a list for its time to live, then asks once for all who come', async () => {
    const { discovery, clock } = open();
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
    clock.advance(TTL_MS * 0.8 - 1);
    await discovery.resolve('sentinel');
    expect(api.requests).toHaveLength(1);
    api.script = { body: domainList({ faasGW: 'lo.faasgw.localhost:9' }), delayMs: 30 };
    clock.advance(TTL_MS * 0.2 + 2);
    const origins = await Promise.all(Array.from({ length: 100 }, () => discovery.resolve('faasGW')));
    expect(new Set(origins)).toEqual(new Set(['http://lo.faasgw.localhost:9']));
    expect(api.requests).toHaveLength(2);
  });

  describe('in the last fifth of its life', () => {
    const NEW_GATEWAY = 'http://lo.faasgw.localhost:9';

    it('a list is renewed by one request, while its callers go on with the one they have', async () => {
      const { discovery, clock } = open();
      await discovery.resolve('faasGW');
      api.script = { body: domainList({ faasGW: 'lo.faasgw.localhost:9' }) };
      clock.advance(TTL_MS * 0.8);
      const origins = await Promise.all(Array.from({ length: 100 }, () => discovery.resolve('faasGW')));
      expect(new Set(origins)).toEqual(new Set([GATEWAY]));
      await expect.poll(() => discovery.resolve('faasGW'), { timeout: 10_000 }).toBe(NEW_GATEWAY);
      expect(api.requests).toHaveLength(2);
      // It lives as long as any, from when it was asked for.
      clock.advance(TTL_MS * 0.8 - 1);
      expect(await discovery.resolve('faasGW')).toBe(NEW_GATEWAY);
      expect(api.requests).toHaveLength(2);
    });

    it('a renewal that fails hurts nobody, is told, and tried again as after the end: every 30 s', async () => {
      const { discovery, clock, events } = open();
      await discovery.resolve('faasGW');
      api.script = { status: 500 };
      clock.advance(TTL_MS * 0.8);
      expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
      const stale = () => events.filter(({ type }) => type === 'discovery-stale').length;
      await expect.poll(stale, { timeout: 10_000 }).toBe(1);
      for (let call = 0; call < 10; call++) expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
      expect(stale()).toBe(1);
      api.script = { body: domainList({ faasGW: 'lo.faasgw.localhost:9' }) };
      clock.advance(30_001);
      expect(await discovery.resolve('faasGW')).toBe(NEW_GATEWAY);
      expect(api.requests).toHaveLength(3);
    });

    it('one that is under way at forget() is not kept', async () => {
      const { discovery, clock } = open();
      await discovery.resolve('faasGW');
      api.script = { body: domainList({ faasGW: 'lo.faasgw.localhost:9' }), delayMs: 30 };
      clock.advance(TTL_MS * 0.8);
      await discovery.resolve('faasGW');
      await expect.poll(() => api.requests.length, { timeout: 10_000 }).toBe(2);
      discovery.forget();
      api.script = { body: LIST };
      expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
      expect(api.requests).toHaveLength(3);
    });
  });

  it('K10: who asks while a list comes, at the first time and at every end of its life, gets a whole list and a living one', async () => {
    const { discovery, clock } = open();
    for (let round = 1; round <= 40; round++) {
      // A host of its own for each round: an old list would show.
      api.script = { body: domainList({ faasGW: `r${String(round)}.faasgw.localhost:9` }), delayMs: round % 4 };
      const callers = Array.from({ length: 50 }, async (_, number) => {
        // They come before, during and after the request, in turns of the event loop.
        for (let turn = 0; turn < number; turn++) await new Promise(setImmediate);
        return [await discovery.resolve('faasGW'), (await discovery.list()).map(({ service }) => service)];
      });
      const seen = new Set((await Promise.all(callers)).map((answer) => JSON.stringify(answer)));
      expect([...seen]).toEqual([JSON.stringify([`http://r${String(round)}.faasgw.localhost:9`, ['faasGW']])]);
      expect(api.requests).toHaveLength(round);
      clock.advance(TTL_MS + 1);
    }
  });

  it.each([
    ['the default', undefined, 600_000],
    ['a given one', 1_000, 1_000],
    ['a fraction of a millisecond', 0.5, 0.5],
  ])('has a time to live: %s', async (_which, ttlMs, ms) => {
    const { discovery, clock } = open(ttlMs === undefined ? {} : { ttlMs });
    await discovery.resolve('faasGW');
    clock.advance(ms);
    // A renewal has begun by now, for which this call does not wait, and the next one does.
    await discovery.resolve('faasGW');
    expect(api.requests).toHaveLength(1);
    clock.advance(1);
    await discovery.resolve('faasGW');
    expect(api.requests).toHaveLength(2);
  });

  it('K13: a wall clock that jumps changes nothing, also where the monotonic one starts at 0', async () => {
    let wallMs = Date.UTC(2026, 0, 15);
    let monotonicMs = 0;
    const clock = { now: () => wallMs, monotonicNow: () => monotonicMs, sleep: () => Promise.resolve() };
    const discovery = createDomainDiscovery({
      accountId: ACCOUNT,
      baseUrl: api.url,
      ttlMs: 1_000,
      http: witness({ clock }).http,
    });
    await discovery.resolve('faasGW');
    for (const jumpMs of [7_200_000, -86_400_000]) {
      wallMs += jumpMs;
      monotonicMs += 100;
      await discovery.resolve('faasGW');
    }
    expect(api.requests).toHaveLength(1);
    monotonicMs += 1_000;
    await discovery.resolve('faasGW');
    expect(api.requests).toHaveLength(2);
  });

  it('a Domain API that is out of order with no list to fall back on is left alone after five failures, for 1 s and more', async () => {
    api.script = { status: 503 };
    const { discovery, clock, warnings } = open();
    async function burst(): Promise<number> {
      const before = api.requests.length;
      const failures = await Promise.all(Array.from({ length: 10 }, () => rejectionOf(discovery.resolve('faasGW'))));
      for (const failure of failures) expect(failure).toMatchObject({ code: 'DISCOVERY_UNAVAILABLE', retryable: true });
      return api.requests.length - before;
    }
    for (let n = 0; n < 5; n++) expect(await burst()).toBe(4);
    for (const pauseMs of [1_000, 2_000]) {
      expect(warnings.at(-1)).toMatchObject({ fields: { leftAloneMs: pauseMs } });
      expect(await burst()).toBe(0);
      clock.advance(pauseMs);
      expect(await burst()).toBe(4);
    }
    api.script = { body: LIST };
    expect(await rejectionOf(discovery.resolve('faasGW'))).toMatchObject({ code: 'DISCOVERY_UNAVAILABLE' });
    discovery.forget();
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
  });

  describe('J12: a refresh that fails after the time to live serves the last known list', () => {
    it.each([
      ['404', { status: 404, body: '<h1>Not found</h1>' }, 'ACCOUNT_NOT_FOUND'],
      ['401', { status: 401, body: {} }, 'ACCOUNT_NOT_FOUND'],
      ['an empty list', { body: { baseURIs: [] } }, 'ACCOUNT_NOT_FOUND'],
      ['a list of which nothing can be read', { body: { baseURIs: [{ host: 'x' }] } }, 'DISCOVERY_UNREADABLE'],
      ['400', { status: 400 }, 'DISCOVERY_REFUSED'],
      ['403', { status: 403 }, 'DISCOVERY_REFUSED'],
      ['429', { status: 429, headers: { 'retry-after': '1' } }, 'DISCOVERY_UNAVAILABLE'],
      ['500', { status: 500 }, 'DISCOVERY_UNAVAILABLE'],
      ['503', { status: 503 }, 'DISCOVERY_UNAVAILABLE'],
      ['901', { status: 901 }, 'DISCOVERY_UNAVAILABLE'],
      ['HTML', { body: '<!doctype html>' }, 'DISCOVERY_UNREADABLE'],
      ['nothing', { status: 204 }, 'DISCOVERY_UNREADABLE'],
      ['truncated JSON', { body: '{"baseURIs":[{"service":"fa' }, 'DISCOVERY_UNREADABLE'],
      ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'REDIRECT_REFUSED'],
      ['a huge answer', { body: `"${'x'.repeat(2_200_000)}"` }, 'RESPONSE_TOO_LARGE'],
      ['a reset', 'reset' as const, 'CONNECTION_LOST'],
      ['half an answer', 'half' as const, 'CONNECTION_LOST'],
    ])('%s', async (_what, script, errorCode) => {
      const { discovery, clock, events, warnings } = open();
      await discovery.resolve('faasGW');
      api.script = script;
      clock.advance(TTL_MS + 1);
      const origins = await Promise.all(Array.from({ length: 20 }, () => discovery.resolve('faasGW')));
      expect(new Set(origins)).toEqual(new Set([GATEWAY]));
      expect((await discovery.list()).map(({ service }) => service)).toEqual(['faasGW', 'sentinel']);
      expect(api.requests).toHaveLength(2);
      expect(clock.sleeps).toEqual([]);
      expect(events.filter(({ type }) => type === 'discovery-stale')).toEqual([
        { type: 'discovery-stale', accountId: ACCOUNT, ageMs: TTL_MS + 1, errorCode },
      ]);
      expect(warnings).toEqual([
        { message: expect.stringContaining('last list'), fields: { accountId: ACCOUNT, ageMs: TTL_MS + 1, errorCode } },
      ]);
    });

    it('silence, after 3 s', async () => {
      const { discovery, clock, events } = open();
      await discovery.resolve('faasGW');
      api.script = 'silence';
      clock.advance(TTL_MS + 1);
      expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
      expect(events.at(-1)).toMatchObject({ type: 'discovery-stale', errorCode: 'ATTEMPT_TIMEOUT' });
    });

    it('asks again every 30 s while it lasts, and recovers', async () => {
      const { discovery, clock, events } = open();
      await discovery.resolve('faasGW');
      api.script = { status: 500 };
      clock.advance(TTL_MS + 1);
      for (let round = 2; round <= 4; round++) {
        await discovery.resolve('faasGW');
        clock.advance(30_000);
        expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
        expect(api.requests).toHaveLength(round);
        clock.advance(1);
      }
      expect(
        events.filter(({ type }) => type === 'discovery-stale').map((event) => 'ageMs' in event && event.ageMs),
      ).toEqual([600_001, 630_002, 660_003]);
      api.script = { body: domainList({ faasGW: 'lo.faasgw.localhost:9' }) };
      expect(await discovery.resolve('faasGW')).toBe('http://lo.faasgw.localhost:9');
      clock.advance(TTL_MS * 0.8 - 1);
      await discovery.resolve('faasGW');
      expect(api.requests).toHaveLength(5);
    });

    it('but not after forget()', async () => {
      const { discovery } = open();
      await discovery.resolve('faasGW');
      discovery.forget();
      api.script = { status: 404 };
      await expect(discovery.resolve('faasGW')).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    });

    it('but never a host that is no longer trusted', async () => {
      const { discovery, clock } = open();
      await discovery.resolve('faasGW');
      api.script = { body: domainList({ faasGW: 'evil.example' }) };
      clock.advance(TTL_MS + 1);
      await expect(discovery.resolve('faasGW')).rejects.toMatchObject({ code: 'HOST_REFUSED' });
    });
  });

  it.each([
    ['an empty list', { body: { baseURIs: [] } }],
    ['401', { status: 401 }],
    ['404', { status: 404 }],
  ])('J13: an unknown account is cached for 30 s: %s', async (_what, script) => {
    api.script = script;
    const { discovery, clock } = open();
    for (let round = 0; round < 3; round++) {
      const burst = await Promise.all(Array.from({ length: 50 }, () => rejectionOf(discovery.resolve('faasGW'))));
      expect(new Set(burst.map((error) => (error as { code: string }).code))).toEqual(new Set(['ACCOUNT_NOT_FOUND']));
      clock.advance(10_000);
    }
    expect(api.requests).toHaveLength(1);
    api.script = { body: LIST };
    clock.advance(1);
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
  });

  it('J13: what is known of an unknown account does not shorten the next attempt', async () => {
    api.script = { body: { baseURIs: [] } };
    const { discovery, clock } = open();
    await rejectionOf(discovery.resolve('faasGW'));
    clock.advance(30_001);
    api.script = (_request, count) => (count < 4 ? { status: 500 } : { body: LIST });
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
    expect(clock.sleeps).toEqual([5_000, 10_000]);
  });

  it('J13: an unknown service is cached for 30 s, and found when it appears', async () => {
    const { discovery, clock } = open();
    const burst = () => Promise.all(Array.from({ length: 50 }, () => rejectionOf(discovery.resolve('faasUI'))));
    for (const error of await burst()) expect(error).toMatchObject({ code: 'SERVICE_NOT_FOUND', service: 'faasUI' });
    clock.advance(30_000);
    await burst();
    expect(api.requests).toHaveLength(1);
    clock.advance(1);
    await burst();
    expect(api.requests).toHaveLength(2);
    api.script = { body: domainList({ faasGW: 'va.faasgw.localhost:9', faasUI: 'va.faasui.localhost:9' }) };
    await burst();
    expect(api.requests).toHaveLength(2);
    clock.advance(30_001);
    expect(await discovery.resolve('faasUI')).toBe('http://va.faasui.localhost:9');
    expect(api.requests).toHaveLength(3);
  });

  it('looks for an unknown service once, and keeps what it knows if that fails', async () => {
    const { discovery, clock, events } = open();
    await discovery.resolve('faasGW');
    clock.advance(30_001);
    api.script = { status: 500 };
    await expect(discovery.resolve('faasUI')).rejects.toMatchObject({ code: 'SERVICE_NOT_FOUND' });
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
    expect(api.requests).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'discovery-stale')).toHaveLength(1);
  });

  it('a first look-up that fails is not kept', async () => {
    api.script = { status: 400 };
    const { discovery } = open();
    await rejectionOf(discovery.resolve('faasGW'));
    api.script = { body: LIST };
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
  });

  it('forget() while a load is under way: who waits is served, what it brings is not kept', async () => {
    api.script = (_request, count) => ({
      body: domainList({ faasGW: `va${String(count)}.faasgw.localhost:9` }),
      delayMs: 50,
    });
    const { discovery } = open();
    const before = discovery.resolve('faasGW');
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    discovery.forget();
    const after = discovery.resolve('faasGW');
    expect(await before).toBe('http://va1.faasgw.localhost:9');
    expect(await after).toBe('http://va2.faasgw.localhost:9');
    expect(await discovery.resolve('faasGW')).toBe('http://va2.faasgw.localhost:9');
    expect(api.requests).toHaveLength(2);
  });

  it('forget() while a load fails leaves nothing unhandled', async () => {
    api.script = { status: 400, delayMs: 30 };
    const { discovery } = open();
    const before = rejectionOf(discovery.resolve('faasGW'));
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    discovery.forget();
    expect(await before).toMatchObject({ code: 'DISCOVERY_REFUSED' });
  });
});

describe('one caller among many', () => {
  let api: ScriptedDomainApi;
  beforeEach(async () => {
    api = await startScriptedDomainApi({ body: LIST, delayMs: 60 });
  });
  afterEach(() => api.close());
  const open = () => createDomainDiscovery({ accountId: ACCOUNT, baseUrl: api.url });

  it('who aborts goes alone; the shared load goes on', async () => {
    const discovery = open();
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const aborted = rejectionOf(discovery.resolve('faasGW', { signal: controller.signal }));
    const patient = discovery.resolve('sentinel');
    while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(reason);
    expect(await aborted).toMatchObject({
      code: 'ABORTED',
      operation: 'discover',
      target: 'faasGW',
      accountId: ACCOUNT,
      cause: reason,
    });
    expect(await patient).toBe('http://va.sentinel.localhost:9');
    expect(api.requests).toHaveLength(1);
  });

  it('J9: a silent Domain API ends in the deadline of each caller', async () => {
    api.script = 'silence';
    const discovery = open();
    await expect(discovery.resolve('faasGW', { deadlineMs: 60 })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'DEADLINE_EXCEEDED',
      operation: 'discover',
      target: 'faasGW',
      accountId: ACCOUNT,
    });
    await expect(discovery.list({ deadlineMs: 60 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(api.requests).toHaveLength(1);
  });

  it('a call that is aborted before it begins sends nothing', async () => {
    await expect(open().resolve('faasGW', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(api.requests).toHaveLength(0);
  });
});
