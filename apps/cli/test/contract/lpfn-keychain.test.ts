import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmulatedFunction, type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn, startLpfn } from '../lpfn-process.ts';

const SECRET = 'kept-in-keychain-0123456789';
const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
const [dbusRunSession, gnomeKeyring] = [inject('dbusRunSession'), inject('gnomeKeyring')];

let emulator: Emulator;
let echo: EmulatedFunction;
let folder: string;
let home: string;
beforeAll(async () => {
  emulator = await startEmulator({ app: { clientId: 'keychain-app', clientSecret: SECRET } });
  echo = emulator.functions.add({ name: 'echo', code: 'async function lambda(input) { return input.payload; }' });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  emulator.reset();
  folder = await temporaryConfigFolder();
  home = await temporaryConfigFolder();
});

const ADD =
  'lpfn profile add kc --account "$ACCOUNT" --client-id keychain-app --discovery-url "$SERVER" --secret-stdin';
const UNLOCKED = 'printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null';
const LOCKED = 'gnome-keyring-daemon --start --components=secrets >/dev/null';

/** Runs lines of a shell in a session with a D-Bus and a keychain of its own. */
async function inSession(...lines: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const script = ['set -u', 'lpfn() { "$NODE" "$MAIN" "$@"; }', ...lines].join('\n');
  return promisify(execFile)(dbusRunSession ?? '', ['--', 'bash', '--norc', '-c', script], {
    timeout: 60_000,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_RUNTIME_DIR: home,
      NODE: process.execPath,
      MAIN,
      SECRET,
      ACCOUNT: emulator.accountId,
      SERVER: emulator.discoveryUrl,
      ECHO: echo.uuid,
      LPFN_CONFIG_DIR: folder,
    },
  });
}

const index = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8'));

describe.skipIf(dbusRunSession === undefined || gnomeKeyring === undefined)('the system keychain', () => {
  it('keeps the secret; the next run takes it from there; nothing of it is in a file', async () => {
    const { stdout } = await inSession(
      UNLOCKED,
      `printf %s "$SECRET" | ${ADD} --json`,
      'lpfn invoke "$ECHO" --data 1',
      'lpfn config',
      `lpfn profile remove kc --json`,
      'lpfn profile list --json',
    );
    const [added, invoked, ...rest] = stdout.split('\n');
    expect(JSON.parse(added ?? '')).toMatchObject({ ok: true, result: { name: 'kc', secret: 'keychain' } });
    expect(invoked).toBe('1');
    expect(rest).toContain('clientSecret\t[secret]\tkeychain');
    expect(stdout).not.toContain(SECRET);
    expect(await index()).toEqual({});
  });

  it('is found again by the next session, and changed to a file when that is asked for', async () => {
    await inSession(UNLOCKED, `printf %s "$SECRET" | ${ADD}`);
    expect(Object.values((await index()) as object)).toEqual([{ keychain: true }]);
    const { stdout } = await inSession(
      UNLOCKED,
      'lpfn invoke "$ECHO" --data 2',
      `printf %s "$SECRET" | ${ADD} --secret-in file`,
      'lpfn invoke "$ECHO" --data 3 --no-cache',
    );
    expect(stdout).toBe('2\n3\n');
    expect(Object.values((await index()) as object)).toEqual([{ secret: SECRET }]);
  });

  it('locked, it fails in time and says what to do; a token at hand needs no secret', async () => {
    await inSession(UNLOCKED, `printf %s "$SECRET" | ${ADD}`, 'lpfn invoke "$ECHO"');
    const { stdout, stderr } = await inSession(
      LOCKED,
      'lpfn invoke "$ECHO" --data 4; echo "code $?"',
      'lpfn invoke "$ECHO" --no-cache; echo "code $?"',
      'lpfn invoke "$ECHO" --no-cache --json; echo "code $?"',
    );
    const [cached, cachedCode, code, json, jsonCode] = stdout.split('\n');
    expect([cached, cachedCode, code, jsonCode]).toEqual(['4', 'code 0', 'code 3', 'code 3']);
    expect(JSON.parse(json ?? '')).toMatchObject({ ok: false, error: { code: 'STORE_FAILED' } });
    expect(stderr).toContain('the client secret could not be read from the system keychain');
    expect(stderr).toContain('→ Unlock the keychain; or set LPFN_CLIENT_SECRET');
  });

  it('locked, it is passed over for a file, with a notice', async () => {
    const { stdout, stderr } = await inSession(LOCKED, `printf %s "$SECRET" | ${ADD} --json`);
    expect(JSON.parse(stdout)).toMatchObject({ result: { secret: 'file' } });
    expect(stderr).toContain('The system keychain cannot be used');
    expect(stderr).toContain(join(folder, 'secrets.json'));
  });

  it('emptied by somebody else, it is said to be', async () => {
    await inSession(UNLOCKED, `printf %s "$SECRET" | ${ADD}`);
    home = await temporaryConfigFolder();
    const { stdout, stderr } = await inSession(UNLOCKED, 'lpfn invoke "$ECHO"; echo "code $?"');
    expect(stdout).toBe('code 3\n');
    expect(stderr).toContain('it has been removed from there');
  });
});

