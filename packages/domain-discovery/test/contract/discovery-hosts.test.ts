import type { HttpRequest, HttpTransport } from '@lp-functions/http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDomainDiscovery } from '../../src/index.ts';
import { rejectionOf, witness } from '../discovery-witness.ts';
import { domainList, type ScriptedDomainApi, startScriptedDomainApi } from '../scripted-domain-api.ts';

const ACCOUNT = '12345678';

/** Plays LivePerson's own Domain API, which no test can listen as. */
function livePersonAnswering(body: object): HttpTransport & { readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return {
    sent,
    send: (request) => {
      sent.push(request);
      return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(body) });
    },
    close: () => Promise.resolve(),
  };
}

describe('hosts from an answer of LivePerson', () => {
  it.each([
    'evil.example',
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '[::1]',
    '::1',
    '10.0.0.1',
    '169.254.169.254',
    'localhost',
    'va.sentinel.localhost',
    'liveperson.net.evil.example',
    'evilliveperson.net',
    'liveperson.net.',
    '.liveperson.net',
    'user@va.sentinel.liveperson.net',
    'va.sentinel.liveperson.net@evil.example',
    'va.sentinel.liveperson.net/path',
    'evil.example/va.sentinel.liveperson.net',
    'evil.example?va.sentinel.liveperson.net',
    'evil.example#.liveperson.net',
    'evil.example\\.liveperson.net',
    'va.sentinel.liveperson.net:443',
    'va.sentinel.liveperson.net:8443',
    'https://va.sentinel.liveperson.net',
    '//va.sentinel.liveperson.net',
    'vä.sentinel.liveperson.net',
    'evil。liveperson.net',
    'evil.example\u0000.liveperson.net',
    'evil.example\r\n.liveperson.net',
    ' va.sentinel.liveperson.net',
    'va.sentinel.liveperson.net ',
    '*.liveperson.net',
    'a..liveperson.net',
    `${'a'.repeat(64)}.liveperson.net`,
    `${'a.'.repeat(130)}liveperson.net`,
    'net',
    '',
  ])('J11: %j is refused, and nothing is sent to it', async (host) => {
    const transport = livePersonAnswering(domainList({ sentinel: host, faasGW: 'va.faasgw.liveperson.net' }));
    const { http } = witness({ transport });
    const discovery = createDomainDiscovery({ accountId: ACCOUNT, http });
    await expect(discovery.resolve('sentinel')).rejects.toMatchObject({
      name: 'DomainDiscoveryError',
      code: 'HOST_REFUSED',
      operation: 'discover',
      accountId: ACCOUNT,
      service: 'sentinel',
      target: 'sentinel',
      fault: 'platform',
      executed: 'no',
      retryable: false,
      hint: expect.stringContaining('allowedHostSuffixes'),
    });
    const [sentinel, gateway] = await discovery.list();
    expect(sentinel).toEqual({ service: 'sentinel', account: ACCOUNT, domain: host, refusal: expect.any(String) });
    expect(gateway).toMatchObject({ origin: 'https://va.faasgw.liveperson.net' });
    expect(transport.sent.map(({ url }) => new URL(url).origin)).toEqual(['https://api.liveperson.net']);
  });

  it.each([
    ['va.sentinel.liveperson.net', 'https://va.sentinel.liveperson.net'],
    ['VA.Sentinel.LIVEPERSON.net', 'https://va.sentinel.liveperson.net'],
    ['euwe1.fninvocations.liveperson.net', 'https://euwe1.fninvocations.liveperson.net'],
    ['liveperson.net', 'https://liveperson.net'],
    ['xn--v-4ga.liveperson.net', 'https://xn--v-4ga.liveperson.net'],
  ])('J11: %s is accepted', async (host, origin) => {
    const { http } = witness({ transport: livePersonAnswering(domainList({ sentinel: host })) });
    expect(await createDomainDiscovery({ accountId: ACCOUNT, http }).resolve('sentinel')).toBe(origin);
  });

  it('takes other suffixes, at a label boundary', async () => {
    const body = domainList({ a: 'fn.example.org', b: 'evilexample.org', c: 'va.liveperson.net' });
    const hostPolicy = { allowedHostSuffixes: ['example.org'] };
    const { http } = witness({ transport: livePersonAnswering(body), hostPolicy });
    const discovery = createDomainDiscovery({ accountId: ACCOUNT, http });
    expect(await discovery.resolve('a')).toBe('https://fn.example.org');
    await expect(discovery.resolve('b')).rejects.toMatchObject({ code: 'HOST_REFUSED' });
    await expect(discovery.resolve('c')).rejects.toMatchObject({ code: 'HOST_REFUSED' });
  });

  it('allowInsecureHttp is for addresses that are given, not for hosts from an answer', async () => {
    const transport = livePersonAnswering(domainList({ a: 'va.liveperson.net', b: '127.0.0.1:1' }));
    const { http } = witness({ transport, hostPolicy: { allowInsecureHttp: true } });
    const discovery = createDomainDiscovery({ accountId: ACCOUNT, baseUrl: 'http://csds.liveperson.net', http });
    expect(await discovery.resolve('a')).toBe('https://va.liveperson.net');
    await expect(discovery.resolve('b')).rejects.toMatchObject({ code: 'HOST_REFUSED' });
  });

  it('a long name is shown shortened, and a strange one quoted', async () => {
    const body = domainList({ 'x\ny': `evil.example/${'z'.repeat(5_000)}` });
    const { http } = witness({ transport: livePersonAnswering(body) });
    const error = (await rejectionOf(createDomainDiscovery({ accountId: ACCOUNT, http }).resolve('x\ny'))) as Error;
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).toContain('"x\\ny"');
  });

  it('baseUrl is taken without the slash at its end, with its path', async () => {
    const transport = livePersonAnswering(domainList({ a: 'va.liveperson.net' }));
    const { http } = witness({ transport });
    await createDomainDiscovery({ accountId: ACCOUNT, baseUrl: 'https://csds.liveperson.net/eu/', http }).list();
    expect(transport.sent[0]?.url).toBe(
      `https://csds.liveperson.net/eu/api/account/${ACCOUNT}/service/baseURI.json?version=1.0`,
    );
  });
});

