import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, FORM, send, type Answer } from '../platform-caller.ts';

let emulator: Emulator;
let uuid: string;
let token: string;
beforeAll(async () => {
  emulator = await startEmulator({ maxRequestBytes: 4_000_000 });
  uuid = emulator.functions.add({
    name: 'echo',
    eventId: 'event',
    code: 'async function lambda({ payload }) { return payload; }',
  }).uuid;
  token = await callerOf(emulator).token();
});
afterAll(() => emulator.close());

/** Sends bytes as they are and returns everything that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(emulator.port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(received);
    });
  });
}

function expectHarmless({ status, text }: Pick<Answer, 'status' | 'text'>): void {
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/\n\s+at |node:internal|\.ts:\d|\.mjs/);
}

const PATHS = [
  '/',
  '//',
  '/api/account/',
  '/api/account//lambdas//invoke',
  '/api/account/12345678/lambdas/../invoke',
  '/api/account/12345678/lambdas/%00/invoke',
  '/api/account/12345678/lambdas/%2e%2e%2f/invoke',
  '/api/account/__proto__/service/baseURI.json',
  '/api/account/constructor/lambdas/toString/invoke',
  '/api/account/12345678/events/__proto__/invoke',
  '/api/account/12345678/events/%F0%9F%98%80/invoke',
  '/api/account/12345678/events/%zz/invoke',
  '/api/account/12345678/functions?state=%00&state=__proto__',
  '/sentinel/api/account/12345678/app/token?v=%00',
  '/sentinel/api/account/12345678/token?v=9.9&v=8',
  '/sentinel/api/account/12345678/authorize?client_id=&client_id=',
  '/sentinel/api/account/12345678/authorize?redirect_uri=javascript:alert(1)',
  '/sentinel/api/account/12345678/login?request=__proto__',
  '/sentinel/.well-known/jwks',
  `/${'a'.repeat(8_000)}`,
];

test.each(PATHS)('%s is answered without a 5xx, by every method', async (path) => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    expectHarmless(
      await send(emulator, path, { method, headers: { authorization: `Bearer ${token}` }, body: '{"a":' }),
    );
  }
});

test.each([
  'Basic',
  'Basic !!!',
  `Basic ${Buffer.from('%zz:%zz').toString('base64')}`,
  'Bearer',
  'Bearer a b',
  `Bearer ${'x'.repeat(5_000)}`,
  'DPoP abc',
])('the Authorization header %s is refused everywhere', async (authorization) => {
  for (const path of [
    `/api/account/12345678/lambdas/${uuid}/invoke`,
    '/sentinel/api/account/12345678/app/token',
    '/sentinel/api/account/12345678/token',
  ]) {
    const answer = await send(emulator, path, {
      method: 'POST',
      headers: { ...FORM, authorization },
      body: 'grant_type=client_credentials',
    });
    expect(answer.status).toBe(401);
    expectHarmless(answer);
  }
});

test.each([
  ['nested deeply', `{"payload":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ['with a prototype', '{"__proto__":{"headers":5},"payload":{"__proto__":1,"constructor":2}}'],
  ['with half a surrogate', '{"payload":"\\ud800"}'],
  ['with numbers beyond measure', '{"timestamp":1e999,"payload":-1e999}'],
  ['that is not UTF-8', `{"payload":"${Buffer.from([0xff, 0xfe]).toString('latin1')}"}`],
])('a body %s does not harm the emulator', async (_what, body) => {
  const answer = await callerOf(emulator).invoke(uuid, undefined, { token, body });
  expect([200, 400, 901]).toContain(answer.status);
  expect((await callerOf(emulator).invoke(uuid, 'fine', { token })).text).toBe('"fine"');
});

test.each([
  ['NONSENSE\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['GET / HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n', /^HTTP\/1\.1 400 /],
  [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  [
    'GET http://127.0.0.1/api/account/1/service/baseURI.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 404 /,
  ],
])('the bytes %j are refused politely', async (text, expected) => {
  expect(await raw(text)).toMatch(expected);
});

test('callers that go away in the middle are no trouble', async () => {
  for (const part of [
    'POST /api/account/12345678/lambdas/x/invoke HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{"a"',
    'GET / HT',
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(emulator.port, '127.0.0.1', () => {
        socket.write(part, () => {
          socket.destroy();
          resolve();
        });
      });
    });
  }
  expect((await callerOf(emulator).invoke(uuid, 1, { token })).status).toBe(200);
  const aborted = await emulator.requests.waitFor({ outcome: 'aborted' });
  expect(aborted.status).toBeUndefined();
});
