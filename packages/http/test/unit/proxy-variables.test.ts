import { expect, test } from 'vitest';
import { proxyFromVariables } from '../../src/index.ts';

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: '', http_proxy: '', NO_PROXY: 'example.com' }, undefined],
  [{ HTTPS_PROXY: 'http://proxy:3128' }, { httpsProxy: 'http://proxy:3128' }],
  [{ https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:2' }, { httpsProxy: 'http://lower:1' }],
  [{ https_proxy: '', HTTPS_PROXY: 'http://upper:2' }, { httpsProxy: 'http://upper:2' }],
  [
    { HTTP_PROXY: 'localhost:3128', no_proxy: '.example.com' },
    { httpProxy: 'http://localhost:3128', noProxy: '.example.com' },
  ],
  [{ HTTPS_PROXY: 'https://user:pass@proxy' }, { httpsProxy: 'https://user:pass@proxy' }],
])('%o names %o', (variables, settings) => {
  const found = proxyFromVariables(variables);
  expect(found === undefined ? undefined : JSON.parse(JSON.stringify(found))).toEqual(settings);
});
