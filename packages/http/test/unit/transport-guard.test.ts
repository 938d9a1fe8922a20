import { getEventListeners } from 'node:events';
import { TransportError } from '@lp-functions/errors';
import { describe, expect, it } from 'vitest';
import { createCoarseTimer } from '../../src/coarse-timer.ts';
import { createGotTransport, createUndiciTransport, type HttpRequest, type HttpTransport } from '../../src/index.ts';
import { createTestClock } from '../../src/testing.ts';
import { guardTransport } from '../../src/transport-guard.ts';

const REQUEST: HttpRequest = { method: 'GET', url: 'http://h/', headers: {}, timeoutMs: 1_000, maxResponseBytes: 10 };

function guarded(send: HttpTransport['send']) {
  const clock = createTestClock();
  const timer = createCoarseTimer(() => clock.monotonicNow());
  return { clock, transport: guardTransport({ send, close: () => Promise.resolve() }, { clock, timer }) };
}

const never = () => new Promise<never>(() => undefined);

describe('guardTransport', () => {
  it.each([createGotTransport(), createUndiciTransport()])(
    'leaves a transport of this package as it is',
    (transport) => {
      const clock = createTestClock();
      const timer = createCoarseTimer(() => clock.monotonicNow());
      expect(guardTransport(transport, { clock, timer })).toBe(transport);
    },
  );

  it('hands request and response on', async () => {
    const response = { status: 901, headers: {}, text: 'x' };
    const { transport } = guarded((request) => Promise.resolve({ ...response, text: request.url }));
    await expect(transport.send(REQUEST)).resolves.toEqual({ ...response, text: 'http://h/' });
    await transport.close();
  });

  it('ends an attempt whose transport never settles', async () => {
    const { clock, transport } = guarded(never);
    const sent = transport.send(REQUEST);
    clock.advance(1_200);
    await expect(sent).rejects.toMatchObject({ code: 'ATTEMPT_TIMEOUT', requestSent: 'maybe', phase: 'headers' });
  });

  it('ends an attempt whose transport ignores the signal, and leaves no listener', async () => {
    const controller = new AbortController();
    const { transport } = guarded(never);
    const sent = transport.send({ ...REQUEST, signal: controller.signal });
    controller.abort('why');
    await expect(sent).rejects.toMatchObject({ code: 'ABORTED', requestSent: 'maybe', cause: 'why' });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('lets a transport that obeys tell more', async () => {
    const controller = new AbortController();
    const error = new TransportError('x', { code: 'ABORTED', phase: 'lookup', requestSent: 'no' });
    const { transport } = guarded(
      ({ signal }) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(error))),
    );
    const sent = transport.send({ ...REQUEST, signal: controller.signal });
    controller.abort();
    await expect(sent).rejects.toBe(error);
  });

  it('passes on whatever is thrown, at once or later', async () => {
    const error = new Error('x');
    await expect(guarded(() => Promise.reject(error)).transport.send(REQUEST)).rejects.toBe(error);
    await expect(
      guarded(() => {
        throw error;
      }).transport.send(REQUEST),
    ).rejects.toBe(error);
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [{ status: 200, headers: {} }],
    [{ status: '200', headers: {}, text: '' }],
    [{ status: NaN, headers: {}, text: '' }],
    [{ status: 200, headers: null, text: '' }],
    [new Response('x')],
  ])('refuses %s as a response', async (response) => {
    const { transport } = guarded(() => Promise.resolve(response as never));
    await expect(transport.send(REQUEST)).rejects.toMatchObject({ code: 'TRANSPORT_FAILED', requestSent: 'maybe' });
  });
});
