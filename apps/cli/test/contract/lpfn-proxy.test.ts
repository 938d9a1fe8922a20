import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lpfn } from '../lpfn-process.ts';

let emulator: Emulator;
let folder: string;
let env: Record<string, string>;
const tunnels: string[] = [];
const sockets = new Set<Socket>();
const proxy = createServer();

beforeAll(async () => {
  emulator = await startEmulator({ advertise: 'liveperson', tls: true });
  folder = await mkdtemp(join(tmpdir(), 'lpfn-proxy-'));
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, emulator.tls!.caPem);
  proxy.on('connect', (request, downstream: Socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(emulator.tls!.port, '127.0.0.1', () => {
      downstream.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(downstream).pipe(upstream);
    });
    for (const socket of [upstream, downstream]) sockets.add(socket.on('error', () => socket.destroy()));
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  env = {
    LPFN_ACCOUNT_ID: emulator.accountId,
    LPFN_CLIENT_ID: emulator.apps.default.clientId,
    LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
    HTTPS_PROXY: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    NODE_EXTRA_CA_CERTS: ca,
  };
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

it('J52: with HTTPS_PROXY, discovery, token and invocation go through it, to the hosts of the real platform', async () => {
  const { uuid } = emulator.functions.add({
    name: 'echo',
    code: 'async function lambda(input) { return input.payload; }',
  });
  const run = await lpfn(['invoke', uuid, '--data', '[1]'], { env });
  expect(run).toEqual({ code: 0, stdout: '[1]\n', stderr: '' });
  expect(tunnels).toEqual([
    'api.liveperson.net:443',
    'euwe1.sentinel.liveperson.net:443',
    'euwe1.fninvocations.liveperson.net:443',
  ]);
});

it('J52: NO_PROXY is honoured', async () => {
  const before = tunnels.length;
  // A name that is reserved for not existing (RFC 6761): reached directly, it is not found.
  const LPFN_DISCOVERY_URL = 'https://api.nowhere.invalid';
  const run = await lpfn(['domains', '--json'], { env: { ...env, NO_PROXY: 'nowhere.invalid', LPFN_DISCOVERY_URL } });
  expect(run.code).toBe(5);
  expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'UNREACHABLE', phase: 'lookup' } });
  expect(tunnels).toHaveLength(before);
});

it('this machine is reached directly', async () => {
  const before = tunnels.length;
  const { code } = await lpfn(['domains'], {
    env: { ...env, HTTP_PROXY: env['HTTPS_PROXY']!, LPFN_DISCOVERY_URL: emulator.discoveryUrl },
  });
  expect(code).toBe(0);
  expect(tunnels).toHaveLength(before);
});

it('a proxy that is not there is named in the error', async () => {
  const run = await lpfn(['domains'], { env: { ...env, HTTPS_PROXY: 'http://user:hunter2secret@127.0.0.1:1' } });
  expect(run.code).toBe(5);
  expect(run.stderr).toContain('through the proxy 127.0.0.1:1');
  expect(run.stderr).not.toContain('hunter2secret');
});
