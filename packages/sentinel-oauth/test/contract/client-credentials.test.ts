import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { Secret, SentinelOAuthError } from '@lp-functions/errors';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTokenStore, createSentinelClient, type SentinelClientOptions } from '../../src/index.ts';
import {
  ACCOUNT,
  basicCredential,
  CLIENT_ID,
  CLIENT_SECRET,
  expectNothingLeaked,
  identity,
  rejectionOf,
} from '../identity-under-test.ts';
import { granting, type ScriptedServer, startScriptedServer } from '../scripted-server.ts';

afterAll(() => expectNothingLeaked());

describe('against the emulator', () => {
  let emulator: Emulator;
  let sentinel: string;
  beforeAll(async () => {
    emulator = await startEmulator({ app: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } });
    sentinel = `http://${emulator.domains['sentinel']!}`;
  });
  afterAll(() => emulator.close());
  afterEach(() => emulator.reset());

  function client(options: Partial<SentinelClientOptions> = {}) {
    const { http } = identity({ sentinel });
    return createSentinelClient({
      accountId: ACCOUNT,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      sentinelDomain: () => sentinel,
      http,
      ...options,
    });
  }

  it.each([
    [undefined, `/sentinel/api/account/${ACCOUNT}/app/token?v=2.0`],
    ['1.0', `/sentinel/api/account/${ACCOUNT}/app/token?v=1.0`],
    ['2.0', `/sentinel/api/account/${ACCOUNT}/app/token?v=2.0`],
    ['api-v2', `/sentinel/api/v2/account/${ACCOUNT}/app/token`],
  ] as const)('C7: appTokenVersion %s asks %s', async (appTokenVersion, url) => {
    const tokens = await client({ appTokenVersion }).clientCredentials();
    expect(tokens.expiresAtMs - tokens.obtainedAtMs).toBe(3_600_000);
    expect(emulator.tokens.list()).toMatchObject([{ token: tokens.accessToken.reveal(), clientId: CLIENT_ID }]);
    expect(emulator.requests.list()).toMatchObject([{ method: 'POST', url }]);
  });

  it('C2, K1: credentials go into the body by default, whatever characters they have, and never into the URL', async () => {
    await client().clientCredentials();
    const [request] = emulator.requests.list();
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    });
    expect(request).toMatchObject({
      status: 200,
      query: { v: '2.0' },
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    });
    expect(request!.headers).not.toHaveProperty('authorization');
  });

  it('C2, K1: or into a Basic header, and then nowhere else', async () => {
    await client({ clientAuthentication: 'client_secret_basic' }).clientCredentials();
    const [request] = emulator.requests.list();
    expect(request).toMatchObject({ status: 200, body: 'grant_type=client_credentials', query: { v: '2.0' } });
    expect(request!.headers['authorization']).toMatch(/^Basic [A-Za-z0-9+/]+=*$/);
  });

  it.each([
    'simple',
    'a+b',
    'a&b=c',
    '100%',
    'x#y',
    ' leading',
    'trailing ',
    'ä',
    '日本',
    '😀',
    '"\\/',
    '%2B',
    'a:b',
    "!~*'()-_.",
  ])('K1: the secret %j arrives intact, either way', async (clientSecret) => {
    const { clientId } = emulator.apps.install(
      { client_name: `app ${clientSecret}`, scope: 'faas.lambda.invoke' },
      { clientSecret },
    );
    for (const clientAuthentication of ['client_secret_post', 'client_secret_basic'] as const) {
      await client({ clientId, clientSecret, clientAuthentication }).clientCredentials();
    }
    expect(emulator.requests.list().map(({ status }) => status)).toEqual([200, 200]);
  });

  it('scope is sent only if given, and what was granted is told if Sentinel says so', async () => {
    const tokens = await client({ scope: 'faas.lambda.invoke' }).clientCredentials();
    expect(new URLSearchParams(emulator.requests.last()!.body).get('scope')).toBe('faas.lambda.invoke');
    expect(tokens).not.toHaveProperty('scope');
    expect(await rejectionOf(client({ scope: 'msg.consumer' }).clientCredentials())).toMatchObject({
      code: 'GRANT_REFUSED',
      oauthError: 'invalid_scope',
      hint: expect.stringContaining('scope'),
    });
  });

  it.each<[string, Partial<SentinelClientOptions>, number, string]>([
    ['a wrong secret', { clientSecret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { clientId: 'nobody' }, 401, 'invalid_client'],
    ['an unknown account', { accountId: '999' }, 401, 'invalid_client'],
  ])('%s is GRANT_REFUSED', async (_what, options, status, oauthError) => {
    expect(await rejectionOf(client(options).clientCredentials())).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'GRANT_REFUSED',
      fault: 'caller',
      operation: 'clientCredentials',
      accountId: options.accountId ?? ACCOUNT,
      target: options.clientId ?? CLIENT_ID,
      status,
      oauthError,
      attempts: 1,
      retryable: false,
      executed: 'no',
      hint: expect.stringContaining('client secret'),
    });
  });

  it.each(['faas.lambda.invoke', 'msg.consumer faas.lambda.invoke', 'nobody.has.heard of:this/yet'])(
    'C8: the scope %j is asked for as it is given, and is told as it was granted',
    async (scope) => {
      const server = await startScriptedServer(granting({ scope: `${scope} more` }));
      try {
        const tokens = await client({ sentinelDomain: () => server.url, scope }).clientCredentials();
        expect(server.requests.map(({ form }) => form['scope'])).toEqual([scope]);
        expect(tokens.scope).toBe(`${scope} more`);
      } finally {
        await server.close();
      }
    },
  );

  it('C5: a refresh token that comes along is neither kept nor used', async () => {
    const server = await startScriptedServer(granting({ refresh_token: 'tkn-refresh', expires_in: 60 }));
    try {
      const store = createMemoryTokenStore();
      const { token } = identity({ sentinel: server.url, store });
      expect(await token(await token())).toBe('tkn-2-opaque');
      expect(server.requests.map(({ form }) => form['grant_type'])).toEqual([
        'client_credentials',
        'client_credentials',
      ]);
      const kept = await store.get(JSON.stringify([server.url, ACCOUNT, CLIENT_ID, '']));
      expect(kept).toEqual({
        accessToken: 'tkn-2-opaque',
        obtainedAtMs: expect.any(Number),
        expiresAtMs: expect.any(Number),
      });
    } finally {
      await server.close();
    }
  });

  it('an app that was not installed with the grant is told so', async () => {
    const app = emulator.apps.install({
      client_name: 'web',
      grant_types: ['authorization_code'],
      redirect_uris: ['http://localhost/cb'],
    });
    expect(await rejectionOf(client(app).clientCredentials())).toMatchObject({
      oauthError: 'unauthorized_client',
      hint: expect.stringContaining('grant_types'),
    });
  });

  it('a secret may come as a Secret or from a function, asked anew for every grant', async () => {
    const asked: number[] = [];
    const forms = [
      new Secret(CLIENT_SECRET),
      () => CLIENT_SECRET,
      () => new Secret(CLIENT_SECRET),
      async () => {
        asked.push(asked.length);
        return Promise.resolve(CLIENT_SECRET);
      },
    ];
    for (const clientSecret of forms) await client({ clientSecret }).clientCredentials();
    const last = client({ clientSecret: forms[3]! });
    await last.clientCredentials();
    expect(asked).toHaveLength(2);
    expect(new Set(emulator.requests.list().map(({ status }) => status))).toEqual(new Set([200]));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the vault is sealed');
      },
      'the vault is sealed',
    ],
    ['rejects', () => Promise.reject(new Error('the vault is sealed')), 'the vault is sealed'],
    ['returns nothing', () => undefined, undefined],
    ['returns an empty text', () => '', undefined],
    ['returns half a character', () => '\udc00', undefined],
    ['returns a number', () => 7, undefined],
    ['returns null', () => Promise.resolve(null), undefined],
    ['returns something like a Secret', () => ({ reveal: 'x' }), undefined],
  ])('a secret function that %s is named, and nothing is sent', async (_how, clientSecret, cause) => {
    const error = await rejectionOf(client({ clientSecret: clientSecret as () => string }).clientCredentials());
    expect(error).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
      operation: 'clientCredentials',
      accountId: ACCOUNT,
      message: expect.stringContaining('clientSecret'),
    });
    expect((error['cause'] as Error | undefined)?.message).toBe(cause);
    expect(emulator.requests.count()).toBe(0);
  });

  it('an error of the family that a secret function throws says more than that it failed, and stays as it is', async () => {
    const locked = new SentinelOAuthError('the keychain is locked', { code: 'STORE_FAILED', fault: 'caller' });
    const clientSecret = (): Promise<string> => Promise.reject(locked);
    expect(await rejectionOf(client({ clientSecret }).clientCredentials())).toBe(locked);
    expect(emulator.requests.count()).toBe(0);
  });

  it('K2: a server that echoes the request into its error text reveals nothing', async () => {
    emulator.faults.add({ service: 'sentinel', echo: true });
    for (const clientAuthentication of ['client_secret_post', 'client_secret_basic'] as const) {
      // However long the echo is before the secret: a cut in the middle of it must not save the first half.
      for (let padding = 0; padding < 60; padding++) {
        const scope = `faas.lambda.invoke.${'x'.repeat(padding)}`;
        const error = await rejectionOf(client({ clientAuthentication, scope }).clientCredentials());
        expect(error).toMatchObject({
          code: 'GRANT_REFUSED',
          oauthErrorDescription: expect.stringContaining('Refused: POST'),
        });
      }
    }
  });
});

