import { it } from 'vitest';
import { inspect } from 'node:util';
import { createUndiciTransport, createGotTransport } from '../../src/index.ts';
import { requestTo } from './both-transports.ts';
import { onRequestHead, startRaw } from './loopback-server.ts';
import { Agent, request } from 'undici';
it('x', async () => {
  for (const text of ['SSH-2.0-OpenSSH_9.6\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhalf\r\n', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n']) {
    const server = await startRaw((socket) => onRequestHead(socket, () => socket.end(text)));
    await request(server.url).then(async (r) => { await r.body.text(); console.log('OK', r.statusCode)}).catch((e) => console.log(inspect(e).slice(0, 600)));
    for (const t of [createUndiciTransport(), createGotTransport()]) await t.send(requestTo(server.url + '/', { timeoutMs: 1000 })).then((r) => console.log(r), (e) => console.log(inspect(e).slice(0, 900)));
  }
});
