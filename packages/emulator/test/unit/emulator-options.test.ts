import { connect, createServer, type AddressInfo } from 'node:net';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { EmulatorError, startEmulator, type EmulatorOptions } from '../../src/index.ts';

test.each<[object, string]>([
  [{ prot: 1 }, '"prot" is not an option'],
  [{ port: -1 }, '"port"'],
  [{ port: 70_000 }, '"port"'],
  [{ port: 1.5 }, '"port"'],
  [{ platform: 'v3' }, '"platform"'],
  [{ advertise: 'everywhere' }, '"advertise"'],
  [{ accountId: '' }, '"accountId"'],
  [{ accountId: 'a/b' }, '"accountId"'],
  [{ accountId: 5 }, '"accountId"'],
  [{ accounts: [{ accountId: '1', platform: 'v9' }] }, '"platform"'],
  [{ executionLimitMs: 0 }, '"executionLimitMs"'],
  [{ appTokenFormat: 'saml' }, '"appTokenFormat"'],
  [{ host: '' }, '"host"'],
  [{ accounts: {} }, '"accounts"'],
  [{ accounts: [null] }, 'account'],
  [{ accounts: [{ accountId: '1', colour: 1 }] }, '"colour"'],
  [{ extraServices: { a: 1 } }, '"extraServices"'],
  [{ logLimit: { entries: -1 } }, '"logLimit"'],
  [{ logLimit: { lines: 1 } }, '"logLimit"'],
  [{ invocationLimits: { perSecond: 'x' } }, '"invocationLimits"'],
  [{ invocationLimits: { per: 'user' } }, '"invocationLimits"'],
  [{ invocationLimits: 5 }, '"invocationLimits"'],
  [{ redirectUris: ['no uri'] }, '"redirectUris"'],
  [{ redirectUris: 'http://a/' }, '"redirectUris"'],
  [{ app: { clientId: '' } }, '"app"'],
  [{ appsPath: '/nowhere/at/all' }, '"appsPath"'],
  [{ dataDirectory: '' }, '"dataDirectory"'],
  [{ listingInvalidTokenStatus: 404 }, '"listingInvalidTokenStatus"'],
  [{ singleDomainAnswer: 'both' }, '"singleDomainAnswer"'],
])('%j is refused naming %s', async (options, message) => {
  await expect(startEmulator(options as EmulatorOptions)).rejects.toThrow(message);
  await expect(startEmulator(options as EmulatorOptions)).rejects.toMatchObject({
    name: 'EmulatorError',
    code: 'INVALID_OPTION',
  });
});

test('an account twice and a port in use are clear errors', async () => {
  await expect(startEmulator({ accounts: [{ accountId: '12345678' }] })).rejects.toMatchObject({ code: 'DUPLICATE' });
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(startEmulator({ port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(String(port)) as string,
  });
  await expect(startEmulator({ tls: true, tlsPort: port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await new Promise((resolve) => taken.close(resolve));
});

test('other machines reach it only where that is wanted, and script it nowhere', async () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  // A machine without a network has nothing to keep out.
  if (address === undefined) return;
  const closed = await startEmulator();
  const refused = await new Promise((resolve) => {
    connect(closed.port, address)
      .once('error', ({ message }) => resolve(message))
      .once('connect', () => resolve('connected'));
  });
  expect(refused).toContain('ECONNREFUSED');
  await closed.close();
  const open = await startEmulator({ host: '0.0.0.0' });
  const statusOf = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ host: address, port: open.port, path, headers: { host: 'localhost' } }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      })
        .once('error', reject)
        .end();
    });
  expect(await statusOf('/api/account/12345678/service/baseURI.json')).toBe(200);
  expect(await statusOf('/_emulator/status')).toBe(403);
  await open.close();
});

test('two emulators run side by side, on loopback only', async () => {
  const [first, second] = await Promise.all([startEmulator(), startEmulator({ host: '127.0.0.1' })]);
  expect(first.discoveryUrl).toBe(`http://127.0.0.1:${String(first.port)}`);
  expect(first.port).not.toBe(second.port);
  expect(first.apps.default.clientSecret).not.toBe(second.apps.default.clientSecret);
  expect(() => first.accounts.get('9')).toThrow(EmulatorError);
  await Promise.all([first.close(), second.close()]);
});
