import { describe, expect, test } from 'vitest';
import {
  clientCredentials,
  createFunctionsClient,
  createGotTransport,
  createMemoryTokenStore,
  createUndiciTransport,
  customAuthorizer,
  type FunctionsClientOptions,
  staticBearer,
} from '../../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET } from '../credentials.ts';

const auth = clientCredentials({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });

/** What a JavaScript caller may pass, whatever the types say. */
function create(changes: object): unknown {
  return createFunctionsClient({ accountId: '12345678', auth, ...changes });
}

const WRONG: Readonly<Record<keyof FunctionsClientOptions, readonly unknown[]>> = {
  accountId: [undefined, null, '', 12_345_678, '1/2', '../1', 'a b', 'ü', 'x'.repeat(65), {}],
  auth: [undefined, null, {}, [], 'secret', 5, { clientId: 'a', clientSecret: 'b' }, () => undefined, () => ({}), async () => ({})], // prettier-ignore
  discoveryUrl: [null, '', 5, 'api.liveperson.net', 'ftp://api.liveperson.net', 'https://a:b@host', 'https://host?x=1', 'http://api.liveperson.net'], // prettier-ignore
  discoveryTtlMs: [null, 0, -1, '600', Number.NaN, Number.POSITIVE_INFINITY],
  domainStore: [null, {}, { get() {} }, 'hosts.json'],
  domains: [
    null,
    5,
    'va.faasgw.liveperson.net',
    [],
    ['a.liveperson.net'],
    { faasGW: 5 },
    { faasGW: undefined },
    { faasGW: '' },
  ],
  platform: [null, '', 'V1', 'v3', 1],
  eventSource: [null, '', 5, 'a\nb', 'a\r\nAuthorization: x', 'ü', 'x'.repeat(257)],
  userId: [null, '', 5, 'a\nb', '\ud800', 'x'.repeat(257)],
  userAgentSuffix: [null, '', 5, 'a\nb', 'a\r\nAuthorization: x', 'ü', 'a  b', 'a/', '(open', 'x'.repeat(201)],
  timeoutMs: [null, 0, -5, '40000', Number.NaN],
  deadlineMs: [null, 0, '1', Number.POSITIVE_INFINITY],
  listingAuthorizer: [null, {}, [], 'secret', 5, () => undefined],
  maxResponseBytes: [null, 0, -1, 1.5, '10', Number.NaN],
  retry: [null, 5, 'none', []],
  proxy: [null, 'http://proxy:3128', { httpsProxy: 'proxy:3128' }, { httpsProxy: 'socks5://proxy' }, { bypass: 'x' }],
  transport: [null, {}, { send() {} }, () => undefined, 'undici'],
  tokenStore: [null, {}, new Map()],
  allowedHostSuffixes: [null, 'liveperson.net', [5], [''], ['not a host'], ['*.liveperson.net']],
  allowInsecureHttp: [null, 'yes', 1],
  logger: [null, {}, () => undefined, { debug() {}, info() {}, warn() {} }],
  onEvent: [null, {}, 'log'],
  undefinedProperties: [null, '', 'drop', true],
  telemetry: [null, {}, 'otel', { trace: {} }],
  clock: [null, {}, { now: () => 0 }, Date],
};

const CASES = Object.entries(WRONG).flatMap(([option, values]) =>
  values.map((value, index) => [option, index, value] as const),
);

