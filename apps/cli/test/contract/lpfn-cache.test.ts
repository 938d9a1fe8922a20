import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type EmulatedFunction, type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryConfigFolder } from '../config-folder.ts';
import { lpfn } from '../lpfn-process.ts';

const RUNS_AT_ONCE = process.env['LPFN_TEST_SOAK'] === '1' ? 50 : 12;

/** The files below a folder of one kind, by content. */
async function filesIn(...path: readonly string[]): Promise<readonly string[]> {
  const folder = join(...path);
  return (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
}

describe.each(['v1', 'v2'] as const)('what lpfn keeps between runs, on %s', (platform) => {
  let emulator: Emulator;
  let echo: EmulatedFunction;
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    emulator = await startEmulator({ platform });
    const code =
      platform === 'v1'
        ? 'function lambda(input, callback) { callback(null, input.payload); }'
        : 'async function lambda(input) { return input.payload; }';
    echo = emulator.functions.add({ name: 'echo', code });
  });
  afterAll(() => emulator.close());
  beforeEach(async () => {
    emulator.reset();
    folder = await temporaryConfigFolder();
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
      LPFN_CONFIG_DIR: folder,
    };
  });

  /** Invokes, and tells which services were asked for it. */
  async function invoked(
    flags: readonly string[] = [],
    changed: Record<string, string> = {},
  ): Promise<readonly string[]> {
    const before = emulator.requests.count();
    const run = await lpfn(['invoke', echo.uuid, '--data', '1', ...flags], { env: { ...env, ...changed } });
    expect(run).toEqual({ code: 0, stdout: '1\n', stderr: '' });
    return emulator.requests
      .list()
      .slice(before)
      .map(({ service }) => service);
  }

  it('with a token at hand no secret is needed; without one, it is told that it is missing', async () => {
    expect(await invoked()).toContain('sentinel');
    expect(await invoked([], { LPFN_CLIENT_SECRET: '' })).toEqual(['gateway']);
    emulator.tokens.revokeAll();
    const run = await lpfn(['invoke', echo.uuid, '--json'], { env: { ...env, LPFN_CLIENT_SECRET: '' } });
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({
      error: { code: 'SETTING_MISSING', message: 'The client secret is not set', executed: 'no' },
    });
  });

  it('a second invoke is one HTTP request', async () => {
    expect(await invoked()).toEqual(['discovery', 'sentinel', 'gateway']);
    expect(await invoked()).toEqual(['gateway']);
  });

  it('--no-cache uses nothing and leaves nothing', async () => {
    expect(await invoked(['--no-cache'])).toEqual(['discovery', 'sentinel', 'gateway']);
    expect(await readdir(folder)).toEqual([]);
    await invoked();
    expect(await invoked(['--no-cache'])).toEqual(['discovery', 'sentinel', 'gateway']);
  });

  it('C7: only its owner can read it, and no secret is in a name', async () => {
    await invoked();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const below of ['tokens', 'hosts']) {
      expect((await stat(join(folder, below))).mode & 0o777).toBe(0o700);
      const files = await readdir(join(folder, below));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        expect((await stat(join(folder, below, file))).mode & 0o777).toBe(0o600);
        expect(await readFile(join(folder, below, file), 'utf8')).not.toContain(env['LPFN_CLIENT_SECRET']);
      }
    }
  });

  it('C10: no account, app or server gets what another left', async () => {
    await invoked();
    const other = emulator.accounts.add({ accountId: '99887766' });
    const asOther = await lpfn(['invoke', echo.uuid], { env: { ...env, LPFN_ACCOUNT_ID: '99887766' } });
    // It is not installed there: what matters is that it asked for itself.
    expect(asOther.code).not.toBe(0);
    expect(emulator.requests.list({ service: 'discovery' }).map(({ accountId }) => accountId)).toContain('99887766');
    const wrong = await lpfn(['invoke', echo.uuid], { env: { ...env, LPFN_CLIENT_ID: 'another-client' } });
    expect(wrong.code).toBe(4);
    expect(other.accountId).toBe('99887766');
  });

  it('a token that was refused is renewed, and the new one kept', async () => {
    await invoked();
    emulator.tokens.revokeAll();
    expect(await invoked()).toEqual(['gateway', 'sentinel', 'gateway']);
    expect(await invoked()).toEqual(['gateway']);
  });

  it('a gateway that has moved is found in the same run', async () => {
    await invoked();
    const [file = ''] = await filesIn(folder, 'hosts');
    const hosts = JSON.parse(await readFile(file, 'utf8')) as { fetchedAtMs: number; domains: Entry[] };
    const closed = await closedPort();
    const moved = hosts.domains.map((entry) =>
      entry.service === 'faasGW' ? { ...entry, domain: entry.domain.replace(/\d+$/, String(closed)) } : entry,
    );
    await writeFile(file, JSON.stringify({ fetchedAtMs: hosts.fetchedAtMs - 60_000, domains: moved }));
    expect(await invoked()).toEqual(['discovery', 'gateway']);
    expect(await invoked()).toEqual(['gateway']);
  });

  it('hosts of a run that failed are asked for anew by the next', async () => {
    await invoked();
    emulator.faults.add({ service: 'gateway', status: 404, times: 1 });
    expect((await lpfn(['invoke', echo.uuid], { env })).code).toBe(6);
    expect(await invoked()).toEqual(['discovery', 'gateway']);
  });

  it('hosts are asked for again after ten minutes', async () => {
    await invoked();
    const [file = ''] = await filesIn(folder, 'hosts');
    const hosts = JSON.parse(await readFile(file, 'utf8')) as { fetchedAtMs: number };
    await writeFile(file, JSON.stringify({ ...hosts, fetchedAtMs: hosts.fetchedAtMs - 600_000 }));
    expect(await invoked()).toEqual(['discovery', 'gateway']);
  });

  it.each(['', '{', 'null', '{"domains":1}'])('files that hold %j are set aside, not fatal', async (content) => {
    await invoked();
    const files = [...(await filesIn(folder, 'hosts')), ...(await filesIn(folder, 'tokens'))];
    expect(files).toHaveLength(2);
    for (const file of files) await writeFile(file, content);
    expect(await invoked()).toEqual(['discovery', 'sentinel', 'gateway']);
    expect(await invoked()).toEqual(['gateway']);
  });

  it(`${String(RUNS_AT_ONCE)} runs at once ask for one token`, async () => {
    const runs = Array.from({ length: RUNS_AT_ONCE }, (_, n) =>
      lpfn(['invoke', echo.uuid, '--data', String(n)], { env }),
    );
    const answers = await Promise.all(runs);
    expect(answers.map(({ stdout }) => stdout)).toEqual(runs.map((_, n) => `${String(n)}\n`));
    expect(emulator.requests.count({ service: 'sentinel' })).toBe(1);
  }, 120_000);

  it('a folder that others can read is refused, and said so', async () => {
    const { chmod } = await import('node:fs/promises');
    await invoked();
    await chmod(folder, 0o755);
    const run = await lpfn(['profile', 'add', 'x', '--account', '1'], { env });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('mode 755');
  });
});

interface Entry {
  readonly service: string;
  readonly domain: string;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
