import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  type Authorizer,
  type Clock,
  createHttpClient,
  createUndiciTransport,
  type HttpTransport,
  systemClock,
} from '../../src/index.ts';
import { failureOf } from '../leak-check.ts';
import { callFailureOf, callTo, clientUnderTest } from './client-under-test.ts';
import { BOTH_TRANSPORTS, transportOf } from './both-transports.ts';
import { startScripted } from './scripted-server.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const hangingAuthorizer: Authorizer = { authorize: never };
const hangingTransport: HttpTransport = { send: never, close: () => Promise.resolve() };
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('the limit of an attempt', () => {
  it.each(BOTH_TRANSPORTS)(
    'ends a silent one, and it is not repeated unless it may run twice (J9, J20): $name',
    async ({ create }) => {
      const server = await startScripted('hang');
      const { http } = clientUnderTest({ transport: transportOf(create), timeoutMs: 200 });
      const once = await callFailureOf(http.request(callTo(`${server.url}/x`)));
      expect(once).toMatchObject({ code: 'ATTEMPT_TIMEOUT', executed: 'maybe', attempts: 1, retryable: false });
      expect(server.received).toHaveLength(1);
      const often = await callFailureOf(
        http.request(callTo(`${server.url}/x`, { idempotent: true, retry: { maxRetries: 1 } })),
      );
      expect(often).toMatchObject({ code: 'ATTEMPT_TIMEOUT', executed: 'maybe', attempts: 2, retryable: true });
      expect(server.received).toHaveLength(3);
    },
  );

  it('may be set for one call', async () => {
    const server = await startScripted('hang');
    const { http } = clientUnderTest();
    const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { timeoutMs: 150 })));
    expect(failure.message).toContain('within 150 ms');
  });

  it('ends one whose transport never settles', async () => {
    const { http, clock } = clientUnderTest({ transport: hangingTransport, timeoutMs: 1_000 });
    const call = callFailureOf(http.request(callTo('http://h/')));
    await new Promise(setImmediate);
    clock.advance(1_200);
    expect(await call).toMatchObject({ code: 'ATTEMPT_TIMEOUT', executed: 'maybe', requestSent: 'maybe' });
  });

  it('is the size limit, too', async () => {
    const server = await startScripted({ status: 200, body: 'x'.repeat(100) });
    const { http } = clientUnderTest();
    const failure = await callFailureOf(
      http.request(callTo(`${server.url}/x`, { maxResponseBytes: 99, idempotent: true })),
    );
    expect(failure).toMatchObject({ code: 'RESPONSE_TOO_LARGE', executed: 'maybe', attempts: 1, retryable: false });
  });
});

