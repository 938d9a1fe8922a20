import { describe, expect, it } from 'vitest';
import { createUndiciTransport, type HttpTransport } from '../../src/index.ts';
import { requestTo, transportFailureOf, transportOf } from './both-transports.ts';
import { type LoopbackServer, startHttp } from './loopback-server.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

async function makeCalls(
  transport: HttpTransport,
  { url }: LoopbackServer,
  lanes: number,
  each: number,
): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let n = 0; n < each; n++) await transport.send(requestTo(`${url}/x`));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

// undici does not use a connection again before the event loop has turned once after its last answer. A request that is made
// at once would open another one: twice as many connections as calls, for ever.
describe('undici: connections', () => {
  it.each([
    [1, 50],
    [8, 25],
    [64, 8],
  ])('%d calls at a time, %d after one another, take no more connections than calls', async (lanes, each) => {
    const server = await startHttp((_request, response) => response.end('1'));
    await makeCalls(transportOf(createUndiciTransport), server, lanes, each);
    expect(server.requests()).toBe(lanes * each);
    expect(server.connections()).toBeLessThanOrEqual(lanes);
  });

  it('one that the server closes after its answer is not used again', async () => {
    const server = await startHttp(({ socket }, response) => {
      response.end('1', () => socket.end());
    });
    await makeCalls(transportOf(createUndiciTransport), server, 1, 20);
    expect([server.requests(), server.connections()]).toEqual([20, 20]);
  });

  it('a request that waits for its turn is ended by its signal, and nothing of it is sent', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(createUndiciTransport);
    const controller = new AbortController();
    await transport.send(requestTo(`${server.url}/first`));
    const second = transportFailureOf(transport.send(requestTo(`${server.url}/second`, { signal: controller.signal })));
    controller.abort();
    expect(await second).toMatchObject({ code: 'ABORTED', requestSent: 'no' });
    await turn();
    await turn();
    expect(server.requests()).toBe(1);
  });

  it('and by close(), which says so', async () => {
    const server = await startHttp((_request, response) => response.end('1'));
    const transport = transportOf(createUndiciTransport);
    await transport.send(requestTo(`${server.url}/first`));
    const second = transportFailureOf(transport.send(requestTo(`${server.url}/second`)));
    await transport.close();
    expect(await second).toMatchObject({ code: 'CLOSED', requestSent: 'no' });
    expect(server.requests()).toBe(1);
  });
});
