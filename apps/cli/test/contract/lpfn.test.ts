import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lpfn, startLpfn } from '../lpfn-process.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'functions');

describe('lpfn domains and token', () => {
  let emulator: Emulator;
  let env: Record<string, string>;
  beforeAll(async () => {
    emulator = await startEmulator();
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      LPFN_DISCOVERY_URL: emulator.discoveryUrl,
    };
  });
  afterAll(() => emulator.close());

  it('lists services and hosts, tab separated', async () => {
    const { code, stdout } = await lpfn(['domains'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^faasGW\teuwe1\.fninvocations\.localhost:\d+$/m);
  });

  it('prints one host alone', async () => {
    expect((await lpfn(['domains', 'sentinel'], { env })).stdout).toMatch(/^euwe1\.sentinel\.localhost:\d+\n$/);
    const { stdout } = await lpfn(['domains', 'sentinel', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { origin: expect.stringMatching(/^http:/) } });
  });

  it('needs no client for that', async () => {
    const { LPFN_ACCOUNT_ID, LPFN_DISCOVERY_URL } = env;
    const run = await lpfn(['domains', 'nope'], {
      env: { LPFN_ACCOUNT_ID: LPFN_ACCOUNT_ID!, LPFN_DISCOVERY_URL: LPFN_DISCOVERY_URL! },
    });
    expect(run).toMatchObject({ code: 5, stdout: '' });
    expect(run.stderr).toContain('no service "nope"');
  });

  it('prints a token only with --show', async () => {
    const hidden = await lpfn(['token', '--json'], { env });
    expect(hidden.stdout).not.toContain('eyJ');
    expect(JSON.parse(hidden.stdout)).toMatchObject({
      ok: true,
      result: { tokenType: 'Bearer', lifetimeSeconds: 3600 },
    });
    const { stdout } = await lpfn(['token', '--show'], { env });
    const [, claims] = stdout.split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ aud: emulator.accountId });
  });
});

describe('lpfn emulator', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says in one line when it is ready, and ends with 0 on %s',
    async (signal) => {
      const args = [
        'emulator',
        '--port',
        '0',
        '--functions',
        EXAMPLES,
        '--account',
        '55667788',
        '--platform',
        'v1',
        '--json',
      ];
      const child = startLpfn(args);
      const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
      const ready = JSON.parse(line) as Record<string, unknown>;
      expect(ready).toMatchObject({
        discoveryUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        accountId: '55667788',
        clientId: expect.any(String),
        clientSecret: expect.any(String),
        platform: 'v1',
      });
      expect(ready['functions']).toContainEqual({ uuid: expect.any(String), name: 'echo', eventId: null });
      expect(ready['functions']).toContainEqual({
        uuid: expect.any(String),
        name: 'greet-on-event',
        eventId: 'demo_event',
      });
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );

  it('advertises the real form of the hosts when asked to', async () => {
    const child = startLpfn(['emulator', '--port', '0', '--advertise', 'liveperson', '--json']);
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const { discoveryUrl, accountId } = JSON.parse(line) as { discoveryUrl: string; accountId: string };
    const { stdout } = await lpfn(['domains', 'faasGW'], {
      env: { LPFN_ACCOUNT_ID: accountId, LPFN_DISCOVERY_URL: discoveryUrl },
    });
    expect(stdout).toBe('euwe1.fninvocations.liveperson.net\n');
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it('says which port is in use, with exit code 3', async () => {
    const busy = await startEmulator();
    const run = await lpfn(['emulator', '--port', String(busy.port)]);
    await busy.close();
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(String(busy.port));
  });

  it('says which folder is not there, with exit code 2 or 3', async () => {
    const run = await lpfn(['emulator', '--port', '0', '--functions', '/nonexistent']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('/nonexistent');
  });
});

describe('lpfn', () => {
  it('prints help and version without a network or settings', async () => {
    expect(await lpfn(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
    const help = await lpfn(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Exit codes');
    expect((await lpfn(['invoke', '--help'])).stdout).toContain('Examples');
  });

  it('suggests what a mistyped command may have meant, with exit code 2', async () => {
    const { code, stderr } = await lpfn(['invok']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean invoke?');
    expect(await lpfn([])).toMatchObject({ code: 2, stdout: '' });
  });

  it('works against any server that honours the contract', async () => {
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo;
      const answer = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      const host = `127.0.0.1:${String(port)}`;
      if (request.url?.includes('/baseURI.json')) {
        const entry = (service: string): object => ({ service, account: '1', baseURI: host, extra: true });
        answer(200, { baseURIs: [entry('faasGW'), entry('sentinel')] });
      } else if (request.url?.includes('/app/token')) answer(200, { access_token: 'opaque', expires_in: '60' });
      else if (request.headers.authorization === 'Bearer opaque') answer(202, 'done');
      else answer(401, {});
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const env = {
      LPFN_ACCOUNT_ID: '1',
      LPFN_CLIENT_ID: 'any',
      LPFN_CLIENT_SECRET: 'any-secret',
      LPFN_DISCOVERY_URL: `http://127.0.0.1:${String(port)}`,
    };
    const run = await lpfn(['invoke', '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55'], { env });
    server.closeAllConnections();
    server.close();
    expect(run).toEqual({ code: 0, stdout: '"done"\n', stderr: '' });
  });
});