describe('the deadline of the call', () => {
  it('says what the call was waiting for, and so does a signal', async () => {
    const server = await startScripted('hang');
    const transport = transportOf(createUndiciTransport, { maxConnections: 1 });
    const { http } = clientUnderTest({ transport, clock: systemClock });
    const { context } = callTo(server.url);
    const stopped = (): AbortSignal => AbortSignal.timeout(60);
    const soon = (): ReturnType<typeof http.limits> => http.limits({ deadlineMs: 60 });
    // Later than the one behind it, which would get its connection else.
    const sent = callFailureOf(http.request(callTo(`${server.url}/x`, { limits: http.limits({ deadlineMs: 800 }) })));
    const queued = callFailureOf(http.request(callTo(`${server.url}/x`, { limits: soon() })));
    expect(await queued).toMatchObject({ code: 'DEADLINE_EXCEEDED', waitingFor: 'connection', requestSent: 'no' });
    expect(await sent).toMatchObject({ code: 'DEADLINE_EXCEEDED', waitingFor: 'answer', requestSent: 'maybe' });
    const unauthorized = callTo(`${server.url}/x`, { authorizer: hangingAuthorizer, limits: soon() });
    const authorizing = await callFailureOf(http.request(unauthorized));
    expect(authorizing).toMatchObject({ code: 'DEADLINE_EXCEEDED', waitingFor: 'authorization', attempts: 0 });
    expect(authorizing.message).toMatch(/passed while it waited for its authorization \(a token\) before its request/);
    const finding = await callFailureOf(http.within(never(), soon(), context, 'hosts'));
    expect(finding).toMatchObject({ code: 'DEADLINE_EXCEEDED', waitingFor: 'hosts', attempts: 0 });
    expect(finding.toJSON()).toMatchObject({ waitingFor: 'hosts' });
    const aborted = await callFailureOf(http.within(never(), http.limits({ signal: stopped() }), context, 'listing'));
    expect(aborted).toMatchObject({ code: 'ABORTED', waitingFor: 'listing' });
    expect(await callFailureOf(http.within(never(), soon(), context))).not.toHaveProperty('waitingFor');
  });

  it('has passed before anything: nobody is asked, nothing is sent', async () => {
    const server = await startScripted(200);
    const { http, clock } = clientUnderTest();
    const limits = http.limits({ deadlineMs: 1_000 });
    clock.advance(1_000);
    let asked = 0;
    const authorizer: Authorizer = { authorize: () => Promise.resolve({ 'x-n': String(++asked) }) };
    for (const fields of [{ authorizer }, { authorizer: undefined }]) {
      const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { ...fields, limits })));
      expect(failure).toMatchObject({
        code: 'DEADLINE_EXCEEDED',
        executed: 'no',
        requestSent: 'no',
        attempts: 0,
        retryable: true,
      });
    }
    expect([asked, server.received.length]).toEqual([0, 0]);
  });

  it('cuts an attempt short', async () => {
    const server = await startScripted('hang');
    const http = createHttpClient({ transport: transportOf(createUndiciTransport) });
    const limits = http.limits({ deadlineMs: 200 });
    const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { limits })));
    expect(failure).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'maybe',
      requestSent: 'maybe',
      attempts: 1,
      retryable: false,
    });
    const again = http.limits({ deadlineMs: 200 });
    const idempotent = await callFailureOf(
      http.request(callTo(`${server.url}/x`, { limits: again, idempotent: true })),
    );
    expect(idempotent).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'maybe', attempts: 1, retryable: true });
    expect(server.received).toHaveLength(2);
  });

  it('cuts an attempt short while it connects', async () => {
    const transport: HttpTransport = {
      async send(request) {
        const { attemptTimeout } = await import('../../src/transport-failure.ts');
        throw attemptTimeout(request.timeoutMs, { url: request.url, stage: 'opening' });
      },
      close: () => Promise.resolve(),
    };
    const { http } = clientUnderTest({ transport });
    const limits = http.limits({ deadlineMs: 500 });
    expect(await callFailureOf(http.request(callTo('http://h/', { limits })))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      phase: 'connect',
      requestSent: 'no',
      retryable: true,
    });
  });

  it('ends the wait for an authorizer that hangs', async () => {
    const server = await startScripted(200);
    const { http, clock } = clientUnderTest();
    const call = callFailureOf(http.request(callTo(`${server.url}/x`, { authorizer: hangingAuthorizer })));
    await new Promise(setImmediate);
    clock.advance(120_000);
    expect(await call).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'no', attempts: 0, retryable: true });
    expect(server.received).toHaveLength(0);
  });

  it('ends the wait for a renewal that hangs', async () => {
    const server = await startScripted(401);
    let asked = 0;
    const authorizer: Authorizer = {
      authorize: () => (++asked === 1 ? Promise.resolve({ authorization: 'Bearer x' }) : never()),
    };
    const { http, clock } = clientUnderTest();
    const call = callFailureOf(http.request(callTo(`${server.url}/x`, { authorizer })));
    await until(() => asked === 2);
    clock.advance(120_000);
    expect(await call).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'no', attempts: 1 });
  });

  it('is remembered to have been passed after an attempt that may have run', async () => {
    const server = await startScripted(503);
    let asked = 0;
    const authorizer: Authorizer = {
      authorize: () => (++asked === 1 ? Promise.resolve({ authorization: 'Bearer x' }) : never()),
    };
    const { http, clock } = clientUnderTest();
    const call = callFailureOf(http.request(callTo(`${server.url}/x`, { authorizer, idempotent: true })));
    await until(() => asked === 2);
    clock.advance(120_000);
    expect(await call).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      executed: 'maybe',
      requestSent: 'maybe',
      attempts: 1,
      retryable: true,
    });
  });

  it('is kept though a sleep lasts longer than it should', async () => {
    const server = await startScripted(503);
    const { clock } = clientUnderTest();
    const oversleeping: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(ms + 200_000, signal) };
    const { http } = clientUnderTest({ clock: oversleeping });
    const failure = await callFailureOf(http.request(callTo(`${server.url}/x`, { idempotent: true })));
    expect(failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', executed: 'maybe', attempts: 1 });
  });

  it('is two minutes unless set otherwise, counted on the monotonic clock', () => {
    const { http, clock } = clientUnderTest();
    expect(http.limits().deadlineAtMs - clock.monotonicNow()).toBe(120_000);
    expect(http.limits({ deadlineMs: 5 }).deadlineAtMs - clock.monotonicNow()).toBe(5);
  });
});

