import { TransportError } from '@lp-functions/errors';
import { describe, expect, it, onTestFinished } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import {
  createHttpClient,
  createUndiciTransport,
  type HttpResponse,
  type HttpTransport,
  type RepeatRule,
} from '../../src/index.ts';
import { failureOf, SECRETS } from '../leak-check.ts';
import { callFailureOf, callTo, clientUnderTest } from './client-under-test.ts';
import { startScripted, type Step } from './scripted-server.ts';

const IDEMPOTENT = { idempotent: true };

describe('how often a request is sent', () => {
  const rows: readonly (readonly [Step, RepeatRule, { idempotent?: boolean }, number])[] = [
    [500, 'invocation', {}, 1],
    [503, 'invocation', {}, 1],
    ['reset', 'invocation', {}, 1],
    [901, 'invocation', {}, 1],
    [901, 'invocation', IDEMPOTENT, 1],
    [400, 'invocation', IDEMPOTENT, 1],
    [404, 'read', {}, 1],
    [429, 'invocation', {}, 4],
    [500, 'invocation', IDEMPOTENT, 4],
    [408, 'invocation', IDEMPOTENT, 4],
    [504, 'invocation', IDEMPOTENT, 4],
    ['reset', 'invocation', IDEMPOTENT, 4],
    [429, 'event-invocation', {}, 1],
    [429, 'event-invocation', IDEMPOTENT, 4],
    [503, 'event-invocation', {}, 1],
    [503, 'event-invocation', IDEMPOTENT, 4],
    ['reset', 'event-invocation', {}, 1],
    [503, 'read', {}, 4],
    [429, 'read', {}, 4],
    ['reset', 'read', {}, 4],
    [502, 'grant', {}, 4],
    ['reset', 'grant', {}, 4],
    [429, 'single-use', {}, 1],
    [503, 'single-use', {}, 1],
    [503, 'single-use', IDEMPOTENT, 1],
    ['reset', 'single-use', IDEMPOTENT, 1],
    [401, 'read', {}, 1],
    [403, 'read', {}, 1],
    [200, 'invocation', {}, 1],
    [307, 'read', {}, 1],
  ];

  it.each(rows)('%s to %s %j: %i times (J19)', async (step, rule, fields, count) => {
    const server = await startScripted(step);
    const { http, attempts } = clientUnderTest();
    const call = http.request(callTo(`${server.url}/x`, { ...fields, rule, authorizer: undefined }));
    if (step === 'reset' || step === 307) expect((await callFailureOf(call)).attempts).toBe(count);
    else expect(await call).toMatchObject({ status: step, attempts: count });
    expect(server.received).toHaveLength(count);
    expect(attempts()).toHaveLength(count);
    expect(new Set(server.received.map((request) => JSON.stringify(request))).size).toBe(1);
  });

  it.each<RepeatRule>(['invocation', 'event-invocation', 'read', 'grant', 'single-use'])(
    'four times for %s if nobody listens, since no byte ever left',
    async (rule) => {
      const url = `http://127.0.0.1:${String(await freePort())}/x`;
      const { http, clock } = clientUnderTest();
      const failure = await callFailureOf(http.request(callTo(url, { rule })));
      expect(failure).toMatchObject({
        code: 'UNREACHABLE',
        attempts: 4,
        requestSent: 'no',
        executed: 'no',
        retryable: true,
      });
      expect(failure.message).toMatch(/, after 4 attempts$/);
      expect(clock.sleeps).toEqual([100, 200, 400]);
    },
  );

  it('once more than maxRetries says, for the client and for one call', async () => {
    const server = await startScripted(503);
    const { http } = clientUnderTest({ retry: { maxRetries: 1 } });
    expect((await http.request(callTo(server.url + '/x', { rule: 'read' }))).attempts).toBe(2);
    expect((await http.request(callTo(server.url + '/x', { rule: 'read', retry: { maxRetries: 0 } }))).attempts).toBe(
      1,
    );
    expect((await http.request(callTo(server.url + '/x', { rule: 'read', retry: { maxRetries: 2 } }))).attempts).toBe(
      3,
    );
  });
});

