import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { headerValue } from '../../src/index.ts';
import { SELF_SIGNED } from '../self-signed.ts';
import { BOTH_TRANSPORTS, factsOf, requestTo, transportFailureOf, transportOf } from './both-transports.ts';
import { onRequestHead, startHttp, startHttps, startRaw } from './loopback-server.ts';

const NEVER_FOLLOWED = [301, 302, 303, 304, 307, 308];

describe.each(BOTH_TRANSPORTS)('$name: what it sends', ({ create }) => {
  it('is method, path with query, headers and body as given, and no header of its own but the necessary ones', async () => {
    let seen: unknown;
    const server = await startHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        seen = { method: request.method, url: request.url, headers: request.headers, body };
        response.end();
      });
    });
    const url = `${server.url}/api/a%2Fb?v=1&x=%20y`;
    const body = '{"grüße":"日本 😀"}';
    await transportOf(create).send(
      requestTo(url, { headers: { 'x-a': '1', 'X-Upper': 'Ü'.normalize('NFD')[0] ?? '' }, body }),
    );
    expect(seen).toEqual({
      method: 'POST',
      url: '/api/a%2Fb?v=1&x=%20y',
      headers: {
        host: `127.0.0.1:${String(server.port)}`,
        connection: 'keep-alive',
        'content-length': String(Buffer.byteLength(body)),
        'x-a': '1',
        'x-upper': 'U',
      },
      body,
    });
  });

  it('is no body for a GET, and the root for a URL without a path', async () => {
    const server = await startHttp((request, response) => {
      response.end(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['content-length'] ?? 'none'}`);
    });
    const transport = transportOf(create);
    expect((await transport.send(requestTo(server.url, { method: 'GET', body: undefined }))).text).toBe('GET / none');
    expect((await transport.send(requestTo(`${server.url}/`, { body: '' }))).text).toBe('POST / 0');
  });

  it('reaches names below localhost, whatever the resolver says', async () => {
    const server = await startHttp((request, response) => response.end(request.headers.host));
    for (const name of ['euwe1.fninvocations.localhost', 'va.faasgw.localhost', 'localhost']) {
      const host = `${name}:${String(server.port)}`;
      expect((await transportOf(create).send(requestTo(`http://${host}/`))).text).toBe(host);
    }
  });

  it('goes over TLS to a certificate that it was told to trust', async () => {
    const server = await startHttps((_request, response) => response.end('over TLS'));
    for (const ca of [SELF_SIGNED.cert, [SELF_SIGNED.cert]]) {
      const transport = transportOf(create, { ca });
      expect((await transport.send(requestTo(`${server.url}/`))).text).toBe('over TLS');
      const named = `https://euwe1.fninvocations.localhost:${String(server.port)}/`;
      expect((await transport.send(requestTo(named))).text).toBe('over TLS');
    }
  });
});