describe('the signal of the call (J22)', () => {
  const start = (steps: Parameters<typeof startScripted>, fields: Parameters<typeof callTo>[1] = {}, clock?: Clock) => {
    const controller = new AbortController();
    return startScripted(...steps).then((server) => {
      const { http, events } = clientUnderTest(clock === undefined ? {} : { clock });
      const limits = http.limits({ signal: controller.signal });
      const call = () =>
        callFailureOf(http.request(callTo(`${server.url}/x`, { idempotent: true, limits, ...fields })));
      return { controller, server, call, events };
    });
  };
  const settled = async (
    server: { received: readonly unknown[] },
    signal: AbortSignal,
    count: number,
  ): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.received).toHaveLength(count);
    expect(listenersOf(signal)).toBe(0);
  };

  it('aborted before the call: nobody is asked, nothing is sent', async () => {
    let asked = 0;
    const authorizer: Authorizer = { authorize: () => Promise.resolve({ 'x-n': String(++asked) }) };
    const { controller, server, call } = await start([200], { authorizer });
    const reason = new Error('enough');
    controller.abort(reason);
    const failure = await call();
    expect(failure).toMatchObject({ code: 'ABORTED', executed: 'no', attempts: 0, retryable: false, fault: 'caller' });
    expect(failure.cause).toBe(reason);
    expect(asked).toBe(0);
    await settled(server, controller.signal, 0);
  });

  it('aborted before a call without authorizer', async () => {
    const { controller, server, call } = await start([200], { authorizer: undefined });
    controller.abort();
    expect(await call()).toMatchObject({ code: 'ABORTED', attempts: 0 });
    await settled(server, controller.signal, 0);
  });

  it('aborted while the authorizer works, though it does not listen', async () => {
    const { controller, server, call } = await start([200], { authorizer: hangingAuthorizer });
    const failure = call();
    await new Promise(setImmediate);
    controller.abort('enough');
    expect(await failure).toMatchObject({ code: 'ABORTED', executed: 'no', attempts: 0, cause: 'enough' });
    await settled(server, controller.signal, 0);
  });

  it('aborted while the authorizer works, which rejects for it', async () => {
    const authorizer: Authorizer = {
      authorize: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        }),
    };
    const { controller, call } = await start([200], { authorizer });
    const failure = call();
    await new Promise(setImmediate);
    controller.abort();
    expect(await failure).toMatchObject({ code: 'ABORTED', executed: 'no' });
  });

  it('aborted while an attempt is under way: it is not repeated', async () => {
    const { controller, server, call } = await start(['hang']);
    const failure = call();
    await until(() => server.received.length === 1);
    controller.abort('enough');
    expect(await failure).toMatchObject({
      code: 'ABORTED',
      executed: 'maybe',
      attempts: 1,
      retryable: false,
      cause: 'enough',
    });
    await settled(server, controller.signal, 1);
  });

  it('aborted during the wait before a repeat', async () => {
    const { controller, server, call } = await start([503], {}, systemClock);
    const failure = call();
    await until(() => server.received.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort('enough');
    expect(await failure).toMatchObject({ code: 'ABORTED', executed: 'maybe', attempts: 1, cause: 'enough' });
    await settled(server, controller.signal, 1);
  });

  it('aborted during the wait after an attempt that never left', async () => {
    const controller = new AbortController();
    const { http } = clientUnderTest({ clock: systemClock, retry: { networkWaitMs: 60_000 }, random: () => 1 });
    const limits = http.limits({ signal: controller.signal });
    const failure = callFailureOf(http.request(callTo('http://x.invalid/', { limits })));
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    expect(await failure).toMatchObject({ code: 'ABORTED', executed: 'no', requestSent: 'no', attempts: 1 });
  });

  it('aborted during a renewal', async () => {
    let asked = 0;
    const authorizer: Authorizer = {
      authorize: () => (++asked === 1 ? Promise.resolve({ authorization: 'Bearer x' }) : never()),
    };
    const { controller, server, call } = await start([401], { authorizer });
    const failure = call();
    await until(() => asked === 2);
    controller.abort();
    expect(await failure).toMatchObject({ code: 'ABORTED', executed: 'no', attempts: 1 });
    await settled(server, controller.signal, 1);
  });

  it('aborted after the answer', async () => {
    const server = await startScripted(200);
    const { http } = clientUnderTest();
    const controller = new AbortController();
    const limits = http.limits({ signal: controller.signal });
    const answer = await http.request(callTo(`${server.url}/x`, { limits }));
    controller.abort();
    expect(answer.status).toBe(200);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it('aborted on a transport that ignores it', async () => {
    const { http } = clientUnderTest({ transport: hangingTransport });
    const controller = new AbortController();
    const limits = http.limits({ signal: controller.signal });
    const call = callFailureOf(http.request(callTo('http://h/', { limits, idempotent: true })));
    await new Promise(setImmediate);
    controller.abort();
    expect(await call).toMatchObject({ code: 'ABORTED', executed: 'maybe', attempts: 1 });
    expect(listenersOf(controller.signal)).toBe(0);
  });
});

describe('within()', () => {
  const context = { operation: 'resolve', accountId: '12345678', target: 'faasGW' };

  it('gives what the work gives', async () => {
    const { http } = clientUnderTest();
    await expect(http.within(Promise.resolve('done'), http.limits())).resolves.toBe('done');
    const error = new Error('x');
    await expect(http.within(Promise.reject(error), http.limits(), context)).rejects.toBe(error);
  });

  it('ends the wait, names the call, and lets the work go on', async () => {
    const { http, clock } = clientUnderTest();
    let finish: (value: string) => void = () => undefined;
    const work = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const controller = new AbortController();
    const aborted = failureOf(http.within(work, http.limits({ signal: controller.signal }), context));
    const late = failureOf(http.within(work, http.limits({ deadlineMs: 100 }), context));
    const patient = http.within(work, http.limits());
    controller.abort('enough');
    clock.advance(100);
    expect(await aborted).toMatchObject({ ...context, code: 'ABORTED', attempts: 0, cause: 'enough' });
    expect(await late).toMatchObject({ ...context, code: 'DEADLINE_EXCEEDED', attempts: 0, retryable: true });
    finish('done');
    await expect(patient).resolves.toBe('done');
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it('names a call without a target, too', async () => {
    const { http } = clientUnderTest();
    const limits = http.limits({ signal: AbortSignal.abort() });
    const failure = await failureOf(http.within(never(), limits, { operation: 'list' }));
    expect(failure).toMatchObject({ message: 'list: the call was aborted by its signal', operation: 'list' });
  });

  it('does not wait at all when it is too late, and the rejection of the work is nobody’s', async () => {
    const { http, clock } = clientUnderTest();
    const limits = http.limits({ deadlineMs: 100 });
    clock.advance(100);
    expect(await failureOf(http.within(Promise.reject(new Error('x')), limits))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    const signal = AbortSignal.abort();
    expect(await failureOf(http.within(never(), http.limits({ signal })))).toMatchObject({ code: 'ABORTED' });
    expect(listenersOf(signal)).toBe(0);
  });
});