describe('the waits', () => {
  it.each([
    [
      [503, 503, 503, 200],
      [5_000, 10_000, 15_000],
    ],
    [
      [429, 429, 429, 200],
      [1_250, 2_500, 5_000],
    ],
    [[{ status: 503, headers: { 'retry-after': '20' } }, 200], [20_000]],
    [[{ status: 429, headers: { 'retry-after': '20' } }, 200], [20_000]],
    [[{ status: 429, headers: { 'retry-after': '0' } }, 200], [1_000]],
    [[{ status: 503, headers: { 'retry-after': 'Thu, 15 Jan 2026 12:00:30 GMT' } }, 200], [30_000]],
    [[{ status: 503, headers: { 'retry-after': 'nonsense' } }, 200], [5_000]],
    [
      ['reset', 'reset', 200],
      [100, 200],
    ],
    [
      [503, 'reset', 429, 200],
      [5_000, 200, 5_000],
    ],
  ] as const)('%j: %j (J21)', async (steps, sleeps) => {
    const server = await startScripted(...(steps as readonly [Step, ...Step[]]));
    const { http, clock } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`, { rule: 'read' }));
    expect(answer).toMatchObject({ status: 200, attempts: steps.length });
    expect(clock.sleeps).toEqual(sleeps);
  });

  it('are not begun if Retry-After asks for more than a minute; the answer says how long', async () => {
    const server = await startScripted({ status: 429, headers: { 'retry-after': '61' } });
    const { http, clock } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`));
    expect(answer).toMatchObject({ status: 429, attempts: 1, retryAfterMs: 61_000 });
    expect(clock.sleeps).toEqual([]);
  });

  it('are not begun if they end after the deadline', async () => {
    const server = await startScripted(503);
    const { http, clock } = clientUnderTest();
    const limits = http.limits({ deadlineMs: 12_000 });
    expect(await http.request(callTo(`${server.url}/x`, { rule: 'read', limits }))).toMatchObject({
      status: 503,
      attempts: 2,
    });
    expect(clock.sleeps).toEqual([5_000]);
  });
});

