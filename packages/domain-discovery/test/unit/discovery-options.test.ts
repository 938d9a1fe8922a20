import { describe, expect, it } from 'vitest';
import { createHttpClient } from '@lp-functions/http';
import { createDomainDiscovery } from '../../src/index.ts';

const create = (options: object) => () => createDomainDiscovery({ accountId: '1', ...options });

describe('options', () => {
  it.each([
    ['accountId', { accountId: undefined }],
    ['accountId', { accountId: '' }],
    ['accountId', { accountId: 12345678 }],
    ['accountId', { accountId: '1/../2' }],
    ['accountId', { accountId: '1\r\n' }],
    ['baseUrl', { baseUrl: '' }],
    ['baseUrl', { baseUrl: 'api.liveperson.net' }],
    ['baseUrl', { baseUrl: 'ftp://api.liveperson.net' }],
    ['baseUrl', { baseUrl: 'https://user:pass@api.liveperson.net' }],
    ['baseUrl', { baseUrl: 'https://api.liveperson.net?v=1' }],
    ['baseUrl', { baseUrl: 7 }],
    ['ttlMs', { ttlMs: 0 }],
    ['ttlMs', { ttlMs: -1 }],
    ['ttlMs', { ttlMs: Number.NaN }],
    ['ttlMs', { ttlMs: Number.POSITIVE_INFINITY }],
    ['ttlMs', { ttlMs: '600' }],
    ['domains', { domains: null }],
    ['domains', { domains: 'va.faasgw.liveperson.net' }],
    ['domains', { domains: ['va.faasgw.liveperson.net'] }],
    ['domains', { domains: { faasGW: 7 } }],
    ['domains', { domains: { faasGW: undefined } }],
    ['domains', { domains: { faasGW: '' } }],
    ['domains.faasGW', { domains: { faasGW: 'https://va.faasgw.liveperson.net/path' } }],
    ['domains.faasGW', { domains: { faasGW: 'user@va.faasgw.liveperson.net' } }],
    ['domains.faasGW', { domains: { faasGW: 'va.faasgw.liveperson.net?x' } }],
    ['domains.faasGW', { domains: { faasGW: 'two hosts' } }],
    ['domains.faasGW', { domains: { faasGW: 'ftp://127.0.0.1' } }],
    ['http', { http: null }],
    ['http', { http: {} }],
  ])('J48: a wrong %s is named: %j', (option, options) => {
    expect(create(options)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: 'INVALID_OPTION',
        option,
        fault: 'caller',
        executed: 'no',
      }),
    );
  });

  it('J48: an unknown option is named', () => {
    expect(create({ baseURL: 'https://api.liveperson.net' })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_OPTION', option: 'baseURL' }),
    );
    expect(() => createDomainDiscovery(undefined as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });

  it.each([
    ['baseUrl', { baseUrl: 'http://api.liveperson.net' }],
    ['domains.sentinel', { domains: { sentinel: 'http://va.sentinel.liveperson.net' } }],
  ])('J11: plain http beyond loopback is refused in %s without allowInsecureHttp', (option, options) => {
    expect(create(options)).toThrow(expect.objectContaining({ code: 'INSECURE_HTTP', option }));
    const http = createHttpClient({ hostPolicy: { allowInsecureHttp: true } });
    expect(create({ ...options, http })).not.toThrow();
  });

  it.each([0.5, 1, 1.5, 2 ** 40, Number.MAX_VALUE])('takes %d ms as time to live', (ttlMs) => {
    expect(create({ ttlMs })).not.toThrow();
  });

  it.each([
    ['service', ''],
    ['service', undefined],
    ['service', 7],
  ])('refuses a %s that is no name: %j', async (option, service) => {
    await expect(create({})().resolve(service as string)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
  });

  it.each([
    ['signal', { signal: {} }],
    ['deadlineMs', { deadlineMs: -1 }],
    ['deadlineMs', { deadlineMs: Number.NaN }],
  ])('refuses a wrong %s of a call: %j', async (option, call) => {
    const discovery = create({})();
    await expect(discovery.resolve('faasGW', call as object)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
    await expect(discovery.list(call as object)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
    await expect(discovery.list({ timeoutMs: 1 } as object)).rejects.toMatchObject({ code: 'UNKNOWN_OPTION' });
  });
});