describe.runIf(process.platform === 'linux')('without a keychain', () => {
  const flags = (): readonly string[] => ['--account', emulator.accountId, '--discovery-url', emulator.discoveryUrl];
  const add = (env: Record<string, string>): ReturnType<typeof lpfn> =>
    lpfn(['profile', 'add', 'x', ...flags(), '--client-id', 'keychain-app', '--secret-stdin', '--json'], {
      env: { LPFN_CONFIG_DIR: folder, ...env },
      input: SECRET,
    });

  it('the secret goes to a file that only its owner can read, with a notice, also when D-Bus is not there', async () => {
    const { code, stdout, stderr } = await add({});
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { secret: 'file' } });
    expect(stderr).toContain('The system keychain cannot be used');
    expect(stderr).toContain('which only you can read');
    const run = await lpfn(['invoke', echo.uuid, '--data', '5'], { env: { LPFN_CONFIG_DIR: folder } });
    expect(run).toEqual({ code: 0, stdout: '5\n', stderr: '' });
  });

  it('a D-Bus that says nothing is not waited for, neither to write nor to read', async () => {
    const path = join(folder, 'bus');
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await once(silent.listen(path), 'listening');
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`, LPFN_CONFIG_DIR: folder };
    try {
      const { code, stdout, stderr } = await add(env);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ result: { secret: 'file' } });
      expect(stderr).toContain('it did not answer within 3 s; it may be locked');
      const key = `keychain-app@${emulator.accountId} ${emulator.discoveryUrl}`;
      await writeFile(join(folder, 'secrets.json'), JSON.stringify({ [key]: { keychain: true } }));
      const read = await lpfn(['invoke', echo.uuid], { env });
      expect(read).toMatchObject({ code: 3, stdout: '' });
      expect(read.stderr).toContain('it did not answer within 3 s');
      expect(sockets.size).toBeGreaterThanOrEqual(2);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  }, 40_000);

  it('SIGINT ends the waiting for one, and the secret goes nowhere', async () => {
    const path = join(folder, 'bus');
    const silent = createServer((socket) => socket.on('error', () => undefined));
    await once(silent.listen(path), 'listening');
    try {
      const args = ['profile', 'add', 'x', ...flags(), '--client-id', 'keychain-app', '--secret-stdin'];
      const child = startLpfn(args, { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`, LPFN_CONFIG_DIR: folder });
      child.stdin?.end(SECRET);
      const [socket] = (await once(silent, 'connection')) as [Socket];
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      socket.destroy();
      await expect(readFile(join(folder, 'secrets.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    } finally {
      silent.close();
    }
  });
});
