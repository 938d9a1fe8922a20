import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import { SELF_SIGNED } from '../self-signed.ts';
import { BOTH_TRANSPORTS, factsOf, requestTo, transportFailureOf, transportOf } from './both-transports.ts';
import { onRequestHead, startHttp, startHttps, startRaw } from './loopback-server.ts';

describe.each(BOTH_TRANSPORTS)('$name: no byte of the request left', ({ create }) => {
  it('a name that does not exist', async () => {
    const failure = await transportFailureOf(transportOf(create).send(requestTo('https://gateway.invalid/api')));
    expect(factsOf(failure)).toEqual({ code: 'UNREACHABLE', phase: 'lookup', requestSent: 'no' });
    expect(failure.message).toContain('gateway.invalid');
  });

  it.each(['http', 'https'])('%s: nobody listens', async (scheme) => {
    const port = String(await freePort());
    for (const host of ['127.0.0.1', 'localhost', 'a.localhost']) {
      const failure = await transportFailureOf(transportOf(create).send(requestTo(`${scheme}://${host}:${port}/`)));
      expect(factsOf(failure)).toEqual({ code: 'UNREACHABLE', phase: 'connect', requestSent: 'no' });
      expect((failure.cause as Error).message).toContain('ECONNREFUSED');
    }
  });

  it('a certificate that nobody vouches for', async () => {
    const server = await startHttps((_request, response) => response.end('trusted?'));
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`)));
    expect(factsOf(failure)).toEqual({ code: 'TLS_FAILED', phase: 'tls', requestSent: 'no' });
    expect(failure.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(server.requests()).toBe(0);
  });

  it('a certificate for another name', async () => {
    const server = await startHttps((_request, response) => response.end('trusted?'));
    const transport = transportOf(create, { ca: SELF_SIGNED.cert });
    const url = `https://other.localhost:${String(server.port)}/`;
    const failure = await transportFailureOf(transport.send(requestTo(url)));
    expect(factsOf(failure)).toEqual({ code: 'TLS_FAILED', phase: 'tls', requestSent: 'no' });
    expect(server.requests()).toBe(0);
  });

  it('a server that does not speak TLS', async () => {
    const server = await startHttp((_request, response) => response.end('plain'));
    const failure = await transportFailureOf(
      transportOf(create).send(requestTo(`https://127.0.0.1:${String(server.port)}/`)),
    );
    expect(factsOf(failure)).toEqual({ code: 'TLS_FAILED', phase: 'tls', requestSent: 'no' });
    expect(server.requests()).toBe(0);
  });

  it('a server that hangs up during the handshake', async () => {
    const server = await startRaw((socket) => socket.once('data', () => socket.destroy()), 'https');
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`)));
    expect(factsOf(failure)).toEqual({ code: 'TLS_FAILED', phase: 'tls', requestSent: 'no' });
  });

  it('a handshake that hangs', async () => {
    const server = await startRaw(() => undefined, 'https');
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`, { timeoutMs: 300 })));
    expect(factsOf(failure)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'connect', requestSent: 'no' });
    expect(server.requests()).toBe(0);
  });

  it('a wait for a free connection that takes too long', async () => {
    const held: Socket[] = [];
    const server = await startRaw((socket) => held.push(socket));
    const transport = transportOf(create, { maxConnections: 1 });
    const first = transportFailureOf(transport.send(requestTo(`${server.url}/first`, { timeoutMs: 1_500 })));
    const second = await transportFailureOf(transport.send(requestTo(`${server.url}/second`, { timeoutMs: 300 })));
    expect(factsOf(second)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'connect', requestSent: 'no' });
    expect(factsOf(await first)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests()).toBe(1);
  });

  it.each([
    ['a line break in a header', { headers: { authorization: 'Bearer x\r\nx-injected: yes' } }],
    ['a character beyond Latin-1 in a header', { headers: { authorization: 'Bearer 日本' } }],
    ['a header name that is none', { headers: { 'bad name': 'x' } }],
    ['a URL that is none', { url: 'nonsense' }],
    ['a URL of another kind', { url: 'ftp://127.0.0.1/' }],
    ['a blank in the path', { url: 'http://127.0.0.1:1/a b' }],
  ])('%s', async (what, fields) => {
    const server = await startHttp((_request, response) => response.end());
    const sent = transportOf(create).send(requestTo(`${server.url}/`, fields));
    const failure = await transportFailureOf(sent);
    if (what !== 'a blank in the path') {
      expect(factsOf(failure)).toEqual({ code: 'REQUEST_INVALID', phase: 'connect', requestSent: 'no' });
      expect(failure.fault).toBe('caller');
    }
    expect(failure.requestSent).toBe('no');
    expect(server.requests()).toBe(0);
  });
});

