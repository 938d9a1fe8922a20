import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn, type Run } from '../lpfn-process.ts';

const SECRET = 'top-secret-0123456789';
const CODE = {
  v1: 'function lambda(input, callback) { callback(null, input.payload); }',
  v2: 'async function lambda(input) { return input.payload; }',
};

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await temporaryConfigFolder();
  env = { LPFN_CONFIG_DIR: folder };
});

function run(args: readonly string[], input?: string, changed: Record<string, string> = {}): Promise<Run> {
  return lpfn(args, { env: { ...env, ...changed }, ...(input === undefined ? {} : { input }) });
}

async function profiles(): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, 'profiles.json'), 'utf8'));
}

/** Where there is no D-Bus there is no keychain: what these tests are about is the file. */
const IN_FILE = ['--secret-in', 'file'];

describe('lpfn profile', () => {
  it('add takes flags and a secret from standard input; list, use and remove do what they say', async () => {
    const flags = ['--account', '1', '--client-id', 'app', '--platform', 'v1', '--secret-stdin', ...IN_FILE];
    expect(await run(['profile', 'add', 'one', ...flags], `${SECRET}\n`)).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Profile one is made; it is the current one.\n',
    });
    expect(await run(['profile', 'add', 'two', '--account', '2', '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await run(['profile', 'list'])).toMatchObject({
      code: 0,
      stdout: '*\tone\t1\tapp\tapp\n \ttwo\t2\t-\tapp\n',
    });
    const { stdout } = await run(['profile', 'list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      result: {
        current: 'one',
        profiles: [
          { name: 'one', current: true, accountId: '1', platform: 'v1', userId: null, secret: 'file' },
          { name: 'two', current: false, secret: null },
        ],
      },
    });
    expect(stdout).not.toContain(SECRET);
    expect(await run(['profile', 'use', 'two'])).toMatchObject({
      code: 0,
      stderr: 'two is the current profile now.\n',
    });
    expect(await run(['profile', 'remove', 'one', '--json'])).toMatchObject({
      code: 0,
      stdout: '{"ok":true,"result":{"removed":"one","current":"two"},"requestId":null}\n',
    });
    expect(await profiles()).toEqual({ current: 'two', profiles: { two: { accountId: '2' } } });
    expect(await readFile(join(folder, 'secrets.json'), 'utf8')).not.toContain(SECRET);
  });

  it('add takes what flags do not say from the environment, and changes only what is said', async () => {
    const variables = { LPFN_ACCOUNT_ID: '7', LPFN_CLIENT_ID: 'c', LPFN_CLIENT_SECRET: SECRET };
    await run(['profile', 'add', 'x', ...IN_FILE], undefined, variables);
    await run(['profile', 'add', 'x', '--event-source', 'crm', '--use']);
    expect(await profiles()).toEqual({
      current: 'x',
      profiles: { x: { accountId: '7', clientId: 'c', eventSource: 'crm' } },
    });
    expect(JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8'))).toEqual({
      'c@7 https://api.liveperson.net': { secret: SECRET },
    });
  });

  it('C7: files have mode 0600', async () => {
    await run(['profile', 'add', 'x', '--account', '1', '--client-id', 'c', '--secret-stdin', ...IN_FILE], SECRET);
    for (const file of ['profiles.json', 'secrets.json']) {
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    }
  });

  it.each([
    ['use', 'an unknown profile', 3, 'PROFILE_UNKNOWN', ['use', 'nope']],
    ['remove', 'an unknown profile', 3, 'PROFILE_UNKNOWN', ['remove', 'nope']],
    ['remove', 'a name of every object', 3, 'PROFILE_UNKNOWN', ['remove', 'constructor']],
    ['add', 'no account', 3, 'SETTING_MISSING', ['add', 'x', '--no-input']],
    ['add', 'a name that is none', 2, 'USAGE', ['add', '../x', '--account', '1']],
    ['add', 'a dangerous name', 2, 'USAGE', ['add', '__proto__', '--account', '1']],
    ['add', 'a secret as a flag', 2, 'USAGE', ['add', 'x', '--client-secret', SECRET]],
    ['use', 'no name', 2, 'USAGE', ['use']],
    ['use', 'two names', 2, 'USAGE', ['use', 'a', 'b']],
  ])('%s answers %s with exit code %i and %s', async (_command, _what, code, errorCode, args) => {
    const failed = await run(['profile', ...args]);
    expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code, stdout: '' });
    expect(failed.stderr).not.toContain('    at ');
    const json = await run(['profile', ...args, '--json']);
    expect(json.code).toBe(code);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: errorCode } });
  });

  it('C9: with standard input closed nothing is asked, and what is missing is named at once', async () => {
    const closed = await run(['profile', 'add', 'x'], '');
    expect(closed).toMatchObject({ code: 3, stdout: '' });
    expect(closed.stderr).toBe(
      'lpfn: The account id is not set\n' +
        '  → Set --account, or LPFN_ACCOUNT_ID. To try without an account, run "lpfn emulator" in another terminal.\n',
    );
    const empty = await run(['profile', 'add', 'x', '--account', '1', '--client-id', 'c', '--secret-stdin'], '');
    expect(empty).toMatchObject({ code: 2, stdout: '' });
    expect(empty.stderr).toContain('nothing on standard input');
  });

  it('keeps the secret while another profile is of the same app', async () => {
    const app = ['--account', '1', '--client-id', 'c'];
    await run(['profile', 'add', 'a', ...app, '--secret-stdin', ...IN_FILE], SECRET);
    await run(['profile', 'add', 'b', ...app]);
    await run(['profile', 'remove', 'a']);
    expect(JSON.parse((await run(['profile', 'list', '--json'])).stdout)).toMatchObject({
      result: { profiles: [{ name: 'b', secret: 'file' }] },
    });
  });

  it('does not remove the profile of a user who is logged in, unless forced to', async () => {
    const user = { accountId: '1', clientId: 'c', auth: 'user', subject: 'ada' };
    await run(['profile', 'add', 'a', '--account', '1']);
    await writeFile(join(folder, 'profiles.json'), JSON.stringify({ current: 'a', profiles: { a: user } }));
    const refused = await run(['profile', 'remove', 'a']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('lpfn logout --profile a');
    expect((await run(['profile', 'remove', 'a', '--force'])).code).toBe(0);
  });

  it.each(['', '{', '[]', '{"profiles":[]}', '{"profiles":{"a":{"accountId":5}}}'])(
    'a file that holds %j is named, and left as it is',
    async (content) => {
      await run(['profile', 'add', 'a', '--account', '1']);
      const path = join(folder, 'profiles.json');
      await writeFile(path, content);
      for (const args of [['profile', 'list'], ['profile', 'add', 'b', '--account', '2'], ['domains']]) {
        const failed = await run(args);
        expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code: 3, stdout: '' });
        expect(failed.stderr).toContain(path);
      }
      expect(await readFile(path, 'utf8')).toBe(content);
    },
  );

  it('ten that are added at once are all there', async () => {
    const names = Array.from({ length: 10 }, (_, n) => `p${String(n)}`);
    const runs = await Promise.all(names.map((name) => run(['profile', 'add', name, '--account', '1'])));
    expect(runs.map(({ code }) => code)).toEqual(names.map(() => 0));
    const kept = (await profiles()) as { profiles: object };
    expect(Object.keys(kept.profiles).sort()).toEqual(names);
  });
});

