import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/index.ts';
import { compileEmulator, type CompiledEmulator } from '../compiled-emulator.ts';
import { callerOf, send } from '../platform-caller.ts';

let root: string;
let data: string;
const running = new Set<Emulator>();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lpfn-test-data-'));
  data = join(root, 'data');
});
afterEach(async () => {
  await Promise.all([...running].map((emulator) => emulator.close()));
  running.clear();
  rmSync(root, { recursive: true, force: true });
});

async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ dataDirectory: data, ...options });
  running.add(emulator);
  return emulator;
}
const jwksOf = async (emulator: Emulator): Promise<JSONWebKeySet> =>
  (await send(emulator, '/sentinel/well-known/jwks')).json as JSONWebKeySet;
const file = (name: string): string => join(data, name);

describe('what is kept', () => {
  test('apps, users, signing keys and the TLS authority survive a restart', async () => {
    const first = await start({ tls: true, accounts: [{ accountId: '2', platform: 'v1' }] });
    const app = first.apps.install({ client_name: 'crm', scope: 'faas.lambda.invoke' });
    const removed = first.apps.install({ client_name: 'gone' });
    first.apps.remove(removed.clientId);
    const user = first.users.add({ loginName: 'someone', permissions: ['FaaS-Developer'], isAdmin: true });
    const token = await callerOf(first).token(app);
    await first.tokens.rotateKeys();
    const [jwks, defaults, other] = [await jwksOf(first), first.apps.default, first.accounts.get('2').apps.default];
    const { caPem, caPath } = first.tls ?? { caPem: '', caPath: '' };
    expect([caPath, readFileSync(caPath, 'utf8')]).toEqual([file('ca.pem'), caPem]);
    await first.close();

    const second = await start({ tls: true, accounts: [{ accountId: '2', platform: 'v1' }] });
    expect(second.apps.default).toEqual(defaults);
    expect(second.accounts.get('2').apps.default).toEqual(other);
    expect(second.apps.list().map(({ installation }) => installation.client_name)).toEqual(['emulator-default', 'crm']);
    expect(await callerOf(second).token(app)).toMatch(/^eyJ/);
    expect(second.users.find('someone')).toEqual(user);
    expect(second.users.default).toEqual(first.users.default);
    expect(second.users.add({ loginName: 'another' }).userId).not.toBe(user.userId);
    expect(await jwksOf(second)).toEqual(jwks);
    await expect(jwtVerify(token, createLocalJWKSet(await jwksOf(second)))).resolves.toBeDefined();
    expect(second.tls?.caPem).toBe(caPem);
    const withdrawn = await callerOf(second).token(app);
    await second.tokens.rotateKeys({ keepPrevious: false });
    await second.close();

    const third = await start();
    expect((await jwksOf(third)).keys).toHaveLength(2);
    await expect(jwtVerify(withdrawn, createLocalJWKSet(await jwksOf(third)))).rejects.toThrow();
  });

  test('options go before what was kept', async () => {
    const first = await start();
    const { clientSecret } = first.apps.default;
    await first.close();
    const second = await start({ app: { clientId: 'fixed' }, redirectUris: ['http://localhost:1/'] });
    expect(second.apps.default).toEqual({ clientId: 'fixed', clientSecret });
    expect(second.apps.list().map(({ clientId, installation }) => [clientId, installation.redirect_uris])).toEqual([
      ['fixed', ['http://localhost:1/']],
    ]);
    await second.close();
    const third = await start({ app: { clientSecret: 'other' } });
    expect(third.apps.default).toEqual({ clientId: 'fixed', clientSecret: 'other' });
  });

  test('only this user may read it, and no repository takes it in', async () => {
    const emulator = await start({ tls: true });
    await callerOf(emulator).token();
    expect(readdirSync(data).sort()).toEqual([
      '.gitignore',
      'accounts.json',
      'ca.pem',
      'lock',
      'signing-keys.json',
      'tls.json',
    ]);
    expect(readFileSync(file('.gitignore'), 'utf8')).toBe('*\n');
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    if (process.platform === 'win32') return;
    expect(mode(data)).toBe('700');
    for (const name of readdirSync(data)) expect([name, mode(file(name))]).toEqual([name, '600']);
    await emulator.close();
    chmodSync(data, 0o755);
    chmodSync(file('accounts.json'), 0o644);
    await start();
    expect([mode(data), mode(file('accounts.json'))]).toEqual(['700', '600']);
  });

  test('without the option nothing is written, and the authority lies in a file that goes with the emulator', async () => {
    const emulator = await startEmulator({ tls: true });
    const path = emulator.tls?.caPath ?? '';
    expect(readFileSync(path, 'utf8')).toBe(emulator.tls?.caPem);
    expect(new X509Certificate(readFileSync(path)).ca).toBe(true);
    await emulator.close();
    expect(existsSync(path)).toBe(false);
    expect(existsSync(data)).toBe(false);
  });
});

