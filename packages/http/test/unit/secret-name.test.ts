import { describe, expect, test } from 'vitest';
import { isSecretName } from '../../src/secret-name.ts';

describe('isSecretName', () => {
  test.each([
    'Authorization',
    'X-Api-Key',
    'apikey',
    'api_key',
    'client_secret',
    'refreshToken',
    'Set-Cookie',
    'password',
    'session-id',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  test.each(['Content-Type', 'key', 'Idempotency-Key', 'X-Request-ID', 'sku', ''])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