describe.each(BOTH_TRANSPORTS)('$name: the request may have left', ({ create }) => {
  const LOST_BEFORE_ANSWER = { code: 'CONNECTION_LOST', phase: 'headers', requestSent: 'maybe' };
  const LOST_WITHIN_ANSWER = { code: 'CONNECTION_LOST', phase: 'body', requestSent: 'maybe' };
  const MALFORMED = { code: 'RESPONSE_MALFORMED', requestSent: 'maybe' };

  it.each<[string, (socket: Socket) => void, object]>([
    ['closed before it was read', (socket) => socket.end(), LOST_BEFORE_ANSWER],
    ['reset after it was read', (socket) => onRequestHead(socket, () => socket.resetAndDestroy()), LOST_BEFORE_ANSWER],
    ['closed after it was read', (socket) => onRequestHead(socket, () => socket.end()), LOST_BEFORE_ANSWER],
    [
      'closed within the head of the answer',
      (socket) => onRequestHead(socket, () => socket.end('HTTP/1.1 200 OK\r\ncontent-le')),
      { requestSent: 'maybe' },
    ],
    [
      'closed after an informational answer',
      (socket) => onRequestHead(socket, () => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n')),
      { requestSent: 'maybe', phase: 'headers' },
    ],
    [
      'closed within a body whose length was announced',
      (socket) => onRequestHead(socket, () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
      LOST_WITHIN_ANSWER,
    ],
    [
      'reset within a body whose length was announced',
      (socket) =>
        onRequestHead(socket, () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
          setTimeout(() => socket.resetAndDestroy(), 30);
        }),
      LOST_WITHIN_ANSWER,
    ],
    [
      'closed within a body in chunks',
      (socket) =>
        onRequestHead(socket, () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n50\r\nhalf')),
      LOST_WITHIN_ANSWER,
    ],
    [
      'garbage',
      (socket) => onRequestHead(socket, () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
      { ...MALFORMED, phase: 'headers' },
    ],
    [
      'noise',
      (socket) => onRequestHead(socket, () => socket.end(Buffer.alloc(5_000, 0xff))),
      { ...MALFORMED, phase: 'headers' },
    ],
    [
      'a head without end',
      (socket) =>
        onRequestHead(socket, () =>
          socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: yyyyyyyyyyyyyyyy\r\n'.repeat(20_000)}`),
        ),
      { ...MALFORMED, phase: 'headers' },
    ],
    [
      'chunks that are none',
      (socket) =>
        onRequestHead(socket, () => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhalf\r\n')),
      { ...MALFORMED, phase: 'body' },
    ],
    [
      'two lengths',
      (socket) =>
        onRequestHead(socket, () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc')),
      { requestSent: 'maybe' },
    ],
    [
      'a switch of protocols that nobody asked for',
      (socket) =>
        onRequestHead(socket, () =>
          socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
        ),
      { requestSent: 'maybe' },
    ],
  ])('%s', async (_what, behave, facts) => {
    const server = await startRaw(behave);
    const failure = await transportFailureOf(
      transportOf(create).send(requestTo(`${server.url}/`, { timeoutMs: 3_000 })),
    );
    expect(failure).toMatchObject(facts);
    expect(failure.code).not.toBe('ATTEMPT_TIMEOUT');
    expect(server.connections()).toBe(1);
    expect(server.requests()).toBeLessThanOrEqual(1);
  });

  it('unless it was reset so early that the connection never stood', async () => {
    const server = await startRaw((socket) => socket.resetAndDestroy());
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`)));
    if (failure.requestSent === 'no') expect(factsOf(failure)).toMatchObject({ code: 'UNREACHABLE', phase: 'connect' });
    else expect(factsOf(failure)).toEqual(LOST_BEFORE_ANSWER);
    expect([server.requests(), server.bytes()]).toEqual([0, 0]);
  });

  it('no answer', async () => {
    const server = await startRaw(() => undefined);
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`, { timeoutMs: 300 })));
    expect(factsOf(failure)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' });
    expect(server.requests()).toBe(1);
  });

  it('a body that trickles, each byte sooner than the limit', async () => {
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 50);
        socket.on('close', () => {
          clearInterval(drip);
        });
      });
    });
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`, { timeoutMs: 500 })));
    expect(factsOf(failure)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'body', requestSent: 'maybe' });
  });

  it('a head that trickles', async () => {
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => socket.write('x-a: b\r\n'), 50);
        socket.on('close', () => {
          clearInterval(drip);
        });
      });
    });
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`, { timeoutMs: 500 })));
    expect(factsOf(failure)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' });
  });

  it('a connection from an earlier request on which the server hangs up when it reads the next', async () => {
    let heads = 0;
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        heads++;
        if (heads === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        else socket.destroy();
      });
    });
    const transport = transportOf(create, { maxConnections: 1 });
    await transport.send(requestTo(`${server.url}/`));
    const failure = await transportFailureOf(transport.send(requestTo(`${server.url}/`)));
    expect(factsOf(failure)).toEqual(LOST_BEFORE_ANSWER);
    expect([heads, server.connections()]).toEqual([2, 1]);
  });

  it('over TLS, no answer', async () => {
    const server = await startHttps(() => undefined);
    const transport = transportOf(create, { ca: SELF_SIGNED.cert });
    const failure = await transportFailureOf(transport.send(requestTo(`${server.url}/`, { timeoutMs: 500 })));
    expect(factsOf(failure)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' });
    expect(server.requests()).toBe(1);
  });

  it('over TLS on a connection from an earlier request, no answer', async () => {
    const server = await startHttps((request, response) => {
      if (request.url === '/') response.end('ok');
    });
    const transport = transportOf(create, { ca: SELF_SIGNED.cert, maxConnections: 1 });
    await transport.send(requestTo(`${server.url}/`));
    const failure = await transportFailureOf(transport.send(requestTo(`${server.url}/hang`, { timeoutMs: 500 })));
    expect(factsOf(failure)).toEqual({ code: 'ATTEMPT_TIMEOUT', phase: 'headers', requestSent: 'maybe' });
  });
});