describe.each(BOTH_TRANSPORTS)('$name: answers', ({ create }) => {
  it.each([200, 201, 204, 400, 401, 403, 404, 413, 429, 499, 500, 503, 599, 901, 999])(
    'status %i passes through',
    async (status) => {
      const server = await startHttp((_request, response) => {
        response.writeHead(status, { 'x-status': String(status) }).end(status === 204 ? undefined : '{"n":1}');
      });
      const answer = await transportOf(create).send(requestTo(`${server.url}/`));
      expect(answer.status).toBe(status);
      expect(answer.text).toBe(status === 204 ? '' : '{"n":1}');
      expect(headerValue(answer.headers, 'x-status')).toBe(String(status));
    },
  );

  it.each(NEVER_FOLLOWED)('a redirect with %i is handed back, not followed (J23)', async (status) => {
    const target = await startHttp((_request, response) => response.end('followed'));
    const server = await startHttp((_request, response) => {
      response.writeHead(status, { location: `${target.url}/stolen` }).end();
    });
    const answer = await transportOf(create).send(requestTo(`${server.url}/`));
    expect(answer.status).toBe(status);
    expect(headerValue(answer.headers, 'location')).toBe(`${target.url}/stolen`);
    expect([server.requests(), target.requests()]).toEqual([1, 0]);
  });

  it('no body: HEAD, 204, 304 and an empty 200', async () => {
    const server = await startHttp((request, response) => {
      const status = Number((request.url ?? '').slice(1));
      response.writeHead(status, {
        'content-encoding': 'gzip',
        ...(request.method === 'HEAD' ? { 'content-length': 50 } : {}),
      });
      response.end();
    });
    const transport = transportOf(create);
    for (const status of [200, 204, 304]) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const body = method === 'POST' ? '{}' : undefined;
        const answer = await transport.send(requestTo(`${server.url}/${String(status)}`, { method, body }));
        expect([answer.status, answer.text]).toEqual([status, '']);
      }
    }
  });

  it('text of any script, with and without byte order mark, cut anywhere', async () => {
    const text = '{"grüße":"日本語 😀"}';
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        const bytes = Buffer.from(`\ufeff${text}`);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${String(bytes.length)}\r\n\r\n`);
        let at = 0;
        const next = (): void => {
          if (at === bytes.length) return;
          socket.write(bytes.subarray(at, ++at));
          setImmediate(next);
        };
        next();
      });
    });
    expect((await transportOf(create).send(requestTo(`${server.url}/`))).text).toBe(text);
  });

  it('in chunks with trailers, and without any length', async () => {
    const server = await startRaw((socket) => {
      onRequestHead(socket, (head) => {
        if (head.startsWith('POST /chunked')) {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-end\r\n\r\n');
          socket.write('3\r\nabc\r\n3\r\ndef\r\n0\r\nx-end: yes\r\n\r\n');
        } else socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabcdef');
      });
    });
    const transport = transportOf(create);
    expect((await transport.send(requestTo(`${server.url}/chunked`))).text).toBe('abcdef');
    expect((await transport.send(requestTo(`${server.url}/to-the-end`))).text).toBe('abcdef');
  });

  it('with a header twice, of which the first counts', async () => {
    const server = await startHttp((_request, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
    const { headers } = await transportOf(create).send(requestTo(`${server.url}/`));
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(headerValue(headers, 'set-cookie')).toBe('a=1');
    expect(headerValue(headers, 'content-type')).toBe('application/json');
    expect(headerValue(headers, 'x-absent')).toBeUndefined();
  });

  it('after informational ones', async () => {
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n');
        socket.write('HTTP/1.1 200 OK\r\nx-real: yes\r\ncontent-length: 2\r\n\r\nok');
      });
    });
    const answer = await transportOf(create).send(requestTo(`${server.url}/`));
    expect([answer.status, answer.text, headerValue(answer.headers, 'x-real')]).toEqual([200, 'ok', 'yes']);
    expect(headerValue(answer.headers, 'link')).toBeUndefined();
  });

  it('after a 100 Continue that nobody asked for, or a failure that does not claim that nothing was sent', async () => {
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      });
    });
    const sent = transportOf(create).send(requestTo(`${server.url}/`));
    const outcome = await sent.catch((error: unknown) => error);
    // undici takes it for a broken server.
    if ('status' in (outcome as object)) expect(outcome).toMatchObject({ status: 200, text: 'ok' });
    else expect(outcome).toMatchObject({ code: 'CONNECTION_LOST', requestSent: 'maybe' });
  });

  it('compressed though nobody asked', async () => {
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('compressed'));
    });
    expect((await transportOf(create).send(requestTo(`${server.url}/`))).text).toBe('compressed');
  });

  it.each(['zstd', 'gzip', 'gzip, br'])('said to be %s but not are RESPONSE_MALFORMED', async (encoding) => {
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end('plain');
    });
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`)));
    expect(factsOf(failure)).toEqual({ code: 'RESPONSE_MALFORMED', phase: 'body', requestSent: 'maybe' });
  });

  it.each([
    ['with its length announced', (size: number) => ({ 'content-length': size })],
    ['in chunks', () => ({})],
  ])('above the limit, %s, are RESPONSE_TOO_LARGE, and at the limit they pass', async (_how, headersFor) => {
    const server = await startHttp((request, response) => {
      const size = Number((request.url ?? '').slice(1));
      response.writeHead(200, headersFor(size));
      response.end('x'.repeat(size));
    });
    const transport = transportOf(create);
    const atLimit = await transport.send(requestTo(`${server.url}/1000`, { maxResponseBytes: 1_000 }));
    expect(atLimit.text).toHaveLength(1_000);
    for (const size of [1_001, 300_000]) {
      const sent = transport.send(requestTo(`${server.url}/${String(size)}`, { maxResponseBytes: 1_000 }));
      expect(factsOf(await transportFailureOf(sent))).toEqual({
        code: 'RESPONSE_TOO_LARGE',
        phase: 'body',
        requestSent: 'maybe',
      });
    }
    expect((await transport.send(requestTo(`${server.url}/5`))).text).toBe('xxxxx');
  });

  it('without end are cut off at the limit', async () => {
    let written = 0;
    const server = await startHttp((_request, response) => {
      const block = Buffer.alloc(65_536, 0x78);
      const pump = (): void => {
        if (response.destroyed) return;
        written += block.length;
        if (response.write(block)) setImmediate(pump);
        else response.once('drain', pump);
      };
      pump();
    });
    const failure = await transportFailureOf(
      transportOf(create).send(requestTo(`${server.url}/`, { maxResponseBytes: 100_000 })),
    );
    expect(failure.code).toBe('RESPONSE_TOO_LARGE');
    expect(written).toBeLessThan(50_000_000);
  });

  it('that swell when they are decompressed are RESPONSE_TOO_LARGE', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const failure = await transportFailureOf(transportOf(create).send(requestTo(`${server.url}/`)));
    expect(failure.code).toBe('RESPONSE_TOO_LARGE');
  });

  it('come through when the server answers 413 early, without reading the body, and closes', async () => {
    const server = await startRaw((socket) => {
      onRequestHead(socket, () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 9\r\nconnection: close\r\n\r\ntoo large');
        setTimeout(() => socket.destroySoon(), 50);
      });
    });
    const sent = transportOf(create).send(requestTo(`${server.url}/`, { body: 'x'.repeat(20_000_000) }));
    const outcome = await sent.catch((error: unknown) => error);
    if ('status' in (outcome as object)) expect(outcome).toMatchObject({ status: 413, text: 'too large' });
    else expect(outcome).toMatchObject({ code: 'CONNECTION_LOST', requestSent: 'maybe' });
  });
});

