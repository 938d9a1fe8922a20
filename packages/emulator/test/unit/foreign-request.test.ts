import { expect, test } from 'vitest';
import { foreignnessOf, type RequestOrigin } from '../../src/scripting/foreign-request.ts';

const OWN: RequestOrigin = {
  host: '127.0.0.1:8080',
  origin: undefined,
  fetchSite: undefined,
  remoteAddress: '127.0.0.1',
  secure: false,
};

test.each<Partial<RequestOrigin>>([
  {},
  { host: 'localhost' },
  { host: 'localhost:8080' },
  { host: 'LOCALHOST:8080' },
  { host: 'console.localhost:8080' },
  { host: '127.1.2.3:1' },
  { host: '[::1]:8080', remoteAddress: '::1' },
  { remoteAddress: '::ffff:127.0.0.1' },
  { origin: 'http://127.0.0.1:8080' },
  { origin: 'https://127.0.0.1:8080', secure: true },
  { fetchSite: 'same-origin' },
  { fetchSite: 'none' },
])('%j may script the emulator', (parts) => {
  expect(foreignnessOf({ ...OWN, ...parts })).toBeUndefined();
});

test.each<Partial<RequestOrigin>>([
  { host: undefined },
  { host: '' },
  { host: 'evil.example' },
  { host: 'evil.example:8080' },
  { host: '127.0.0.1.evil.example' },
  { host: 'localhost.evil.example' },
  { host: 'evillocalhost' },
  { host: '127.0.0.1@evil.example' },
  { host: 'localhost:8080:8080' },
  { host: 'api.liveperson.net' },
  { host: '192.168.0.1:8080' },
  { host: '0.0.0.0:8080' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'http://evil.example' },
  { origin: 'http://127.0.0.1:3000' },
  { origin: 'http://localhost:8080' },
  { origin: 'https://127.0.0.1:8080' },
  { origin: 'http://127.0.0.1:8080, http://evil.example' },
  { fetchSite: 'cross-site' },
  { fetchSite: 'same-site' },
  { remoteAddress: '192.168.0.7' },
  { remoteAddress: '::ffff:10.0.0.1' },
  { remoteAddress: '12.127.0.0' },
  { remoteAddress: undefined },
])('%j may not', (parts) => {
  expect(foreignnessOf({ ...OWN, ...parts })).toMatch(/\.$/);
});
