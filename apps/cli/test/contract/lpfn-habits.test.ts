import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type EmulatedFunction, type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn, startLpfn } from '../lpfn-process.ts';
import { hasTerminals, onTerminal } from '../terminal-session.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js');
const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

describe('flags of every command', () => {
  it.each([
    [['--json', 'profile', 'list']],
    [['profile', '--json', 'list']],
    [['profile', 'list', '--json']],
    [['--quiet', '--json', 'profile', 'list']],
  ])('%j: may stand before the command', async (args) => {
    const { code, stdout } = await lpfn(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  it('before the command are like those behind it, and those behind it win', async () => {
    expect((await lpfn(['--profile', 'nope', 'config'])).code).toBe(3);
    const both = await lpfn(['--profile', 'far', 'config', '--profile', 'near']);
    expect(both.stderr).toContain('"near"');
    expect((await lpfn(['-q', 'profile', 'list'])).stderr).toBe('');
    expect((await lpfn(['profile', 'list'])).stderr).not.toBe('');
  });

  it('are not taken out of the value of another', async () => {
    const { code, stderr } = await lpfn(['invoke', UUID, '--data', '--json']);
    expect(code).toBe(2);
    expect(stderr).toContain('not JSON');
  });
});

describe('mistakes', () => {
  it.each([
    ['a command', ['invok'], 'Did you mean invoke?'],
    ['a command of a group', ['profile', 'lst'], 'Did you mean list?'],
    ['a flag', ['invoke', UUID, '--dat', '1'], 'Did you mean --data?'],
    ['a flag of every command', ['domains', '--jsn'], 'Did you mean --json?'],
    ['a choice', ['invoke', UUID, '--platform', 'v3'], 'Allowed choices are auto, v1, v2'],
  ])('%s mistyped is told from others by exit code 2 and a suggestion', async (_what, args, suggestion) => {
    const plain = await lpfn(args);
    expect({ code: plain.code, stdout: plain.stdout }).toEqual({ code: 2, stdout: '' });
    expect(plain.stderr).toContain(suggestion);
    const json = await lpfn(['--json', ...args]);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 2, stderr: '' });
    const { error } = JSON.parse(json.stdout) as { error: { code: string; message: string; hint?: string } };
    expect(error.code).toBe('USAGE');
    expect(`${error.message} ${error.hint ?? ''}`).toContain(suggestion);
  });

  it('no command at all is one, with and without --json', async () => {
    expect(await lpfn([])).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse((await lpfn(['--json'])).stdout)).toMatchObject({
      ok: false,
      error: { code: 'USAGE', message: 'no command was given' },
    });
    expect(await lpfn(['profile'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('help and version', () => {
  it('need no network, no settings and leave nothing', async () => {
    const folder = await temporaryConfigFolder();
    const env = { LPFN_CONFIG_DIR: join(folder, 'none'), LPFN_PROFILE: 'nope' };
    for (const args of [['--help'], ['help'], ['help', 'invoke'], ['invoke', '--help'], ['profile', 'help', 'add']]) {
      const { code, stdout, stderr } = await lpfn(args, { env });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      expect(stdout).toContain('Usage: lpfn');
    }
    await expect(readFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('version is the same in every spelling', async () => {
    for (const args of [['--version'], ['-V'], ['version'], ['version', '-q']]) {
      expect(await lpfn(args)).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
    }
    expect(JSON.parse((await lpfn(['version', '--json'])).stdout)).toMatchObject({
      ok: true,
      result: { version: '0.1.0', node: process.versions.node },
    });
  });
});

describe('streams', () => {
  let emulator: Emulator;
  let big: EmulatedFunction;
  let env: Record<string, string>;
  beforeAll(async () => {
    emulator = await startEmulator();
    big = emulator.functions.add({ name: 'big', code: "async function lambda() { return 'x\\\\n'.repeat(500000); }" });
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());

  async function inBash(script: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
    return promisify(execFile)('bash', ['--norc', '-c', script], {
      env: {
        PATH: process.env['PATH'],
        NODE: process.execPath,
        MAIN,
        LPFN_CONFIG_DIR: await temporaryConfigFolder(),
        ...env,
      },
    });
  }

  it.each([
    ['an answer of a megabyte', () => `invoke ${big.uuid}`],
    ['a long script', () => 'completion bash'],
    ['help', () => '--help'],
  ])('a reader that stops early, as head does, is no error: %s', async (_what, args) => {
    const script = `"$NODE" "$MAIN" ${args()} | head -c 1 >/dev/null; echo "codes \${PIPESTATUS[*]}"`;
    expect(await inBash(script)).toEqual({ stdout: 'codes 0 0\n', stderr: '' });
  });

  it('a reader that has gone already is none either, nor is a stderr that nobody reads', async () => {
    const gone = `"$NODE" "$MAIN" invoke ${big.uuid} | true; echo "codes \${PIPESTATUS[*]}"`;
    expect(await inBash(gone)).toEqual({ stdout: 'codes 0 0\n', stderr: '' });
    const unheard = `{ "$NODE" "$MAIN" invoke nope-nope --json 2>&1 1>&3 | true; echo "code \${PIPESTATUS[0]}"; } 3>/dev/null`;
    expect((await inBash(unheard)).stdout).toMatch(/^code [26]\n$/);
  });

  it('a disk that is full is one: the answer is lost', async () => {
    const { stdout } = await inBash(
      `"$NODE" "$MAIN" version >/dev/full; echo "code $?"; "$NODE" "$MAIN" config >/dev/full; echo "code $?"`,
    );
    expect(stdout).toBe('code 1\ncode 1\n');
  });

  it('C9: a closed standard input ends the waiting for it', async () => {
    const { stdout, stderr } = await inBash(
      [
        `"$NODE" "$MAIN" invoke ${UUID} --data - <&-; echo "code $?"`,
        '"$NODE" "$MAIN" profile add x <&-; echo "code $?"',
        '"$NODE" "$MAIN" profile add x --account 1 --client-id c --secret-stdin <&-; echo "code $?"',
      ].join('\n'),
    );
    expect(stdout).toBe('code 2\ncode 0\ncode 2\n');
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    ['--data -', ['invoke', UUID, '--data', '-']],
    ['--secret-stdin', ['profile', 'add', 'x', '--account', '1', '--client-id', 'c', '--secret-stdin']],
  ])('SIGINT ends the reading of standard input with 130: %s', async (_what, args) => {
    const child = startLpfn(args, env);
    const said = text(child.stderr!);
    // More than a pipe holds: it is taken only when somebody reads.
    await new Promise((resolve) => child.stdin?.write('1'.repeat(1 << 20), resolve));
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(130);
    expect(await said).toBe('lpfn: interrupted\n');
  });
});

describe('colour', () => {
  it('is nowhere on a pipe, but where it is forced', async () => {
    const plain = await lpfn(['config', '--profile', 'nope']);
    expect(plain.stderr).not.toContain('\u001B[');
    const forced = await lpfn(['config', '--profile', 'nope'], { env: { FORCE_COLOR: '1' } });
    expect(forced.stderr).toContain('\u001B[31mlpfn:');
  });

  it.runIf(hasTerminals)('is on a terminal, unless NO_COLOR or TERM=dumb speak against it', async () => {
    const seen = async (env: Record<string, string>): Promise<boolean> =>
      (
        await onTerminal(['config', '--profile', 'nope'], [], { LPFN_CONFIG_DIR: '/nonexistent', ...env })
      ).screen.includes('\u001B[31m');
    expect(await seen({})).toBe(true);
    expect(await seen({ NO_COLOR: '1' })).toBe(false);
    expect(await seen({ TERM: 'dumb' })).toBe(false);
  });
});

describe.runIf(hasTerminals)('questions on a terminal', () => {
  const SECRET = 'typed-secret-0123456789';

  it('ask for what is missing, and do not show the secret', async () => {
    const folder = await temporaryConfigFolder();
    const { code, screen } = await onTerminal(
      ['profile', 'add', 'typed', '--secret-in', 'file'],
      [
        ['Account id: ', '4711\r'],
        ['Client id: ', 'my-app\r'],
        ['Client secret (not shown; Enter for none): ', `${SECRET}\r`],
      ],
      { LPFN_CONFIG_DIR: folder },
    );
    expect(code).toBe(0);
    expect(screen).not.toContain(SECRET);
    expect(screen).toContain('Profile typed is made');
    const { profiles } = JSON.parse(await readFile(join(folder, 'profiles.json'), 'utf8')) as { profiles: unknown };
    expect(profiles).toEqual({ typed: { accountId: '4711', clientId: 'my-app' } });
    expect(await readFile(join(folder, 'secrets.json'), 'utf8')).toContain(SECRET);
  });

  it('are not asked with --no-input', async () => {
    const folder = await temporaryConfigFolder();
    const { code, screen } = await onTerminal(['profile', 'add', 'x', '--no-input'], [], { LPFN_CONFIG_DIR: folder });
    expect(code).toBe(3);
    expect(screen).not.toContain('Account id:');
  });

  it.each([
    ['Account id: ', [] as const],
    ['Client secret (not shown; Enter for none): ', ['--account', '1', '--client-id', 'c'] as const],
  ])('end with 130 on Ctrl+C, and nothing is kept: %s', async (question, flags) => {
    const folder = await temporaryConfigFolder();
    const env = { LPFN_CONFIG_DIR: folder };
    const { code } = await onTerminal(['profile', 'add', 'x', ...flags], [[question, '\u0003']], env);
    expect(code).toBe(130);
    await expect(readFile(join(folder, 'profiles.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('end with 2 on Ctrl+D', async () => {
    const folder = await temporaryConfigFolder();
    const { code } = await onTerminal(['profile', 'add', 'x'], [['Account id: ', '\u0004']], {
      LPFN_CONFIG_DIR: folder,
    });
    expect(code).toBe(2);
  });
});
