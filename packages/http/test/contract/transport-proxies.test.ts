import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOTH_TRANSPORTS, factsOf, requestTo, transportFailureOf, transportOf } from './both-transports.ts';
import { startConnectProxy } from './connect-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ advertise: 'liveperson', tls: true });
});
afterAll(() => emulator.close());

const GATEWAY = 'https://euwe1.fninvocations.liveperson.net/api/account/12345678/events/x/isImplemented';
/** User and password as an app finds them in HTTPS_PROXY. */
const PROXY_PASSWORD = 'proxy-pass-0815';

describe.each(BOTH_TRANSPORTS)('$name through a proxy', ({ create }) => {
  function throughProxy(httpsProxy: string, noProxy?: string): ReturnType<typeof transportOf> {
    return transportOf(create, { ca: emulator.tls!.caPem, proxy: { httpsProxy, noProxy } });
  }

  test('J52: an https request goes through a CONNECT tunnel, encrypted to the end', async () => {
    const proxy = await startConnectProxy(emulator.tls!.port);
    const transport = throughProxy(proxy.url);
    const { status } = await transport.send(requestTo(GATEWAY, { method: 'GET', body: undefined }));
    expect(status).toBe(401);
    expect(proxy.tunnels).toEqual([{ target: 'euwe1.fninvocations.liveperson.net:443', authorization: undefined }]);
    expect(emulator.requests.last()?.headers['host']).toBe('euwe1.fninvocations.liveperson.net');
  });

  test('tunnels are kept for the next requests', async () => {
    const proxy = await startConnectProxy(emulator.tls!.port);
    const transport = throughProxy(proxy.url);
    for (let n = 0; n < 8; n++) await transport.send(requestTo(GATEWAY, { method: 'GET', body: undefined }));
    // A pool may open a second one while the first answer is still being read.
    expect(proxy.tunnels.length).toBeLessThanOrEqual(2);
  });

  test('user and password go to the proxy alone, and into no error', async () => {
    const proxy = await startConnectProxy(emulator.tls!.port);
    const withPassword = proxy.url.replace('//', `//user:${PROXY_PASSWORD}@`);
    const transport = throughProxy(withPassword);
    await transport.send(requestTo(GATEWAY, { method: 'GET', body: undefined }));
    const authorization = `Basic ${Buffer.from(`user:${PROXY_PASSWORD}`).toString('base64')}`;
    expect(proxy.tunnels[0]?.authorization).toBe(authorization);
    expect(JSON.stringify(emulator.requests.last()?.headers)).not.toContain('proxy-authorization');

    const refusing = await startConnectProxy(emulator.tls!.port, { refuseWith: 407 });
    const refused = throughProxy(refusing.url.replace('//', `//user:${PROXY_PASSWORD}@`));
    const failure = await transportFailureOf(refused.send(requestTo(GATEWAY)));
    expect(`${failure.stack ?? ''} ${JSON.stringify(failure)}`).not.toMatch(
      /proxy-pass-0815|dXNlcjpwcm94eS1wYXNzLTA4MTU/,
    );
  });

  test.each([403, 407, 502])('a proxy that answers %i is no connection, and nothing was sent', async (refuseWith) => {
    const proxy = await startConnectProxy(emulator.tls!.port, { refuseWith });
    const failure = await transportFailureOf(throughProxy(proxy.url).send(requestTo(GATEWAY)));
    expect(factsOf(failure)).toEqual({ code: 'UNREACHABLE', phase: 'connect', requestSent: 'no' });
    expect(failure.message).toContain(`through the proxy ${new URL(proxy.url).host}`);
    expect(failure.hint).toContain('proxy');
  });

  test('a proxy that is not there is no connection, and nothing was sent', async () => {
    const failure = await transportFailureOf(throughProxy('http://127.0.0.1:1').send(requestTo(GATEWAY)));
    expect(factsOf(failure)).toEqual({ code: 'UNREACHABLE', phase: 'connect', requestSent: 'no' });
    expect(failure.message).toContain('127.0.0.1:1');
  });

  test('a certificate that is not trusted fails behind a proxy, too', async () => {
    const proxy = await startConnectProxy(emulator.tls!.port);
    const transport = transportOf(create, { proxy: { httpsProxy: proxy.url } });
    const failure = await transportFailureOf(transport.send(requestTo(GATEWAY)));
    expect(factsOf(failure)).toEqual({ code: 'TLS_FAILED', phase: 'tls', requestSent: 'no' });
  });

  test('loopback and exempt hosts are reached directly', async () => {
    const proxy = await startConnectProxy(emulator.tls!.port);
    const transport = throughProxy(proxy.url, 'liveperson.net');
    const direct = await transport.send(requestTo(`${emulator.discoveryUrl}/nothing-here`));
    expect(direct.status).toBe(404);
    const refused = await transportFailureOf(transport.send(requestTo('https://127.0.0.1:1/', { timeoutMs: 2_000 })));
    expect(refused.message).not.toContain('proxy');
    expect(proxy.tunnels).toEqual([]);
  });

  test('an aborted request does not wait for the tunnel', async () => {
    const proxy = await startConnectProxy(1);
    proxy.server.removeAllListeners('connect');
    proxy.server.on('connect', () => undefined);
    const signal = AbortSignal.timeout(50);
    const failure = await transportFailureOf(throughProxy(proxy.url).send(requestTo(GATEWAY, { signal })));
    expect(factsOf(failure)).toEqual({ code: 'ABORTED', phase: 'connect', requestSent: 'no' });
  });

  test('the environment is not looked at', async () => {
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
    try {
      const transport = transportOf(create, { ca: emulator.tls!.caPem });
      const url = `https://127.0.0.1:${String(emulator.tls!.port)}/nothing-here`;
      const outcome = await transport.send(requestTo(url)).catch((error: unknown) => error);
      expect(JSON.stringify(outcome)).not.toContain('through the proxy');
    } finally {
      delete process.env['HTTPS_PROXY'];
    }
  });
});
