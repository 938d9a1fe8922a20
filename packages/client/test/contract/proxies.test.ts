import { createTestClock } from '@lp-functions/http/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createUndiciTransport, type FunctionsClientOptions, staticBearer } from '../../src/index.ts';
import { type ConnectProxy, startConnectProxy } from '../connect-proxy.ts';
import { ACCOUNTS, GENERATIONS, optionsFor, startPlatform, uuidOf } from '../emulated-platform.ts';
import { startRawPlatform } from '../raw-platform.ts';
import { type WatchedClient, watchedClient } from '../watched-client.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
/** LivePerson’s own names, which only a proxy of ours stands for here. */
const REAL = { discoveryUrl: 'https://api.liveperson.net' };
const GATEWAYS = { v1: 'va.faasgw', v2: 'euwe1.fninvocations' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const opened of open.splice(0).reverse()) await opened.close();
});
function clientOf(options: FunctionsClientOptions): WatchedClient {
  const client = watchedClient(options);
  open.push(client);
  return client;
}
async function proxyTo(port?: number): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(port);
  open.push(proxy);
  return proxy;
}

describe.each(GENERATIONS)('J52: on %s', (generation) => {
  test('a whole call goes through the proxy to the hosts of the real platform', async () => {
    const emulator = await startPlatform({ advertise: 'liveperson', tls: true });
    open.push(emulator);
    const proxy = await proxyTo(emulator.tls!.port);
    const transport = createUndiciTransport({ ca: emulator.tls!.caPem, proxy: { httpsProxy: proxy.url } });
    open.push(transport);
    const client = clientOf(optionsFor(REAL, generation, { transport }));
    const { result } = await client.invokeByUuid(uuidOf(emulator, generation, 'echo'), { n: 1 });
    expect(result).toEqual({ n: 1 });
    expect(new Set(proxy.targets)).toEqual(
      new Set([
        'api.liveperson.net:443',
        `${generation === 'v1' ? 'va' : 'euwe1'}.sentinel.liveperson.net:443`,
        `${GATEWAYS[generation]}.liveperson.net:443`,
      ]),
    );
  });

  test('the proxy option holds for discovery and for invocations; a proxy that refuses is no connection', async () => {
    const proxy = await proxyTo();
    const options = { proxy: { httpsProxy: proxy.url }, clock: createTestClock(), retry: { maxRetries: 0 } };
    const refused = { name: 'TransportError', code: 'UNREACHABLE', requestSent: 'no', executed: 'no', retryable: true };
    const discovering = clientOf(optionsFor(REAL, generation, options));
    await expect(discovering.invokeByUuid(UUID, 1)).rejects.toMatchObject({ ...refused, operation: 'discover' });
    const faasGW = `${GATEWAYS[generation]}.liveperson.net`;
    const invoking = clientOf(
      optionsFor(REAL, generation, { ...options, domains: { faasGW }, auth: staticBearer('raw-token-7') }),
    );
    await expect(invoking.invokeByUuid(UUID, 1)).rejects.toMatchObject({ ...refused, operation: 'invokeByUuid' });
    expect(proxy.targets).toEqual(['api.liveperson.net:443', `${faasGW}:443`]);
  });

  test('loopback is reached directly', async () => {
    const platform = await startRawPlatform(generation);
    open.push(platform);
    const proxy = await proxyTo();
    const settings = { httpsProxy: proxy.url, httpProxy: proxy.url };
    const client = clientOf(optionsFor(platform, generation, { accountId: ACCOUNTS[generation], proxy: settings }));
    await expect(client.invokeByUuid(UUID, 1)).resolves.toMatchObject({ status: 200 });
    expect(proxy.targets).toEqual([]);
  });
});