describe('sentinelDomain', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer(granting());
  });
  afterEach(() => server.close());

  const client = (sentinelDomain: () => unknown, http = identity({ sentinel: '' }).http) =>
    createSentinelClient({
      accountId: ACCOUNT,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      sentinelDomain: sentinelDomain as () => string,
      http,
    });

  it.each([
    ['undefined', undefined, 'INVALID_OPTION'],
    ['null', null, 'INVALID_OPTION'],
    ['a number', 7, 'INVALID_OPTION'],
    ['nothing', '', 'INVALID_OPTION'],
    ['two words', 'two words', 'INVALID_OPTION'],
    ['a path', 'https://va.sentinel.liveperson.net/path', 'INVALID_OPTION'],
    ['a user', 'https://user@va.sentinel.liveperson.net', 'INVALID_OPTION'],
    ['another protocol', 'ftp://va.sentinel.liveperson.net', 'INVALID_OPTION'],
    ['J11: plain http beyond loopback', 'http://va.sentinel.liveperson.net', 'INSECURE_HTTP'],
  ])('%s is refused before the secret is read', async (_what, domain, code) => {
    expect(await rejectionOf(client(() => domain).clientCredentials())).toMatchObject({
      name: 'ConfigurationError',
      code,
      option: 'sentinelDomain',
    });
  });

  it('a bare host means https', async () => {
    const urls: string[] = [];
    const transport = {
      send: ({ url }: { url: string }) => {
        urls.push(url);
        return Promise.resolve({ status: 200, headers: {}, text: '{"access_token":"tkn-1"}' });
      },
      close: () => Promise.resolve(),
    };
    await client(
      () => 'va.sentinel.liveperson.net',
      identity({ sentinel: '', http: { transport } }).http,
    ).clientCredentials();
    expect(urls).toEqual([`https://va.sentinel.liveperson.net/sentinel/api/account/${ACCOUNT}/app/token?v=2.0`]);
  });

  it('what it throws is thrown', async () => {
    const reason = new Error('no discovery');
    expect(await rejectionOf(client(() => Promise.reject(reason)).clientCredentials())).toBe(reason);
  });

  it('J9: a silent Sentinel ends in the deadline, and a signal ends the call', async () => {
    server.script = 'silence';
    expect(
      await rejectionOf(
        createSentinelClient({
          accountId: ACCOUNT,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          sentinelDomain: () => server.url,
        }).clientCredentials({ deadlineMs: 100 }),
      ),
    ).toMatchObject({
      name: 'TransportError',
      code: 'DEADLINE_EXCEEDED',
      operation: 'clientCredentials',
      accountId: ACCOUNT,
      target: CLIENT_ID,
    });
    const controller = new AbortController();
    const aborted = rejectionOf(client(() => server.url).clientCredentials({ signal: controller.signal }));
    await server.received(2);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'ABORTED', operation: 'clientCredentials' });
    expect(
      await rejectionOf(client(() => server.url).clientCredentials({ signal: AbortSignal.abort() })),
    ).toMatchObject({ code: 'ABORTED' });
    expect(server.requests).toHaveLength(2);
  });

  it('maxRetries replaces the number of the policy', async () => {
    server.script = { status: 503 };
    expect(await rejectionOf(client(() => server.url).clientCredentials({ maxRetries: 1 }))).toMatchObject({
      attempts: 2,
    });
    expect(await rejectionOf(client(() => server.url).clientCredentials())).toMatchObject({ attempts: 4 });
    expect(server.requests).toHaveLength(6);
  });

  it('what cannot be encoded is not sent', async () => {
    const { http } = identity({ sentinel: '' });
    const wrong = {
      clientId: 'half a pair \ud83d',
      clientSecret: CLIENT_SECRET,
      clientAuthentication: 'client_secret_basic',
    } as const;
    const broken = createSentinelClient({ accountId: ACCOUNT, sentinelDomain: () => server.url, http, ...wrong });
    expect(await rejectionOf(broken.clientCredentials())).toMatchObject({
      name: 'TransportError',
      code: 'REQUEST_INVALID',
      fault: 'caller',
      operation: 'clientCredentials',
      requestSent: 'no',
      cause: { name: 'URIError' },
    });
    expect(server.requests).toHaveLength(0);
  });

  it('the Basic credential is the one of RFC 6749', async () => {
    const { http } = identity({ sentinel: '' });
    const basic = { clientAuthentication: 'client_secret_basic' } as const;
    await createSentinelClient({
      accountId: ACCOUNT,
      clientId: 'a b',
      clientSecret: 'c+d é',
      sentinelDomain: () => server.url,
      http,
      ...basic,
    }).clientCredentials();
    expect(server.requests[0]?.headers.authorization?.replace(/=+$/, '')).toBe(
      `Basic ${basicCredential('a b', 'c+d é')}`,
    );
  });
});
