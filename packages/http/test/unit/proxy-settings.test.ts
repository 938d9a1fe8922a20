import { describe, expect, it } from 'vitest';
import { proxyFor, proxyHost, proxyRule } from '../../src/proxy-settings.ts';

const PROXY = 'http://user:pass@proxy.example:3128';
const GATEWAY = 'https://va.faasgw.liveperson.net/api/x';

describe('proxyFor', () => {
  it.each([
    ['https targets go through httpsProxy', GATEWAY, { httpsProxy: PROXY }, PROXY],
    ['http targets do not', 'http://va.faasgw.liveperson.net/', { httpsProxy: PROXY }, undefined],
    ['http targets go through httpProxy', 'http://va.faasgw.liveperson.net/', { httpProxy: PROXY }, PROXY],
    ['nothing set', GATEWAY, {}, undefined],
    ['no settings', GATEWAY, undefined, undefined],
    ['loopback address', 'https://127.0.0.1:8443/', { httpsProxy: PROXY }, undefined],
    ['loopback name', 'https://euwe1.fninvocations.localhost:8443/', { httpsProxy: PROXY }, undefined],
    ['loopback v6', 'https://[::1]:8443/', { httpsProxy: PROXY }, undefined],
    ['exempt host', GATEWAY, { httpsProxy: PROXY, noProxy: 'va.faasgw.liveperson.net' }, undefined],
    ['exempt domain', GATEWAY, { httpsProxy: PROXY, noProxy: 'example.com, liveperson.net' }, undefined],
    ['exempt domain with a dot', GATEWAY, { httpsProxy: PROXY, noProxy: '.liveperson.net' }, undefined],
    ['exempt domain with a star', GATEWAY, { httpsProxy: PROXY, noProxy: '*.LivePerson.net' }, undefined],
    ['no label boundary', GATEWAY, { httpsProxy: PROXY, noProxy: 'person.net' }, PROXY],
    ['exempt on this port', GATEWAY, { httpsProxy: PROXY, noProxy: 'liveperson.net:443' }, undefined],
    ['exempt on another port', GATEWAY, { httpsProxy: PROXY, noProxy: 'liveperson.net:8443' }, PROXY],
    ['everything exempt', GATEWAY, { httpsProxy: PROXY, noProxy: '*' }, undefined],
    ['empty entries', GATEWAY, { httpsProxy: PROXY, noProxy: ' ,, . ' }, PROXY],
  ])('%s', (_what, url, settings, expected) => {
    expect(proxyFor(url, settings)).toBe(expected);
  });
});

describe('proxyHost', () => {
  it('shows neither user nor password', () => {
    expect(proxyHost(PROXY)).toBe('proxy.example:3128');
  });
});

describe('proxyRule', () => {
  it.each([
    [undefined, true],
    [{}, true],
    [{ httpsProxy: PROXY, httpProxy: 'https://p', noProxy: '' }, true],
    [PROXY, false],
    [null, false],
    [{ httpsProxy: 'proxy:3128' }, false],
    [{ httpsProxy: 'socks5://proxy' }, false],
    [{ httpsProxy: '' }, false],
    [{ noProxy: ['a'] }, false],
    [{ httpsproxy: PROXY }, false],
  ])('%j', (value, usable) => {
    expect(proxyRule(value) === undefined).toBe(usable);
  });
});
