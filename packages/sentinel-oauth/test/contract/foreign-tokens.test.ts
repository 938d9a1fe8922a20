import { Secret } from '@lp-functions/errors';
import type { Authorizer } from '@lp-functions/http';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthMethod, createMemoryTokenStore, customAuthorizer, staticBearer } from '../../src/index.ts';
import { ACCOUNT, expectNothingLeaked, identity, rejectionOf } from '../identity-under-test.ts';
import { type ScriptedServer, startScriptedServer } from '../scripted-server.ts';

afterAll(() => expectNothingLeaked(['oauth_signature_value']));

let gateway: ScriptedServer;
beforeEach(async () => {
  gateway = await startScriptedServer({ body: 'true' });
});
afterEach(() => gateway.close());

async function call(auth: AuthMethod): Promise<number> {
  const { http, authorizer } = identity({ sentinel: 'https://unused.example', auth });
  const answer = await http.request({
    context: { operation: 'invokeByUuid', accountId: ACCOUNT },
    method: 'POST',
    url: `${gateway.url}/invoke?x=1`,
    rule: 'invocation',
    authorizer,
  });
  return answer.status;
}
function contextWith(sentinelDomain: () => Promise<string>): Parameters<AuthMethod>[0] {
  const { http, clock } = identity({ sentinel: 'https://unused.example' });
  return { accountId: ACCOUNT, sentinelDomain, http, clock, tokenStore: createMemoryTokenStore(), onEvent: undefined };
}
const sent = () => gateway.requests.map(({ headers }) => headers.authorization);

describe('staticBearer', () => {
  it.each([
    ['a text', 'tkn-fixed'],
    ['a Secret', new Secret('tkn-fixed')],
    ['a function', () => 'tkn-fixed'],
    ['an async function', () => Promise.resolve(new Secret('tkn-fixed'))],
  ])('sends %s', async (_what, token) => {
    expect(await call(staticBearer(token))).toBe(200);
    expect(sent()).toEqual(['Bearer tkn-fixed']);
  });

  it('a fixed token that is refused is not sent again; a function is asked once more', async () => {
    gateway.script = { status: 401 };
    expect(await call(staticBearer('tkn-fixed'))).toBe(401);
    let count = 0;
    expect(await call(staticBearer(() => `tkn-${String((count += 1))}`))).toBe(401);
    expect(sent()).toEqual(['Bearer tkn-fixed', 'Bearer tkn-1', 'Bearer tkn-2']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('sealed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('sealed'))],
    ['returns nothing', () => undefined],
    ['returns an empty text', () => ''],
    ['returns a number', () => 7],
    ['returns headers', () => ({ authorization: 'Bearer tkn-1' })],
  ])('a function that %s is named, and nothing is sent', async (_how, token) => {
    expect(await rejectionOf(call(staticBearer(token as () => string)))).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
      accountId: ACCOUNT,
      message: expect.stringContaining('token'),
    });
    expect(gateway.requests).toHaveLength(0);
  });

  it('C34: the token of an agent’s login is sent as it is, and nobody here asks for one', async () => {
    const asked: string[] = [];
    const auth = staticBearer('tkn-agent-login');
    const context = contextWith(() => {
      asked.push('sentinel');
      return Promise.reject(new Error('nobody asks'));
    });
    const authorizer = auth(context);
    expect(await authorizer.authorize({ url: `${gateway.url}/invoke`, method: 'POST' })).toEqual({
      authorization: 'Bearer tkn-agent-login',
    });
    expect(await call(auth)).toBe(200);
    expect([asked, sent()]).toEqual([[], ['Bearer tkn-agent-login']]);
  });

  it('a token with a line break is not sent', async () => {
    expect(await rejectionOf(call(staticBearer('tkn-1\nx-evil: 1')))).toMatchObject({
      code: 'REQUEST_INVALID',
      executed: 'no',
    });
    expect(gateway.requests).toHaveLength(0);
  });
});

describe('customAuthorizer', () => {
  it('is asked for every attempt, with method, URL and what was rejected', async () => {
    gateway.script = (_request, count) =>
      count === 1 ? { status: 401, headers: { 'www-authenticate': 'DPoP error="use_dpop_nonce"' } } : { body: 'true' };
    const asked: unknown[] = [];
    const auth = customAuthorizer((request, rejected) => {
      asked.push([request.method, request.url, rejected]);
      return Promise.resolve({ authorization: `OAuth oauth_signature="oauth_signature_value${String(asked.length)}"` });
    });
    expect(await call(auth)).toBe(200);
    const first = { authorization: 'OAuth oauth_signature="oauth_signature_value1"' };
    expect(asked).toEqual([
      ['POST', `${gateway.url}/invoke?x=1`, undefined],
      ['POST', `${gateway.url}/invoke?x=1`, { headers: first, challenge: 'DPoP error="use_dpop_nonce"' }],
    ]);
    expect(sent()).toHaveLength(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('signing failed');
      },
      'signing failed',
    ],
    ['rejects', () => Promise.reject(new Error('signing failed')), 'signing failed'],
    ['returns nothing', () => undefined, undefined],
    ['returns a text', () => Promise.resolve('Bearer tkn-1'), undefined],
    ['returns a list', () => Promise.resolve([['authorization', 'tkn-1']]), undefined],
    ['returns fetch headers', () => Promise.resolve(new Headers({ authorization: 'tkn-1' })), undefined],
    ['returns numbers', () => Promise.resolve({ authorization: 7 }), undefined],
  ])('a function that %s is named, and nothing is sent', async (_how, authorize, cause) => {
    const error = await rejectionOf(call(customAuthorizer(authorize as unknown as Authorizer['authorize'])));
    expect(error).toMatchObject({
      name: 'SentinelOAuthError',
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
      operation: 'invokeByUuid',
    });
    expect((error['cause'] as Error | undefined)?.message).toBe(cause);
    expect(gateway.requests).toHaveLength(0);
  });

  it('one that throws rejects, for whoever calls it without the HTTP client', async () => {
    const auth = customAuthorizer(() => {
      throw new Error('at once');
    });
    const { authorizer } = identity({ sentinel: 'https://unused.example', auth });
    expect(await rejectionOf(authorizer.authorize({ url: 'https://gw.example/', method: 'GET' }))).toMatchObject({
      message: 'at once',
    });
  });
});
