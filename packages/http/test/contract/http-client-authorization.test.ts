import { ConfigurationError, isSentinelOAuthError, SentinelOAuthError, TransportError } from '@lp-functions/errors';
import { describe, expect, it } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import type { AuthorizationRequest, Authorizer, RejectedAuthorization } from '../../src/index.ts';
import { failureOf, SECRETS } from '../leak-check.ts';
import { callFailureOf, callTo, clientUnderTest } from './client-under-test.ts';
import { startScripted } from './scripted-server.ts';

type Headers = Readonly<Record<string, string>>;

/** Gives `Bearer <token>-1`, `-2` and so on, and records what it was asked. */
function countingAuthorizer(
  give: (count: number) => unknown = (count) => ({ authorization: `Bearer ${tokenOf(count)}` }),
) {
  const asked: { request: AuthorizationRequest; rejected: RejectedAuthorization | undefined }[] = [];
  const authorizer: Authorizer = {
    authorize(request, rejected) {
      asked.push({ request, rejected });
      return Promise.resolve(give(asked.length) as Headers);
    },
  };
  return { authorizer, asked };
}

const tokenOf = (count: number) => `${SECRETS.token}-${String(count)}`;

describe('authorization', () => {
  it('is asked for once per attempt and sent with it', async () => {
    const server = await startScripted(503, 200);
    const { authorizer, asked } = countingAuthorizer();
    const { http } = clientUnderTest();
    const url = `${server.url}/api?v=1`;
    const controller = new AbortController();
    const limits = http.limits({ signal: controller.signal });
    await http.request(
      callTo(url, { rule: 'read', authorizer, limits, headers: { 'x-a': '1', authorization: 'overruled' } }),
    );
    expect(server.received.map(({ headers }) => [headers['x-a'], headers.authorization])).toEqual([
      ['1', `Bearer ${tokenOf(1)}`],
      ['1', `Bearer ${tokenOf(2)}`],
    ]);
    expect(asked).toEqual(
      [1, 2].map(() => ({ request: { url, method: 'POST', signal: controller.signal }, rejected: undefined })),
    );
  });

  it('may add no headers, and is not needed', async () => {
    const server = await startScripted(200);
    const { http } = clientUnderTest();
    await http.request(callTo(`${server.url}/x`, { authorizer: countingAuthorizer(() => ({})).authorizer }));
    await http.request(callTo(`${server.url}/x`, { authorizer: undefined, headers: undefined }));
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('may come from an object with methods, and without a promise', async () => {
    class Static {
      readonly #headers = { authorization: 'Bearer of-class-fields' };
      authorize(): Promise<Headers> {
        return this.#headers as unknown as Promise<Headers>;
      }
    }
    const server = await startScripted(200);
    const { http } = clientUnderTest();
    await http.request(callTo(`${server.url}/x`, { authorizer: new Static() }));
    expect(server.received[0]?.headers.authorization).toBe('Bearer of-class-fields');
  });
});

describe('a 401 (J6)', () => {
  it('leads to one renewal and one repeat, and names what was refused', async () => {
    const server = await startScripted(
      { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
      200,
    );
    const { authorizer, asked } = countingAuthorizer();
    const { http, clock, attempts } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`, { authorizer }));
    expect(answer).toMatchObject({ status: 200, attempts: 2, earlierMayHaveRun: false });
    expect(asked.map(({ rejected }) => rejected)).toEqual([
      undefined,
      { headers: { authorization: `Bearer ${tokenOf(1)}` }, challenge: 'Bearer error="invalid_token"' },
    ]);
    expect(attempts()).toEqual(['1 401 in 0', '2 200']);
    expect(clock.sleeps).toEqual([]);
  });

  it('that stays ends in the answer 401 after two requests and two questions', async () => {
    const server = await startScripted(401);
    const { authorizer, asked } = countingAuthorizer();
    const { http } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`, { authorizer, idempotent: true }));
    expect(answer).toMatchObject({ status: 401, attempts: 2 });
    expect(asked.map(({ rejected }) => rejected)).toEqual([
      undefined,
      { headers: { authorization: `Bearer ${tokenOf(1)}` } },
    ]);
    expect(server.received).toHaveLength(2);
  });

  it.each([
    ['the same object', (same: Headers) => same],
    ['equal headers', (same: Headers) => ({ ...same })],
  ])('is final if the authorizer has nothing newer: %s', async (_what, again) => {
    const server = await startScripted(401);
    const same = { authorization: `Bearer ${SECRETS.token}`, 'x-more': '1' };
    const { authorizer, asked } = countingAuthorizer(() => again(same));
    const { http } = clientUnderTest();
    expect(await http.request(callTo(`${server.url}/x`, { authorizer }))).toMatchObject({ status: 401, attempts: 1 });
    expect([server.received.length, asked.length]).toEqual([1, 2]);
  });

  it.each([[{ authorization: 'Bearer x' }], [{ 'x-more': '1' }], [{}]])(
    'is repeated if %j is all that is left',
    async (less) => {
      const server = await startScripted(401, 200);
      const first = { authorization: `Bearer ${SECRETS.token}`, 'x-more': '1' };
      const { authorizer } = countingAuthorizer((count) => (count === 1 ? first : less));
      const { http } = clientUnderTest();
      expect(await http.request(callTo(`${server.url}/x`, { authorizer }))).toMatchObject({ status: 200, attempts: 2 });
    },
  );

  it('without an authorizer is an answer', async () => {
    const server = await startScripted(401);
    const { http } = clientUnderTest();
    expect(await http.request(callTo(`${server.url}/x`, { authorizer: undefined }))).toMatchObject({
      status: 401,
      attempts: 1,
    });
  });

  it('is followed by one renewal in a call, however often it comes back', async () => {
    const server = await startScripted(401, 503, 401);
    const { authorizer, asked } = countingAuthorizer();
    const { http } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`, { authorizer, rule: 'read' }));
    expect(answer).toMatchObject({ status: 401, attempts: 3, earlierMayHaveRun: true });
    expect(asked.map(({ rejected }) => rejected !== undefined)).toEqual([false, true, false]);
  });

  it('whose renewal fails ends in the error of the renewal', async () => {
    const server = await startScripted(401);
    const refused = new SentinelOAuthError('refused', { code: 'GRANT_REFUSED', operation: 'clientCredentials' });
    const { authorizer } = countingAuthorizer((count) =>
      count === 1 ? { authorization: 'Bearer x' } : Promise.reject(refused),
    );
    const { http } = clientUnderTest();
    expect(await failureOf(http.request(callTo(`${server.url}/x`, { authorizer })))).toBe(refused);
    expect(server.received).toHaveLength(1);
  });
});

describe('an authorizer that fails', () => {
  const failing = (how: () => unknown): Authorizer => ({ authorize: how as Authorizer['authorize'] });
  const run = async (authorizer: Authorizer): Promise<unknown> => {
    const server = await startScripted(200);
    const { http, clock } = clientUnderTest();
    const failure = await failureOf(http.request(callTo(`${server.url}/x`, { authorizer, idempotent: true })));
    expect(server.received).toHaveLength(0);
    expect(clock.sleeps).toEqual([]);
    return failure;
  };

  it.each([
    [
      'throws',
      () => {
        throw new Error('of mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('of mine'))],
    ['rejects with an object', () => Promise.reject({ message: 'of mine' })],
    ['rejects with a text', () => Promise.reject('of mine')],
    [
      'rejects with a TransportError that names no operation',
      () =>
        Promise.reject(
          new TransportError('of mine', { code: 'CONNECTION_LOST', phase: 'headers', requestSent: 'maybe' }),
        ),
    ],
  ])('%s: AUTHORIZER_FAILED, with its message as the cause', async (_how, how) => {
    const failure = await run(failing(how));
    expect(isSentinelOAuthError(failure)).toBe(true);
    expect(failure).toMatchObject({
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
      executed: 'no',
      retryable: false,
      operation: 'invokeByUuid',
      target: 'some-lambda',
      requestId: 'some-request',
      cause: { message: 'of mine' },
    });
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'Bearer x'],
    ['a number in a header', { authorization: 5 }],
    ['an undefined header', { authorization: undefined }],
    ['a list', ['Bearer x']],
    ['a Map', new Map([['authorization', 'Bearer x']])],
    ['fetch Headers', new Headers({ authorization: 'Bearer x' })],
  ])('returns %s: AUTHORIZER_FAILED', async (_what, value) => {
    expect(await run(failing(() => Promise.resolve(value)))).toMatchObject({
      code: 'AUTHORIZER_FAILED',
      fault: 'caller',
    });
  });

  it.each([
    [new SentinelOAuthError('refused', { code: 'GRANT_REFUSED' })],
    [new ConfigurationError('wrong', { code: 'INVALID_OPTION', option: 'auth' })],
    [
      new TransportError('lost', {
        code: 'UNREACHABLE',
        phase: 'connect',
        requestSent: 'no',
        operation: 'clientCredentials',
      }),
    ],
  ])('passes %s of this family through as it is', async (error) => {
    expect(await run(failing(() => Promise.reject(error)))).toBe(error);
  });

  it('has its message scrubbed of what is known to be secret', async () => {
    const failure = await run(failing(() => Promise.reject(new Error(`grant with ${SECRETS.clientSecret} failed`))));
    expect(failure).toMatchObject({ cause: { message: 'grant with [secret] failed' } });
  });

  it('gives a header that HTTP cannot carry: REQUEST_INVALID, nothing sent, nothing repeated', async () => {
    expect(await run(failing(() => Promise.resolve({ authorization: 'Bearer x\r\nx: y' })))).toMatchObject({
      code: 'REQUEST_INVALID',
      attempts: 1,
      requestSent: 'no',
      retryable: false,
      fault: 'caller',
    });
  });

  it('before a repeat leaves what came of the attempts before', async () => {
    const server = await startScripted(503);
    const { authorizer } = countingAuthorizer((count) =>
      count === 1 ? { authorization: `Bearer ${SECRETS.token}` } : Promise.reject(new Error('of mine')),
    );
    const { http } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`, { authorizer, idempotent: true }));
    expect(answer).toMatchObject({ status: 503, attempts: 1, earlierMayHaveRun: false });
  });

  it('before a repeat of what never left is the error of the call', async () => {
    const url = `http://127.0.0.1:${String(await freePort())}/x`;
    const { authorizer } = countingAuthorizer((count) =>
      count === 1 ? { authorization: `Bearer ${SECRETS.token}` } : Promise.reject(new Error('of mine')),
    );
    const { http } = clientUnderTest();
    expect(await failureOf(http.request(callTo(url, { authorizer })))).toMatchObject({
      code: 'AUTHORIZER_FAILED',
      attempts: 1,
    });
  });

  it('after a lost attempt leaves the loss', async () => {
    const server = await startScripted('reset');
    const { authorizer } = countingAuthorizer((count) =>
      count === 1 ? { authorization: `Bearer ${SECRETS.token}` } : Promise.reject(new Error('of mine')),
    );
    const { http } = clientUnderTest();
    const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { authorizer, idempotent: true })));
    expect(failure).toMatchObject({ code: 'CONNECTION_LOST', executed: 'maybe', attempts: 1 });
  });
});