describe('J48: an option that cannot work fails in the factory and is named', () => {
  test.each(CASES)('%s, case %i', (option, _index, value) => {
    expect(() => create({ [option]: value })).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        code: expect.stringMatching(/^(INVALID_OPTION|INSECURE_HTTP)$/) as string,
        option,
        fault: 'caller',
        executed: 'no',
      }),
    );
    expect(() => create({ [option]: value })).toThrow(new RegExp(option));
  });

  test.each<[object, string]>([
    [{ domains: { faasGW: 'http://va.faasgw.liveperson.net' } }, 'domains.faasGW'],
    [{ domains: { faasGW: 'host/path' } }, 'domains.faasGW'],
  ])('%j: the path of what is wrong in it', (changes, option) => {
    expect(() => create(changes)).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  });

  test.each<[object, RegExp]>([
    [{ maxRetries: -1 }, /maxRetries/],
    [{ maxRetries: 1.5 }, /maxRetries/],
    [{ maxRetries: '3' }, /maxRetries/],
    [{ serverErrorWaitsMs: 5 }, /serverErrorWaitsMs/],
    [{ serverErrorWaitsMs: ['5'] }, /serverErrorWaitsMs/],
    [{ serverErrorWaitsMs: [-5] }, /serverErrorWaitsMs/],
    [{ throttledWaitMs: 0 }, /throttledWaitMs/],
    [{ networkWaitMs: '200' }, /networkWaitMs/],
    [{ maxRetryAfterMs: Number.NaN }, /maxRetryAfterMs/],
    [{ retries: 3 }, /retries.*maxRetries/],
  ])('retry: %j', (retry, message) => {
    expect(() => create({ retry })).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
    expect(() => create({ retry })).toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ['no options', undefined, 'clientCredentials'],
    ['no client id', { clientSecret: 'x' }, 'clientId'],
    ['an empty client id', { clientId: '', clientSecret: 'x' }, 'clientId'],
    ['no secret', { clientId: 'x' }, 'clientSecret'],
    ['an empty secret', { clientId: 'x', clientSecret: '' }, 'clientSecret'],
    ['a number for a secret', { clientId: 'x', clientSecret: 5 }, 'clientSecret'],
    [
      'an unknown authentication',
      { clientId: 'x', clientSecret: 'x', clientAuthentication: 'jwt' },
      'clientAuthentication',
    ],
    ['an unknown version', { clientId: 'x', clientSecret: 'x', appTokenVersion: '3.0' }, 'appTokenVersion'],
    ['a misspelt option', { clientId: 'x', clientSecret: 'x', scopes: 'a' }, 'scopes'],
  ])('clientCredentials with %s', (_name, options, option) => {
    expect(() => clientCredentials(options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    );
  });

  test.each([undefined, null, '', 5])('staticBearer(%j), customAuthorizer(%j)', (value) => {
    expect(() => staticBearer(value as never)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
    expect(() => customAuthorizer(value as never)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });

  test.each(['accountID', 'clientId', 'fetch', 'protocol', '__proto__', 'toString'])(
    'there is no option %s',
    (option) => {
      const changes = JSON.parse(`{${JSON.stringify(option)}:"x"}`) as object;
      const options = Object.assign(Object.create(null) as object, { accountId: '1', auth });
      Object.defineProperty(options, option, { value: Object.values(changes)[0], enumerable: true });
      expect(() => createFunctionsClient(options as FunctionsClientOptions)).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_OPTION', option }),
      );
    },
  );

  test.each([[undefined], [null], [5], ['12345678'], [[]]])('createFunctionsClient(%j)', (options) => {
    expect(() => createFunctionsClient(options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option: 'createFunctionsClient' }),
    );
  });

  test.each([[undefined], [null], [{}], ['secret'], [() => ({})]])('withAuth(%j)', async (other) => {
    const client = createFunctionsClient({ accountId: '12345678', auth });
    expect(() => client.withAuth(other as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option: 'auth' }),
    );
    await client.close();
  });

  test('a proxy beside a transport, which has connections of its own', async () => {
    const transport = createUndiciTransport();
    expect(() => create({ transport, proxy: { httpsProxy: 'http://127.0.0.1:3128' } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', option: 'proxy' }),
    );
    await transport.close();
  });

  test('everything at its limits is taken, and undefined is the default', async () => {
    const undefineds = Object.fromEntries(Object.keys(WRONG).map((option) => [option, undefined]));
    const minimal = createFunctionsClient({ ...undefineds, accountId: '1', auth });
    await minimal.close();
    const transport = createUndiciTransport({ maxConnections: 1 });
    const client = createFunctionsClient({
      accountId: 'qa_12-3',
      auth: { authorize: () => Promise.resolve({}) },
      discoveryUrl: 'https://api.liveperson.net/prefix/',
      discoveryTtlMs: 0.1,
      domains: { faasGW: 'va.faasgw.liveperson.net', sentinel: 'http://127.0.0.1:8080' },
      platform: 'auto',
      eventSource: 'my system & more',
      userId: '1234567890',
      timeoutMs: 1,
      deadlineMs: 1,
      retry: { maxRetries: 0, serverErrorWaitsMs: [], throttledWaitMs: 1, networkWaitMs: 1, maxRetryAfterMs: 1 },
      transport,
      tokenStore: createMemoryTokenStore(),
      allowedHostSuffixes: [],
      allowInsecureHttp: true,
      logger: console,
      onEvent: () => {},
      clock: { now: () => 0, monotonicNow: () => 0, sleep: () => Promise.resolve() },
    });
    await client.close();
    await transport.close();
    await createGotTransport({ maxConnections: 1 }).close();
  });
});
