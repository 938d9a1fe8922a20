import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createInvocationTransport } from '../../src/invocation-transport.ts';

const server = createServer((_request, response) => {
  response.statusCode = 901;
  response.end('{}');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

test.each([
  ['Node', { node: '20.19.0' }],
  ['Deno', { node: '24.0.0', deno: '2.9.6' }],
  ['Bun', { node: '24.0.0', bun: '1.4.5' }],
])('sends and takes an answer that the platform alone gives, on %s', async (_name, runtime) => {
  const transport = createInvocationTransport({}, runtime);
  const { port } = server.address() as AddressInfo;
  const answer = await transport.send({
    method: 'POST',
    url: `http://127.0.0.1:${port}/`,
    headers: {},
    body: '{}',
    timeoutMs: 10_000,
    maxResponseBytes: 100,
  });
  expect(answer).toMatchObject({ status: 901, text: '{}' });
  await transport.close();
});

test('an undici that is none says so, and what to use instead', async () => {
  vi.doMock('undici', () => ({ Agent: Object, buildConnector: () => () => undefined }));
  try {
    const transport = createInvocationTransport({}, { node: '24.0.0' });
    const sending = transport.send({
      method: 'GET',
      url: 'http://127.0.0.1:9/',
      headers: {},
      timeoutMs: 1_000,
      maxResponseBytes: 1,
    });
    await expect(sending).rejects.toMatchObject({ code: 'TRANSPORT_FAILED', requestSent: 'no', cause: { message: expect.stringContaining('createGotTransport') as string } }); // prettier-ignore
    await transport.close();
  } finally {
    vi.doUnmock('undici');
  }
});