describe('lpfn config', () => {
  it('shows each value and where it came from; no secret, and no password of a proxy', async () => {
    await run(['profile', 'add', 'p', '--account', '1', '--client-id', 'c', '--secret-stdin', ...IN_FILE], SECRET);
    const changed = { LPFN_DISCOVERY_URL: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://me:pa55@proxy:3128' };
    const shown = await run(['config', '--platform', 'v2'], undefined, changed);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'profile\tp\tcurrent',
        `folder\t${folder}\t`,
        'accountId\t1\tprofile p',
        'discoveryUrl\thttp://127.0.0.1:1\tLPFN_DISCOVERY_URL',
        'platform\tv2\t--platform',
        'eventSource\tlpfn\tdefault',
        'userId\t-\tunset',
        // Kept for another server, so it is not this one's.
        'clientSecret\t-\tunset',
        'httpsProxy\thttp://[secret]@proxy:3128\tenvironment',
      ]),
    );
    const json = await run(['--json', 'config'], undefined, { LPFN_CLIENT_SECRET: SECRET });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      result: {
        folder,
        profile: { name: 'p', origin: 'current', exists: true },
        settings: expect.arrayContaining([
          { name: 'accountId', value: '1', origin: 'profile', from: 'profile p' },
          { name: 'userId', value: null, origin: 'unset', from: null },
          { name: 'clientSecret', value: '[secret]', origin: 'environment', from: 'LPFN_CLIENT_SECRET' },
        ]) as unknown,
      },
    });
    expect(shown.stdout + json.stdout).not.toMatch(new RegExp(`${SECRET}|pa55`));
  });

  it('answers an unknown profile with exit code 3', async () => {
    expect(await run(['config', '--profile', 'nope'])).toMatchObject({ code: 3, stdout: '' });
    const json = await run(['config', '--json'], undefined, { LPFN_PROFILE: 'nope' });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: 'PROFILE_UNKNOWN' } });
  });
});

describe.each(['v1', 'v2'] as const)('a profile, on %s', (platform) => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({ platform });
  });
  afterAll(() => emulator.close());

  it('is all that an invocation needs', async () => {
    const { clientId, clientSecret } = emulator.apps.default;
    const echo = emulator.functions.add({ name: 'echo', code: CODE[platform] });
    const settings = ['--account', emulator.accountId, '--client-id', clientId, '--event-source', 'my crm'];
    const flags = [...settings, '--discovery-url', emulator.discoveryUrl, '--secret-stdin', ...IN_FILE];
    expect((await run(['profile', 'add', 'emu', ...flags], clientSecret)).code).toBe(0);
    expect(await run(['--profile', 'emu', 'invoke', echo.uuid, '--data', '7'])).toEqual({
      code: 0,
      stdout: '7\n',
      stderr: '',
    });
    const [request] = emulator.requests.list({ service: 'gateway' });
    const source = new URL(request!.url, 'http://gateway').searchParams.get('externalSystem');
    expect(source ?? request!.headers['lp-eventsource']).toBe('my crm');
    expect(await run(['invoke', echo.uuid, '--profile', 'nope'])).toMatchObject({ code: 3 });
  });
});