describe('over a loopback Domain API', () => {
  let api: ScriptedDomainApi;
  beforeEach(async () => {
    api = await startScriptedDomainApi({ body: domainList({ faasGW: 'va.faasgw.localhost:9' }) });
  });
  afterEach(() => api.close());
  const open = (options: object = {}) =>
    createDomainDiscovery({ accountId: ACCOUNT, baseUrl: api.url, http: witness().http, ...options });

  it.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['127.9.9.9', 'http://127.9.9.9'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['va.faasgw.localhost:8080', 'http://va.faasgw.localhost:8080'],
    ['LOCALHOST:80', 'http://localhost'],
    ['va.faasgw.liveperson.net', 'https://va.faasgw.liveperson.net'],
  ])('names %s, which becomes %s', async (host, origin) => {
    api.script = { body: domainList({ faasGW: host }) };
    expect(await open().resolve('faasGW')).toBe(origin);
  });

  it.each([
    'evil.example',
    '127.0.0.1:99999',
    '127.0.0.1/path',
    'user@127.0.0.1',
    '192.168.0.1',
    'localhost.evil.example',
  ])('J11: %s is refused here, too', async (host) => {
    api.script = { body: domainList({ faasGW: host }) };
    await expect(open().resolve('faasGW')).rejects.toMatchObject({ code: 'HOST_REFUSED' });
  });

  it('K21: a redirect is refused, not followed', async () => {
    const elsewhere = await startScriptedDomainApi({ body: domainList({ faasGW: 'va.faasgw.localhost:9' }) });
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        api.script = { status, headers: { location: `${elsewhere.url}/` } };
        await expect(open().resolve('faasGW')).rejects.toMatchObject({
          code: 'REDIRECT_REFUSED',
          operation: 'discover',
          executed: 'no',
        });
      }
      expect(elsewhere.requests).toHaveLength(0);
    } finally {
      await elsewhere.close();
    }
  });

  it('one bare entry and unknown fields are understood on the list URL', async () => {
    api.script = { body: { service: 'faasGW', account: ACCOUNT, baseURI: 'va.faasgw.localhost:9', ttl: 5 } };
    expect(await open().list()).toEqual([
      { service: 'faasGW', account: ACCOUNT, domain: 'va.faasgw.localhost:9', origin: 'http://va.faasgw.localhost:9' },
    ]);
  });

  it('static domains are never looked up', async () => {
    const discovery = open({ domains: { faasGW: 'lo.faasgw.liveperson.net', sentinel: 'http://127.0.0.1:7000' } });
    expect(await discovery.resolve('faasGW')).toBe('https://lo.faasgw.liveperson.net');
    expect(await discovery.resolve('sentinel')).toBe('http://127.0.0.1:7000');
    expect(api.requests).toHaveLength(0);
    expect(await discovery.list()).toEqual([
      {
        service: 'faasGW',
        account: ACCOUNT,
        domain: 'lo.faasgw.liveperson.net',
        origin: 'https://lo.faasgw.liveperson.net',
      },
    ]);
  });

  it('a static domain stands in for a host that is refused', async () => {
    api.script = { body: domainList({ faasGW: 'evil.example' }) };
    const discovery = open({ domains: { faasGW: 'va.faasgw.liveperson.net' } });
    expect(await discovery.list()).toEqual([
      {
        service: 'faasGW',
        account: ACCOUNT,
        domain: 'va.faasgw.liveperson.net',
        origin: 'https://va.faasgw.liveperson.net',
      },
    ]);
  });

  it('names of services are case sensitive', async () => {
    const error = await rejectionOf(open().resolve('faasgw'));
    expect(error).toMatchObject({
      code: 'SERVICE_NOT_FOUND',
      fault: 'caller',
      operation: 'discover',
      accountId: ACCOUNT,
      service: 'faasgw',
      target: 'faasgw',
      executed: 'no',
      retryable: false,
      hint: 'Names are case sensitive: it is "faasGW".',
    });
    expect(await rejectionOf(open().resolve('faasXY'))).toMatchObject({
      hint: expect.stringContaining('Functions is not enabled'),
    });
    expect(await rejectionOf(open().resolve('Sentinel'))).toMatchObject({
      hint: expect.stringContaining('case sensitive'),
    });
    expect(await rejectionOf(open().resolve('constructor'))).toMatchObject({ code: 'SERVICE_NOT_FOUND' });
  });

  it.each([
    [400, 'DISCOVERY_REFUSED', 'caller', false, 1],
    [403, 'DISCOVERY_REFUSED', 'caller', false, 1],
    [408, 'DISCOVERY_UNAVAILABLE', 'platform', true, 4],
    [429, 'DISCOVERY_UNAVAILABLE', 'platform', true, 4],
    [500, 'DISCOVERY_UNAVAILABLE', 'platform', true, 4],
    [503, 'DISCOVERY_UNAVAILABLE', 'platform', true, 4],
  ])('HTTP %d is %s', async (status, code, fault, retryable, attempts) => {
    api.script = { status };
    await expect(open().resolve('faasGW')).rejects.toMatchObject({
      name: 'DomainDiscoveryError',
      code,
      status,
      fault,
      retryable,
      attempts,
      executed: 'no',
      operation: 'discover',
      accountId: ACCOUNT,
      hint: expect.any(String),
    });
    expect(api.requests).toHaveLength(attempts);
  });

  it('a Retry-After that is too long is handed on', async () => {
    api.script = { status: 429, headers: { 'retry-after': '3600' } };
    await expect(open().resolve('faasGW')).rejects.toMatchObject({ retryAfterMs: 3_600_000, attempts: 1 });
  });

  it.each([
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }],
    ['nothing', { status: 204 }],
    ['an empty text', { body: '' }],
    ['truncated JSON', { body: '{"baseURIs":[' }],
    ['a list of strangers', { body: { baseURIs: [{ host: 'x' }] } }],
  ])('%s is DISCOVERY_UNREADABLE', async (_what, script) => {
    api.script = script;
    await expect(open().resolve('faasGW')).rejects.toMatchObject({
      code: 'DISCOVERY_UNREADABLE',
      fault: 'platform',
      retryable: false,
      status: 'status' in script ? script.status : 200,
      attempts: 1,
      hint: expect.stringContaining('proxy'),
    });
  });

  it('JSON is read whatever its content type', async () => {
    api.script = { headers: { 'content-type': 'text/plain' }, body: domainList({ faasGW: '127.0.0.1:9' }) };
    expect(await open().resolve('faasGW')).toBe('http://127.0.0.1:9');
  });

  it('an answer of more than 2 MiB is refused', async () => {
    api.script = { body: { baseURIs: [{ service: 'x'.repeat(2_200_000), baseURI: 'a' }] } };
    await expect(open().resolve('faasGW')).rejects.toMatchObject({ code: 'RESPONSE_TOO_LARGE', operation: 'discover' });
  });

  it.each(['reset', 'half'] as const)('a connection that breaks (%s) is tried four times', async (script) => {
    api.script = script;
    await expect(open().resolve('faasGW')).rejects.toMatchObject({
      name: 'TransportError',
      code: 'CONNECTION_LOST',
      executed: 'no',
      retryable: true,
      attempts: 4,
      operation: 'discover',
      accountId: ACCOUNT,
    });
    expect(api.requests).toHaveLength(4);
  });
});
