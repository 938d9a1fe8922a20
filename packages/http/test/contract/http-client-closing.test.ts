import { describe, expect, test } from 'vitest';
import { createHttpClient, type HttpTransport, systemClock } from '../../src/index.ts';
import { createTestClock } from '../../src/testing.ts';
import { failureOf } from '../leak-check.ts';

const CALL = { context: { operation: 'read' }, method: 'GET', url: 'http://127.0.0.1:9/x', rule: 'read' } as const;

function answering(status: number, headers: Record<string, string>): HttpTransport & { sent: number } {
  const transport = {
    sent: 0,
    send: () => {
      transport.sent++;
      return Promise.resolve({ status, headers, text: '' });
    },
    close: () => Promise.resolve(),
  };
  return transport;
}

describe('close()', () => {
  test('ends a call that waits for its repeat', async () => {
    const transport = answering(503, { 'retry-after': '50' });
    let waiting: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (waiting = resolve));
    const clock = {
      ...systemClock,
      sleep: (ms: number, signal?: AbortSignal) => {
        waiting();
        return systemClock.sleep(ms, signal);
      },
    };
    const http = createHttpClient({ transport, clock });
    const failure = failureOf(http.request(CALL));
    await asleep;
    await http.close();
    expect(await failure).toMatchObject({ code: 'CLOSED', attempts: 1, operation: 'read' });
    expect(transport.sent).toBe(1);
  });

  test('ends a call that waits for its authorizer, and shared work', async () => {
    const transport = answering(200, {});
    const http = createHttpClient({ transport });
    const never = new Promise<never>(() => undefined);
    const failure = failureOf(http.request({ ...CALL, authorizer: { authorize: () => never } }));
    const waiting = failureOf(http.within(never, http.limits(), CALL.context));
    await http.close();
    expect(await failure).toMatchObject({ code: 'CLOSED', requestSent: 'no', operation: 'read' });
    expect(await waiting).toMatchObject({ code: 'CLOSED', requestSent: 'no', operation: 'read' });
    expect(transport.sent).toBe(0);
  });

  test('is told to those who go on between calls; a wait that begins afterwards does not begin', async () => {
    const http = createHttpClient({ transport: answering(200, {}) });
    expect(http.closing.aborted).toBe(false);
    await http.close();
    await http.close();
    expect(http.closing.aborted).toBe(true);
    const never = new Promise<never>(() => undefined);
    const endless = { deadlineAtMs: Number.POSITIVE_INFINITY };
    expect(await failureOf(http.within(never, endless, CALL.context))).toMatchObject({
      code: 'CLOSED',
      requestSent: 'no',
    });
  });

  test('ends a call on a transport that does not end by itself', async () => {
    const transport = { send: () => new Promise<never>(() => undefined), close: () => Promise.resolve() };
    const http = createHttpClient({ transport });
    const failure = failureOf(http.request(CALL));
    await new Promise(setImmediate);
    await http.close();
    expect(await failure).toMatchObject({ code: 'CLOSED', requestSent: 'maybe' });
  });

  test('refuses what comes after it, also with a transport that stays open', async () => {
    const transport = answering(200, {});
    const http = createHttpClient({ transport, clock: createTestClock() });
    await http.close();
    expect(await failureOf(http.request(CALL))).toMatchObject({ code: 'CLOSED', requestSent: 'no', executed: 'no' });
    expect(transport.sent).toBe(0);
  });
});
