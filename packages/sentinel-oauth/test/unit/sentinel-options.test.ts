import { describe, expect, it } from 'vitest';
import { Secret } from '@lp-functions/errors';
import {
  clientCredentials,
  createBearerAuthorizer,
  createSentinelClient,
  createTokenSource,
  customAuthorizer,
  staticBearer,
} from '../../src/index.ts';

const APP = { clientId: 'app', clientSecret: 'secret' };
const CLIENT = { ...APP, accountId: '1', sentinelDomain: () => 'va.sentinel.liveperson.net' };
const invalid = (option: string) =>
  expect.objectContaining({
    name: 'ConfigurationError',
    code: 'INVALID_OPTION',
    option,
    fault: 'caller',
    executed: 'no',
  }) as Error;

describe('options of the app', () => {
  it.each([
    ['clientId', { clientId: undefined }],
    ['clientId', { clientId: '' }],
    ['clientId', { clientId: 7 }],
    ['clientSecret', { clientSecret: undefined }],
    ['clientSecret', { clientSecret: '' }],
    ['clientSecret', { clientSecret: null }],
    ['clientSecret', { clientSecret: 7 }],
    ['clientSecret', { clientSecret: {} }],
    ['clientSecret', { clientSecret: { reveal: 'secret' } }],
    ['clientSecret', { clientSecret: new Secret('') }],
    ['clientSecret', { clientSecret: 'half a pair \ud83d' }],
    ['clientAuthentication', { clientAuthentication: 'none' }],
    ['clientAuthentication', { clientAuthentication: null }],
    ['scope', { scope: '' }],
    ['scope', { scope: ['faas.lambda.invoke'] }],
    ['appTokenVersion', { appTokenVersion: 2 }],
    ['appTokenVersion', { appTokenVersion: '3.0' }],
  ])('J48: a wrong %s is named: %j', (option, wrong) => {
    expect(() => clientCredentials({ ...APP, ...wrong } as never)).toThrow(invalid(option));
    expect(() => createSentinelClient({ ...CLIENT, ...wrong } as never)).toThrow(invalid(option));
  });

  it.each([
    ['accountId', { accountId: 12345678 }],
    ['accountId', { accountId: '' }],
    ['sentinelDomain', { sentinelDomain: undefined }],
    ['sentinelDomain', { sentinelDomain: 'va.sentinel.liveperson.net' }],
    ['http', { http: {} }],
  ])('J48: a wrong %s of the client is named: %j', (option, wrong) => {
    expect(() => createSentinelClient({ ...CLIENT, ...wrong } as never)).toThrow(invalid(option));
  });

  it('J48: unknown options are named, without their values', () => {
    expect(() => clientCredentials({ ...APP, clientSecert: 'hush' } as never)).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_OPTION',
        option: 'clientSecert',
        message: expect.not.stringContaining('hush'),
      }),
    );
    expect(() => clientCredentials(undefined as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('options of a login', () => {
  it.each([
    ['redirectUri', { redirectUri: '/callback' }],
    ['redirectUri', { redirectUri: 'https://app.example/#part' }],
    ['redirectUri', { redirectUri: 7 }],
    ['scope', { scope: '' }],
    ['nonce', { nonce: 'n' }],
    ['parameters', { parameters: 'prompt=login' }],
    ['parameters', { parameters: null }],
    ['parameters', { parameters: { prompt: '' } }],
    ['parameters', { parameters: { prompt: 7 } }],
    ['parameters', { parameters: { state: 'mine' } }],
    ['parameters', { parameters: { client_secret: 'never in a browser' } }],
    ['parameters', { parameters: { code_challenge: 'mine' } }],
  ])('a wrong %s is named: %j', async (option, wrong) => {
    await expect(createSentinelClient(CLIENT).authorizationUrl(wrong as never)).rejects.toEqual(invalid(option));
  });

  it('further parameters go along, whatever characters they have', async () => {
    const parameters = { prompt: 'login', login_hint: 'anna&bob=x #ä' };
    const { url } = await createSentinelClient(CLIENT).authorizationUrl({ parameters });
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      ...parameters,
      v: '1.0',
      response_type: 'code',
    });
  });

  it.each([undefined, null, '', 7, {}, () => 'x', new Secret(''), { accessToken: new Secret('a') }])(
    'refresh refuses %j before it asks where Sentinel is',
    async (tokens) => {
      const sentinelDomain = () => Promise.reject(new Error('was asked'));
      const client = createSentinelClient({ ...CLIENT, sentinelDomain });
      await expect(client.refresh(tokens as never)).rejects.toEqual(invalid('tokens'));
    },
  );
});

describe('options of a token source', () => {
  const store = { get: () => {}, set: () => {}, delete: () => {}, withLock: () => {} };
  it.each([
    ['store', { store: {} }],
    ['store', { store: { ...store, withLock: undefined }, key: () => 'k' }],
    ['key', { store }],
    ['key', { store, key: 'k' }],
    ['clock', { clock: {} }],
    ['logger', { logger: { warn: () => {} } }],
    ['onEvent', { onEvent: 'x' }],
  ])('a wrong %s is named', (option, wrong) => {
    expect(() => createTokenSource(() => Promise.reject(new Error()), wrong as never)).toThrow(invalid(option));
  });

  it('so is what does not obtain anything', () => {
    expect(() => createTokenSource(undefined as never)).toThrow(invalid('obtain'));
    expect(() => createBearerAuthorizer(undefined as never)).toThrow(invalid('source'));
    expect(() => createBearerAuthorizer({} as never)).toThrow(invalid('source'));
  });
});

describe('tokens and functions of others', () => {
  it.each([undefined, null, '', 7, {}, [], new Secret(''), { reveal: 1 }])('staticBearer refuses %j', (token) => {
    expect(() => staticBearer(token as never)).toThrow(invalid('token'));
  });

  it.each([undefined, null, 'x', {}])('customAuthorizer refuses %j', (authorize) => {
    expect(() => customAuthorizer(authorize as never)).toThrow(invalid('authorize'));
  });
});

describe('limits of a call', () => {
  it.each([
    ['signal', { signal: {} }],
    ['deadlineMs', { deadlineMs: 0 }],
    ['deadlineMs', { deadlineMs: Number.NaN }],
    ['maxRetries', { maxRetries: -1 }],
  ])('a wrong %s is named: %j', async (option, call) => {
    await expect(createSentinelClient(CLIENT).clientCredentials(call as never)).rejects.toEqual(invalid(option));
  });
});
