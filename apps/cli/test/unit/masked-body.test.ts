import { describe, expect, it, test } from 'vitest';
import { maskedCredentials, maskedInput } from '../../src/invoke/masked-body.ts';

describe('maskedInput', () => {
  it('masks headers that are named like secrets, and nothing of the payload', () => {
    const headers = [
      { key: 'X-Api-Key', value: 'hunter22' },
      { key: 'authorization', value: 'abc' },
      { key: 'a', value: 'b' },
      { key: 'Idempotency-Key', value: 'once' },
    ];
    const payload = { token: 'of the business' };
    expect(maskedInput(JSON.stringify({ timestamp: 1, headers, payload }))).toEqual({
      shown: {
        timestamp: 1,
        headers: [
          { key: 'X-Api-Key', value: '[secret]' },
          { key: 'authorization', value: '[secret]' },
          { key: 'a', value: 'b' },
          { key: 'Idempotency-Key', value: 'once' },
        ],
        payload,
      },
      secrets: ['hunter22'],
    });
  });

  test.each(['', 'text', '<html>', '[1]', '{"headers":7}', '{"headers":[1,null,{"key":"token"}]}'])(
    'shows what is no invocation as it is: %s',
    (body) => {
      const { shown, secrets } = maskedInput(body);
      expect(typeof shown === 'string' ? shown : JSON.stringify(shown)).toBe(body);
      expect(secrets).toEqual([]);
    },
  );
});

describe('maskedCredentials', () => {
  test.each([
    [
      'grant_type=client_credentials&client_id=me&client_secret=s%2Becret&scope=',
      'grant_type=client_credentials&client_id=me&client_secret=[secret]&scope=',
      ['s+ecret'],
    ],
    [
      'grant_type=authorization_code&code=c0de&code_verifier=v',
      'grant_type=authorization_code&code=[secret]&code_verifier=[secret]',
      ['c0de', 'v'],
    ],
    ['{"access_token":"eyJ","token_type":"Bearer"}', '{"access_token":"[secret]","token_type":"Bearer"}', ['eyJ']],
    [
      '{"refresh_token":"r","id_token":"i","expires_in":9}',
      '{"refresh_token":"[secret]","id_token":"[secret]","expires_in":9}',
      ['r', 'i'],
    ],
    ['<html>no</html>', '<html>no</html>', []],
    ['', '', []],
  ])('%s', (body, shown, secrets) => {
    expect(maskedCredentials(body)).toEqual({ shown, secrets });
  });
});
