import { createServer, type AddressInfo } from 'node:net';
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
  await new Promise((resolve) => taken.close(resolve));
});

test('two emulators run side by side, on loopback only', async () => {
  const [first, second] = await Promise.all([startEmulator(), startEmulator({ host: '127.0.0.1' })]);
  expect(first.discoveryUrl).toBe(`http://127.0.0.1:${String(first.port)}`);
  expect(first.port).not.toBe(second.port);
  expect(first.apps.default.clientSecret).not.toBe(second.apps.default.clientSecret);
  expect(() => first.accounts.get('9')).toThrow(EmulatorError);
  await Promise.all([first.close(), second.close()]);
});