describe('what an answer says of the attempts before it', () => {
  it.each([
    [[200], false],
    [[429, 200], false],
    [[429, 901], false],
    [[503, 200], true],
    [[503, 901], true],
    [[503, 500, 404], true],
    [[503, 429, 200], true],
    [['reset', 200], true],
    [['reset', 901], true],
    [['reset', 503, 503, 503], true],
  ] as const)('%j: earlier may have run: %s', async (steps, expected) => {
    const server = await startScripted(...(steps as readonly [Step, ...Step[]]));
    const { http } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`, { idempotent: true }));
    expect(answer.earlierMayHaveRun).toBe(expected);
  });

  it('counts a refused repeat of an event, whose first listener may have run', async () => {
    const server = await startScripted(429, 200);
    const { http } = clientUnderTest();
    const call = callTo(`${server.url}/x`, { rule: 'event-invocation', idempotent: true });
    expect((await http.request(call)).earlierMayHaveRun).toBe(true);
  });

  it('gives a scrubber for what the server echoed, the token included', async () => {
    const server = await startScripted({ status: 500, body: `you sent ${SECRETS.token} and ${SECRETS.clientSecret}` });
    const { http } = clientUnderTest();
    const answer = await http.request(callTo(`${server.url}/x`));
    expect(answer.scrub(answer.text)).toBe('you sent [secret] and [secret]');
  });
});

/** A transport that plays outcomes instead of sending. */
function scriptedTransport(...outcomes: readonly (() => Promise<unknown>)[]): HttpTransport & { sent: number } {
  const transport = {
    sent: 0,
    send: () => {
      const outcome = outcomes[Math.min(transport.sent++, outcomes.length - 1)];
      return (outcome?.() ?? Promise.reject(new Error('no outcome'))) as Promise<HttpResponse>;
    },
    close: () => Promise.resolve(),
  };
  return transport;
}

const fails = (code: 'UNREACHABLE' | 'CONNECTION_LOST', requestSent: 'no' | 'maybe') => () =>
  Promise.reject(
    new TransportError('it failed', { code, requestSent, phase: requestSent === 'no' ? 'connect' : 'headers' }),
  );
const answers = (status: number) => () => Promise.resolve({ status, headers: {}, text: '' });

describe('what a failure says', () => {
  it('of an attempt that may have run the function, for good: a later one that never left does not undo it', async () => {
    const transport = scriptedTransport(fails('CONNECTION_LOST', 'maybe'), fails('UNREACHABLE', 'no'));
    const { http } = clientUnderTest({ transport });
    const failure = await callFailureOf(http.request(callTo('http://h/', { idempotent: true })));
    expect(failure).toMatchObject({
      code: 'UNREACHABLE',
      attempts: 4,
      requestSent: 'maybe',
      executed: 'maybe',
      retryable: true,
    });
  });

  it('of an answer that leaves it open, too', async () => {
    const transport = scriptedTransport(answers(503), fails('UNREACHABLE', 'no'));
    const { http } = clientUnderTest({ transport });
    const failure = await callFailureOf(http.request(callTo('http://h/', { idempotent: true })));
    expect(failure).toMatchObject({ requestSent: 'maybe', executed: 'maybe' });
  });

  it('nothing of that after refusals', async () => {
    const transport = scriptedTransport(answers(429), fails('UNREACHABLE', 'no'));
    const { http } = clientUnderTest({ transport });
    expect(await callFailureOf(http.request(callTo('http://h/')))).toMatchObject({ requestSent: 'no', executed: 'no' });
  });

  it.each([
    ['invocation', 'maybe', false],
    ['event-invocation', 'maybe', false],
    ['read', 'no', true],
    ['grant', 'no', true],
    ['single-use', 'no', false],
  ] as const)('%s lost: executed %s, retryable %s', async (rule, executed, retryable) => {
    const transport = scriptedTransport(fails('CONNECTION_LOST', 'maybe'));
    const { http } = clientUnderTest({ transport });
    expect(await callFailureOf(http.request(callTo('http://h/', { rule })))).toMatchObject({ executed, retryable });
  });

  it.each([
    [307, 'https://evil.example/steal?token=x', ' to https://evil.example)'],
    [302, '/elsewhere', ' to http://'],
    [301, 'http://[', ')'],
    [304, undefined, ')'],
  ])('of a redirect with %i to %s is only its origin (J23)', async (status, location, shown) => {
    const server = await startScripted({ status, headers: location === undefined ? {} : { location } });
    const { http } = clientUnderTest();
    const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { idempotent: true })));
    expect(failure).toMatchObject({
      code: 'REDIRECT_REFUSED',
      requestSent: 'maybe',
      executed: 'maybe',
      retryable: false,
    });
    expect(failure.message).toContain(`(HTTP ${String(status)}${shown}`);
    expect(failure.message).not.toContain('steal');
    expect(server.received).toHaveLength(1);
  });

  it('of a transport that rejects with something of its own is scrubbed of the secrets', async () => {
    const error = Object.assign(new Error(`POST with ${SECRETS.token} failed`), {
      code: 'E_OWN',
      request: { body: SECRETS.clientSecret },
    });
    const transport = scriptedTransport(() => Promise.reject(error));
    const { http } = clientUnderTest({ transport });
    const failure = await callFailureOf(http.request(callTo('http://h/')));
    expect(failure).toMatchObject({
      code: 'TRANSPORT_FAILED',
      requestSent: 'maybe',
      executed: 'maybe',
      retryable: false,
    });
    expect(failure.cause).toMatchObject({ message: 'POST with [secret] failed', code: 'E_OWN' });
    expect(transport.sent).toBe(1);
  });

  it.each([[undefined], [null], ['text'], [Object.create(null)], [{ code: 5 }]])(
    'of a transport that rejects with %s is a TransportError all the same',
    async (thrown) => {
      const { http } = clientUnderTest({ transport: scriptedTransport(() => Promise.reject(thrown as Error)) });
      expect((await callFailureOf(http.request(callTo('http://h/')))).code).toBe('TRANSPORT_FAILED');
    },
  );

  it('of a transport with another copy of the errors package is taken as it is', async () => {
    const { TransportError: Other } = await importErrorsAgain();
    const error = new Other('it failed', { code: 'UNREACHABLE', phase: 'lookup', requestSent: 'no' });
    expect(error).not.toBeInstanceOf(TransportError);
    const transport = scriptedTransport(() => Promise.reject(error));
    const { http } = clientUnderTest({ transport });
    expect(await callFailureOf(http.request(callTo('http://h/')))).toMatchObject({ code: 'UNREACHABLE', attempts: 4 });
  });

  it('of a transport that answers garbage is TRANSPORT_FAILED', async () => {
    const { http } = clientUnderTest({ transport: scriptedTransport(() => Promise.resolve({ status: '200' })) });
    expect((await callFailureOf(http.request(callTo('http://h/')))).code).toBe('TRANSPORT_FAILED');
  });
});

async function importErrorsAgain(): Promise<typeof import('@lp-functions/errors')> {
  const { vi } = await import('vitest');
  vi.resetModules();
  return import('@lp-functions/errors');
}

describe('a call', () => {
  it('without a target or observers is named by its operation', async () => {
    const server = await startScripted(401, 307);
    const { http } = clientUnderTest({ onEvent: undefined });
    let asked = 0;
    const call = callTo(`${server.url}/x`, {
      context: { operation: 'getLambdas' },
      rule: 'read',
      authorizer: { authorize: () => Promise.resolve({ 'x-n': String(++asked) }) },
    });
    expect(await failureOf(http.request(call))).toMatchObject({
      message: expect.stringMatching(/^getLambdas: .*, after 2 attempts$/) as string,
    });
  });

  it('with headers of its own and no authorizer sends those', async () => {
    const server = await startScripted(200);
    const { http } = clientUnderTest();
    const answer = await http.request(
      callTo(`${server.url}/x`, { authorizer: undefined, secrets: undefined, headers: { 'x-own': '1' } }),
    );
    expect(server.received[0]?.headers['x-own']).toBe('1');
    expect(answer.scrub(answer.text)).toBe('{"n":1}');
  });

  it('on a clock that fails ends in the error of the clock', async () => {
    const server = await startScripted(503);
    const { clock } = clientUnderTest();
    const { http } = clientUnderTest({ clock: { ...clock, sleep: () => Promise.reject(new Error('clock bug')) } });
    await expect(http.request(callTo(`${server.url}/x`, { rule: 'read' }))).rejects.toThrow('clock bug');
  });
});

describe('close()', () => {
  it('closes the transport that the client made, and nothing is repeated after it', async () => {
    const server = await startScripted(200);
    const { clock } = clientUnderTest();
    const http = createHttpClient({ clock });
    await http.request(callTo(`${server.url}/x`));
    await http.close();
    const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { rule: 'read' })));
    expect(failure).toMatchObject({ code: 'CLOSED', attempts: 0, executed: 'no', retryable: false, fault: 'caller' });
    expect(clock.sleeps).toEqual([]);
    expect(server.received).toHaveLength(1);
  });

  it('while a call is under way ends it without a repeat', async () => {
    const server = await startScripted('hang');
    const http = createHttpClient();
    const call = failureOf(http.request(callTo(`${server.url}/x`, { idempotent: true })));
    while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await http.close();
    expect(await call).toMatchObject({ code: 'CLOSED', executed: 'maybe', attempts: 1, retryable: false });
    expect(server.received).toHaveLength(1);
  });

  it('leaves a transport alone that was given', async () => {
    const server = await startScripted(200);
    const transport = createUndiciTransport();
    onTestFinished(() => transport.close());
    await createHttpClient({ transport }).close();
    expect((await createHttpClient({ transport }).request(callTo(`${server.url}/x`))).status).toBe(200);
  });
});