describe.each(BOTH_TRANSPORTS)('$name: connections', ({ create }) => {
  it('are kept and used again', async () => {
    const server = await startHttp((_request, response) => response.end('ok'));
    const transport = transportOf(create, { maxConnections: 1 });
    for (let round = 0; round < 10; round++) await transport.send(requestTo(`${server.url}/`));
    expect([server.requests(), server.connections()]).toEqual([10, 1]);
  });

  it('that the server closed in between are replaced, and nothing fails', async () => {
    const server = await startHttp((_request, response) => response.end('ok'));
    const transport = transportOf(create, { maxConnections: 1 });
    for (let round = 1; round <= 3; round++) {
      await transport.send(requestTo(`${server.url}/`));
      for (const socket of server.open) socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect([server.requests(), server.connections()]).toEqual([round, round]);
    }
  });

  it('are not used again after an answer was cut off', async () => {
    const server = await startHttp((request, response) => {
      if (request.url === '/large') response.end('x'.repeat(500_000));
      else response.end('next');
    });
    const transport = transportOf(create, { maxConnections: 1 });
    await transportFailureOf(transport.send(requestTo(`${server.url}/large`, { maxResponseBytes: 10 })));
    expect((await transport.send(requestTo(`${server.url}/`))).text).toBe('next');
  });

  it('serve 300 requests at once, each with its own answer, within the limit', async () => {
    const server = await startHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => setTimeout(() => response.end(body), 5));
    });
    const transport = transportOf(create, { maxConnections: 20 });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => transport.send(requestTo(`${server.url}/`, { body: `"${String(n)}"` }))),
    );
    expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 300 }, (_, n) => `"${String(n)}"`));
    expect(server.requests()).toBe(300);
    expect(server.connections()).toBeLessThanOrEqual(20);
  });
});
