import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { createDomainDiscovery, type DomainDiscovery, type DomainStore, type StoredDomains } from '../../src/index.ts';
import { rejectionOf, type Witness, witness } from '../discovery-witness.ts';
import { domainList, type ScriptedDomainApi, startScriptedDomainApi } from '../scripted-domain-api.ts';

const ACCOUNT = '12345678';
const GATEWAY = 'http://va.faasgw.localhost:9';
const MOVED = 'http://lo.faasgw.localhost:9';
const LIST = domainList({ faasGW: 'va.faasgw.localhost:9', sentinel: 'va.sentinel.localhost:9' });
const MOVED_LIST = domainList({ faasGW: 'lo.faasgw.localhost:9' });
const TTL_MS = 600_000;

let api: ScriptedDomainApi;
let kept: Map<string, StoredDomains>;
beforeEach(async () => {
  api = await startScriptedDomainApi({ body: LIST });
  kept = new Map();
});
afterEach(() => api.close());

const inMemory: DomainStore = {
  get: (key) => Promise.resolve(kept.get(key)),
  set: (key, domains) => {
    kept.set(key, domains);
    return Promise.resolve();
  },
};

/** Another process, so to speak: an object of its own on the same store. */
function open(store: DomainStore = inMemory, accountId = ACCOUNT): Witness & { readonly discovery: DomainDiscovery } {
  const seen = witness();
  return { ...seen, discovery: createDomainDiscovery({ accountId, baseUrl: api.url, store, http: seen.http }) };
}

describe('a store of hosts', () => {
  it('is looked at also while the Domain API is left alone, since it was out of order', async () => {
    api.script = { status: 503 };
    const [one, other] = [open(), open()];
    for (let n = 0; n < 5; n++) await rejectionOf(one.discovery.resolve('faasGW'));
    const before = api.requests.length;
    await rejectionOf(one.discovery.resolve('faasGW'));
    expect(api.requests).toHaveLength(before);
    api.script = { body: LIST };
    await other.discovery.resolve('faasGW');
    expect(await one.discovery.resolve('faasGW')).toBe(GATEWAY);
    expect(api.requests).toHaveLength(before + 1);
  });

  it('saves the next process the request, while the list is fresh', async () => {
    await open().discovery.resolve('faasGW');
    const next = open();
    expect(await next.discovery.resolve('faasGW')).toBe(GATEWAY);
    expect(await next.discovery.list()).toHaveLength(2);
    expect(api.requests).toHaveLength(1);
    next.clock.advance(TTL_MS + 1);
    await next.discovery.resolve('faasGW');
    expect(api.requests).toHaveLength(2);
  });

  it('counts the age of a list from when it was fetched, not from when it was read', async () => {
    await open().discovery.resolve('faasGW');
    const next = open();
    next.clock.advance(TTL_MS - 1_000);
    await next.discovery.resolve('faasGW');
    expect(api.requests).toHaveLength(1);
    next.clock.advance(1_001);
    await next.discovery.resolve('faasGW');
    expect(api.requests).toHaveLength(2);
  });

  it('C10: an account never gets the hosts of another, nor one server those of another', async () => {
    await open().discovery.resolve('faasGW');
    api.script = { body: MOVED_LIST };
    expect(await open(inMemory, '999').discovery.resolve('faasGW')).toBe(MOVED);
    const other = await startScriptedDomainApi({ body: MOVED_LIST });
    const { http } = witness();
    const elsewhere = createDomainDiscovery({ accountId: ACCOUNT, baseUrl: other.url, store: inMemory, http });
    expect(await elsewhere.resolve('faasGW')).toBe(MOVED);
    await other.close();
    expect(kept.size).toBe(3);
  });

  it('is asked again when a list runs out: another process may have renewed it', async () => {
    const first = open();
    await first.discovery.resolve('faasGW');
    api.script = { body: MOVED_LIST };
    first.clock.advance(TTL_MS + 1);
    const second = open();
    second.clock.advance(TTL_MS + 1);
    await second.discovery.resolve('faasGW');
    expect(await first.discovery.resolve('faasGW')).toBe(MOVED);
    expect(api.requests).toHaveLength(2);
  });

  it('J11: hosts that it holds are judged like those of an answer', async () => {
    const domains = [{ service: 'sentinel', account: ACCOUNT, domain: 'evil.example' }];
    kept.set(JSON.stringify([api.url, ACCOUNT]), { fetchedAtMs: witness().clock.now(), domains });
    await expect(open().discovery.resolve('sentinel')).rejects.toMatchObject({ code: 'HOST_REFUSED' });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'hosts'],
    ['no time', { domains: [] }],
    ['no list', { fetchedAtMs: 0, domains: 'va' }],
    ['an empty list', { fetchedAtMs: Date.now(), domains: [] }],
    ['an entry without a host', { fetchedAtMs: Date.now(), domains: [{ service: 'faasGW', account: ACCOUNT }] }],
    [
      'a time in the future',
      { fetchedAtMs: 8e15, domains: [{ service: 'faasGW', account: '1', domain: 'x.localhost' }] },
    ],
  ])('costs a request when it holds %s', async (_what, content) => {
    const { discovery } = open({ ...inMemory, get: () => Promise.resolve(content as StoredDomains) });
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
    expect(api.requests).toHaveLength(1);
  });

  it('costs a warning when it fails, not the call', async () => {
    const broken = { get: () => Promise.reject(new Error('disk')), set: () => Promise.reject(new Error('full')) };
    const { discovery, warnings } = open(broken);
    expect(await discovery.resolve('faasGW')).toBe(GATEWAY);
    expect(warnings.map(({ message }) => message)).toEqual([
      'the store of hosts cannot be read',
      'hosts could not be kept in the store',
    ]);
  });

  it('is not given an empty list, nor a failure', async () => {
    api.script = { body: domainList({}) };
    await expect(open().discovery.resolve('faasGW')).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    api.script = { status: 500 };
    await expect(open().discovery.resolve('faasGW')).rejects.toMatchObject({ code: 'DISCOVERY_UNAVAILABLE' });
    expect(kept.size).toBe(0);
  });
});

describe('a service that could not be reached where it was said to be', () => {
  it('is asked for again, past cache and store, by one request for all', async () => {
    await open().discovery.resolve('faasGW');
    const { discovery, clock } = open();
    clock.advance(60_000);
    api.script = { body: MOVED_LIST, delayMs: 20 };
    const call = { unreachable: await discovery.resolve('faasGW') };
    const origins = await Promise.all(Array.from({ length: 50 }, () => discovery.resolve('faasGW', call)));
    expect(new Set(origins)).toEqual(new Set([MOVED]));
    expect(api.requests).toHaveLength(2);
    const other = open();
    other.clock.advance(60_000);
    expect(await other.discovery.resolve('faasGW')).toBe(MOVED);
    expect(api.requests).toHaveLength(2);
  });

  it('is not asked for again when the list is of this very moment, or says something else already', async () => {
    const { discovery } = open();
    const unreachable = await discovery.resolve('faasGW');
    expect(await discovery.resolve('faasGW', { unreachable })).toBe(GATEWAY);
    expect(await discovery.resolve('faasGW', { unreachable: 'http://old.localhost:9' })).toBe(GATEWAY);
    expect(api.requests).toHaveLength(1);
  });

  it('stays where it is when the Domain API cannot be asked', async () => {
    const { discovery, clock } = open();
    const unreachable = await discovery.resolve('faasGW');
    clock.advance(60_000);
    api.script = { status: 503 };
    expect(await discovery.resolve('faasGW', { unreachable })).toBe(GATEWAY);
  });
});