describe('what is refused', () => {
  test('a folder with anybody else’s files is left alone', async () => {
    mkdirSync(data, { mode: 0o755 });
    writeFileSync(file('thesis.txt'), 'x');
    await expect(start()).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('thesis.txt') as string,
    });
    expect(readdirSync(data)).toEqual(['thesis.txt']);
    expect((statSync(data).mode & 0o777).toString(8)).toBe(process.platform === 'win32' ? '666' : '755');
    await expect(start({ dataDirectory: file('thesis.txt') })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('two emulators do not share a folder, and one that was killed does not block it', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'DATA_IN_USE',
      message: expect.stringContaining(String(process.pid)) as string,
    });
    await first.close();
    for (const stale of ['', '{"pid":', '{"pid":1,"startedAt":"another start"}', '{"pid":4194999,"startedAt":""}']) {
      writeFileSync(file('lock'), stale);
      const next = await start();
      await next.close();
    }
    expect(existsSync(file('lock'))).toBe(false);
  });

  test('a start that fails gives the folder back', async () => {
    const first = await start();
    await expect(startEmulator({ dataDirectory: join(root, 'other'), port: first.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
    await start({ dataDirectory: join(root, 'other') });
  });

  test.each<[string, (text: string) => string]>([
    ['accounts.json', () => ''],
    ['accounts.json', (text) => text.slice(0, -20)],
    ['accounts.json', () => '[]'],
    ['accounts.json', () => '{"accounts":{"12345678":{}}}'],
    ['accounts.json', (text) => text.replace('"clientSecret": "', '"clientSecret": 1, "x": "')],
    ['accounts.json', (text) => text.replace('"client_name"', '"client_nam"')],
    ['signing-keys.json', () => 'x'],
    ['signing-keys.json', () => '{"keys":[{"keyId":"1","appTokenKid":"a","idTokenKid":"b","privateKeyPem":"c"}]}'],
    ['signing-keys.json', (text) => text.replace('"appTokenKid"', '"kid"')],
    ['tls.json', () => '{}'],
    ['tls.json', (text) => text.replaceAll('BEGIN CERTIFICATE', 'BEGIN NOTHING')],
    ['tls.json', (text) => text.replace(/"keyPem": "[^"]*"/, '"keyPem": "x"')],
  ])('a damaged %s is a clear error that names it and quotes nothing of it', async (name, damage) => {
    const emulator = await start({ tls: true });
    await jwksOf(emulator);
    const { clientSecret } = emulator.apps.default;
    await emulator.close();
    writeFileSync(file(name), damage(readFileSync(file(name), 'utf8')));
    const failure = (await start({ tls: true }).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ name: 'EmulatorError', code: 'INVALID_DATA' });
    expect(failure.message).toContain(file(name));
    expect(failure.message).toMatch(/Repair it, or delete it/);
    expect(failure.message).not.toContain(clientSecret.slice(0, 8));
    rmSync(file(name));
    await start({ tls: true });
  });
});

describe('kill -9', () => {
  let compiled: CompiledEmulator;
  beforeAll(() => {
    compiled = compileEmulator();
  });
  afterAll(() => {
    compiled.remove();
  });

  /** Installs apps and rotates keys as fast as it can, and says how far it is sure to be. */
  const SCRIPT = `
    import { startEmulator } from './dist/index.js';
    const emulator = await startEmulator({ dataDirectory: process.argv[2] });
    console.log('ready');
    emulator.tokens.rotateKeys();
    for (let n = 0; ; n += 1) {
      emulator.apps.install({ client_name: process.argv[3] + '-' + n, description: 'x'.repeat(250) });
      process.stdout.write(n + '\\n');
      await new Promise((resolve) => setImmediate(resolve));
    }`;

  test('at any moment leaves what was said to be installed, and nothing half', async () => {
    const rounds = process.env['LPFN_TEST_SOAK'] === '1' ? 25 : 4;
    const expected: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const script = compiled.start(SCRIPT, data, String(round));
      expect(await script.line()).toBe('ready');
      // Not the same moment each time: after some installations, and somewhere inside the next.
      for (let line = 0; line <= round * 3; line += 1) expected.push(`${String(round)}-${(await script.line()) ?? ''}`);
      await new Promise((resolve) => setTimeout(resolve, (round * 7) % 11));
      script.process.kill('SIGKILL');
      await script.ended;
    }
    const emulator = await start();
    const names = emulator.apps.list().map(({ installation }) => installation.client_name);
    expect(expected.filter((name) => !names.includes(name))).toEqual([]);
    expect(readdirSync(data).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect((await jwksOf(emulator)).keys.length).toBeGreaterThan(0);
  });
});
