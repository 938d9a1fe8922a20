import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SELF_SIGNED } from '../self-signed.ts';
import { BOTH_TRANSPORTS, factsOf, requestTo, transportFailureOf, transportOf } from './both-transports.ts';
import { onRequestHead, startHttp, startRaw } from './loopback-server.ts';

const unhandled: unknown[] = [];
const warnings: Error[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
const onWarning = (warning: Error): void => void warnings.push(warning);

beforeEach(() => {
  unhandled.length = 0;
  warnings.length = 0;
  process.on('unhandledRejection', onUnhandled);
  process.on('warning', onWarning);
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', onUnhandled);
  process.off('warning', onWarning);
  expect(unhandled).toEqual([]);
  expect(warnings.filter(({ name }) => name !== 'Warning')).toEqual([]);
});

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe.each(BOTH_TRANSPORTS)('$name: a signal that is aborted', ({ create }) => {
  it('before the request: nothing is connected', async () => {
    const server = await startRaw(() => undefined);
    const signal = AbortSignal.abort('enough');
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`, { signal })));
    expect(factsOf(failure)).toEqual({ code: 'ABORTED', phase: 'connect', requestSent: 'no' });
    expect(failure.cause).toBe('enough');
    expect([server.connections(), listenersOf(signal)]).toEqual([0, 0]);
  });

  it('in the same turn: nothing is sent', async () => {
    const server = await startRaw(() => undefined);
    const transport = transportOf(create);
    // With the library imported, as in all calls but the first.
    await transportFailureOf(transport.send(requestTo('http://x.invalid/')));
    const controller = new AbortController();
    const sent = transportFailureOf(transport.send(requestTo(`${server.url}/`, { signal: controller.signal })));
    controller.abort();
    expect(factsOf(await sent)).toMatchObject({ code: 'ABORTED', requestSent: 'no' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([server.requests(), listenersOf(controller.signal)]).toEqual([0, 0]);
  });

  it('while it connects: nothing is sent', async () => {
    const server = await startRaw(() => undefined, 'https');
    const controller = new AbortController();
    const sent = transportFailureOf(
      transportOf(create).send(requestTo(`${server.url}/`, { signal: controller.signal })),
    );
    await until(() => server.connections() === 1);
    controller.abort(new Error('enough'));
    const failure = await sent;
    expect(factsOf(failure)).toEqual({ code: 'ABORTED', phase: 'connect', requestSent: 'no' });
    expect(failure.cause).toBe(controller.signal.reason);
    expect([server.requests(), listenersOf(controller.signal)]).toEqual([0, 0]);
  });

  it('while it waits for a connection: nothing is sent, and the connection goes to the next', async () => {
    let release = (): void => undefined;
    const server = await startHttp((request, response) => {
      if (request.url === '/first') release = () => response.end('first');
      else response.end(request.url);
    });
    const transport = transportOf(create, { maxConnections: 1 });
    const first = transport.send(requestTo(`${server.url}/first`));
    await until(() => server.requests() === 1);
    const controller = new AbortController();
    const second = transportFailureOf(transport.send(requestTo(`${server.url}/second`, { signal: controller.signal })));
    const third = transport.send(requestTo(`${server.url}/third`));
    controller.abort();
    expect(factsOf(await second)).toEqual({ code: 'ABORTED', phase: 'connect', requestSent: 'no' });
    release();
    expect([(await first).text, (await third).text]).toEqual(['first', '/third']);
    expect([server.requests(), server.connections()]).toEqual([2, 1]);
  });

  it('while it waits for the answer: the connection is cut', async () => {
    const server = await startHttp(() => undefined);
    const controller = new AbortController();
    const sent = transportFailureOf(
      transportOf(create).send(requestTo(`${server.url}/`, { signal: controller.signal })),
    );
    await until(() => server.requests() === 1);
    controller.abort();
    expect(factsOf(await sent)).toEqual({ code: 'ABORTED', phase: 'headers', requestSent: 'maybe' });
    await until(() => server.open.size === 0);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it('while the body comes: the connection is cut', async () => {
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
    });
    const controller = new AbortController();
    const sent = transportFailureOf(
      transportOf(create).send(requestTo(`${server.url}/`, { signal: controller.signal })),
    );
    await until(() => server.requests() === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort();
    expect(factsOf(await sent)).toEqual({ code: 'ABORTED', phase: 'body', requestSent: 'maybe' });
    await until(() => server.open.size === 0);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  it('after the answer: nothing happens', async () => {
    const server = await startHttp((_request, response) => response.end('ok'));
    const transport = transportOf(create, { maxConnections: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    await transport.send(requestTo(`${server.url}/`, { signal }));
    expect(listenersOf(signal)).toBe(0);
    controller.abort();
    await transport.send(requestTo(`${server.url}/`));
    expect(server.connections()).toBe(1);
  });

  it('leaves no listener behind after failures either', async () => {
    const server = await startRaw((socket) => onRequestHead(socket, () => socket.destroy()));
    const { signal } = new AbortController();
    const transport = transportOf(create);
    await transportFailureOf(transport.send(requestTo(`${server.url}/`, { signal })));
    await transportFailureOf(transport.send(requestTo('http://x.invalid/', { signal })));
    await transportFailureOf(transport.send(requestTo('nonsense', { signal })));
    expect(listenersOf(signal)).toBe(0);
  });

  it('may serve very many requests at once without a warning', async () => {
    const server = await startHttp(() => undefined);
    const controller = new AbortController();
    const transport = transportOf(create);
    const sent = Array.from({ length: 100 }, () =>
      transportFailureOf(transport.send(requestTo(`${server.url}/`, { signal: controller.signal }))),
    );
    await until(() => server.requests() > 10);
    controller.abort();
    const failures = await Promise.all(sent);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['ABORTED']));
    expect(failures.filter(({ requestSent }) => requestSent === 'maybe').length).toBeGreaterThanOrEqual(
      server.requests(),
    );
    expect(listenersOf(controller.signal)).toBe(0);
  });
});

describe.each(BOTH_TRANSPORTS)('$name: close()', ({ create }) => {
  it('before the first request, and twice', async () => {
    const transport = create();
    await transport.close();
    await transport.close();
    const failure = await transportFailureOf(transport.send(requestTo('http://127.0.0.1:1/')));
    expect(factsOf(failure)).toEqual({ code: 'CLOSED', phase: 'connect', requestSent: 'no' });
  });

  it('in the same turn as the first request: nothing is sent', async () => {
    const server = await startHttp((_request, response) => response.end('ok'));
    const transport = create();
    const sent = transportFailureOf(transport.send(requestTo(`${server.url}/`)));
    await transport.close();
    expect(factsOf(await sent)).toEqual({ code: 'CLOSED', phase: 'connect', requestSent: 'no' });
    expect(server.requests()).toBe(0);
  });

  it('ends idle connections; further requests are refused', async () => {
    const server = await startHttp((_request, response) => response.end('ok'));
    const transport = create();
    await transport.send(requestTo(`${server.url}/`));
    await transport.close();
    await until(() => server.open.size === 0);
    const failure = await transportFailureOf(transport.send(requestTo(`${server.url}/`)));
    expect(factsOf(failure)).toEqual({ code: 'CLOSED', phase: 'connect', requestSent: 'no' });
    expect(server.requests()).toBe(1);
  });

  it('ends what is under way, and what waits for a connection is never sent', async () => {
    const server = await startHttp(() => undefined);
    const transport = create({ maxConnections: 1 });
    const first = transportFailureOf(transport.send(requestTo(`${server.url}/first`)));
    const second = transportFailureOf(transport.send(requestTo(`${server.url}/second`)));
    await until(() => server.requests() === 1);
    await transport.close();
    expect(factsOf(await first)).toEqual({ code: 'CLOSED', phase: 'headers', requestSent: 'maybe' });
    expect(factsOf(await second)).toEqual({ code: 'CLOSED', phase: 'connect', requestSent: 'no' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([server.requests(), server.open.size]).toEqual([1, 0]);
  });

  it('ends what is half answered', async () => {
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
    });
    const transport = create();
    const sent = transportFailureOf(transport.send(requestTo(`${server.url}/`)));
    await until(() => server.requests() === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await transport.close();
    expect(factsOf(await sent)).toEqual({ code: 'CLOSED', phase: 'body', requestSent: 'maybe' });
  });

  it('ends what is connecting, and leaves no socket behind', async () => {
    const accepted: Socket[] = [];
    const server = await startRaw((socket) => accepted.push(socket), 'https');
    const transport = create({ ca: SELF_SIGNED.cert });
    const sent = transportFailureOf(transport.send(requestTo(`${server.url}/`)));
    await until(() => accepted.length === 1);
    await transport.close();
    expect(factsOf(await sent)).toEqual({ code: 'CLOSED', phase: 'connect', requestSent: 'no' });
    await until(() => server.open.size === 0);
  });

  it('leaves other transports alone', async () => {
    const server = await startHttp((_request, response) => response.end('ok'));
    const [one, other] = [create(), transportOf(create)];
    await Promise.all([one.send(requestTo(`${server.url}/`)), other.send(requestTo(`${server.url}/`))]);
    await one.close();
    expect((await other.send(requestTo(`${server.url}/`))).text).toBe('ok');
  });
});
