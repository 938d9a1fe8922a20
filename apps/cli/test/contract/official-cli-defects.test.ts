import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Runner } from '../../src/command-context.ts';
import { createProgram } from '../../src/program.ts';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { freePort } from '../../../../tools/free-port.mjs';
import { completeLogin, environmentOf, startLogin } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

const UUID = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
let emulator: Emulator;
let env: Readonly<Record<string, string>>;
let folder: string;
const uuids: Record<string, string> = {};
beforeAll(async () => {
  emulator = await startEmulator();
  folder = await mkdtemp(join(tmpdir(), 'lpfn-defects-'));
  env = { ...environmentOf(emulator), LPFN_CONFIG_DIR: join(folder, 'config') };
  const codes = { echo: 'return input.payload;', thrower: 'throw new Error("no");' };
  for (const [name, code] of Object.entries(codes)) {
    uuids[name] = emulator.functions.add({ name, code: `async function lambda(input) { ${code} }` }).uuid;
  }
});
beforeEach(() => {
  emulator.reset();
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every class of failure: what to run, with which settings, after which preparation, and what it ends with. */
const FAILURES: readonly (readonly [
  string,
  readonly string[],
  Readonly<Record<string, string>>,
  () => void,
  number,
])[] = [
  ['an unknown command', ['invok'], {}, () => undefined, 2],
  ['an unknown flag', ['whoami', '--nope'], {}, () => undefined, 2],
  ['an argument too many', ['invoke', UUID, UUID], {}, () => undefined, 2],
  ['a setting that is missing', ['token'], { LPFN_ACCOUNT_ID: '' }, () => undefined, 3],
  ['a setting that cannot work', ['token'], { LPFN_DISCOVERY_URL: 'nonsense' }, () => undefined, 3],
  ['a wrong secret', ['token', '--no-cache'], { LPFN_CLIENT_SECRET: 'not-the-secret' }, () => undefined, 4],
  ['nobody logged in', ['logout'], {}, () => undefined, 4],
  ['an unknown account', ['domains', '--no-cache'], { LPFN_ACCOUNT_ID: '999' }, () => undefined, 5],
  ['a function that is not there', ['invoke', UUID], {}, () => undefined, 6],
  [
    'a missing permission',
    ['invoke', 'thrower'],
    {},
    () => void emulator.faults.add({ service: 'gateway', status: 403 }),
    6,
  ],
  ['a function that fails', ['invoke', 'thrower'], {}, () => undefined, 7],
  [
    'throttling',
    ['invoke', 'echo', '--retries', '0'],
    {},
    () => void emulator.faults.add({ service: 'gateway', status: 429 }),
    8,
  ],
  [
    'a platform out of order',
    ['invoke', 'echo'],
    {},
    () => void emulator.faults.add({ service: 'gateway', status: 503 }),
    8,
  ],
  [
    'no answer in time',
    ['invoke', 'echo', '--timeout', '300ms'],
    {},
    () => void emulator.faults.add({ service: 'gateway', hang: true }),
    9,
  ],
  ['a stage that doctor finds', ['doctor', '--event', 'nobody_listens'], {}, () => undefined, 6],
  ['an app that would be refused', ['app', 'check', '/dev/null'], {}, () => undefined, 3],
];

const argsOf = (args: readonly string[]): readonly string[] => args.map((arg) => uuids[arg] ?? arg);

describe('failures', () => {
  it.each(FAILURES)(
    'C1: %s ends with an exit code of its own, and nothing on stdout',
    async (_what, args, changes, prepare, code) => {
      prepare();
      const run = await lpfn(argsOf(args), { env: { ...env, ...changes } });
      expect(run.code).toBe(code);
      // What doctor prints is its answer: the stages.
      if (args[0] !== 'doctor') expect(run.stdout).toBe('');
      expect(run.stderr).not.toBe('');
      expect(run.stderr).not.toMatch(/TypeError|\bat .*\.js:\d+|\[object Object\]|undefined/);
    },
  );

  it.each(FAILURES)(
    'C3: %s is one JSON object on stdout with --json, and nothing else anywhere',
    async (_what, args, changes, prepare, code) => {
      prepare();
      const run = await lpfn([...argsOf(args), '--json'], { env: { ...env, ...changes } });
      expect(run).toMatchObject({ code, stderr: '' });
      expect(run.stdout.trimEnd()).not.toContain('\n');
      const { ok, error } = JSON.parse(run.stdout) as { ok: boolean; error: Record<string, unknown> };
      expect(ok).toBe(false);
      expect(error).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.stringMatching(/\S/) });
    },
  );

  it('C2: an unknown command or flag ends with 2, and what may have been meant', async () => {
    const run = await lpfn(['inwoke']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('Did you mean invoke?');
    const flag = await lpfn(['whoami', '--jsn']);
    expect(flag).toMatchObject({ code: 2, stdout: '' });
    expect(flag.stderr).toContain('--json');
  });
});

describe('networks', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  async function serve(answer: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => socket.destroy()));
      answer(socket);
    });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return String((server.address() as AddressInfo).port);
  }

  it.each<[string, () => Promise<string>, RegExp]>([
    [
      'a name that does not exist',
      () => Promise.resolve('https://api.nowhere.invalid'),
      /the name api\.nowhere\.invalid was not found/,
    ],
    [
      'a refused connection',
      async () => `http://127.0.0.1:${String(await freePort())}`,
      /no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
    ],
    [
      'a connection that is cut',
      async () => `http://127.0.0.1:${await serve((socket) => socket.once('data', () => socket.resetAndDestroy()))}`,
      /127\.0\.0\.1:\d+/,
    ],
    [
      'a server without TLS',
      async () =>
        `https://127.0.0.1:${await serve((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))}`,
      /TLS handshake/,
    ],
    [
      'what is no HTTP',
      async () => `http://127.0.0.1:${await serve((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')))}`,
      /not readable HTTP/,
    ],
  ])('C4, C5: %s is told as it is, and is no success', async (_what, url, message) => {
    const run = await lpfn(['domains', '--no-cache'], { env: { ...env, LPFN_DISCOVERY_URL: await url() } });
    expect(run).toMatchObject({ code: 5, stdout: '' });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toContain('undefined');
  });

  it.each([
    // A 502 of those that only read would be repeated for half a minute.
    ['discovery', ['domains', '--no-cache'], 200, 5],
    ['sentinel', ['token', '--no-cache'], 200, 4],
    ['gateway', ['invoke', 'echo'], 502, 8],
    ['gateway', ['invoke', 'echo'], 200, 6],
    ['listing', ['functions', 'list'], 200, 6],
  ] as const)(
    'C6: an HTML page of a proxy in place of %s (%j, HTTP %i) is an error with a message',
    async (service, args, status, code) => {
      const page = { headers: { 'content-type': 'text/html' }, body: '<html><h1>Bad gateway</h1></html>' };
      emulator.faults.add({ service, status, ...page });
      const run = await lpfn(argsOf(args), { env });
      expect(run).toMatchObject({ code, stdout: '' });
      expect(run.stderr).toMatch(/^lpfn: .{20,}/);
      expect(run.stderr).toMatch(/proxy|firewall/);
    },
  );
});

describe('secrets', () => {
  it('C8: no flag of any command takes a secret', () => {
    const nothing: Runner = () => Promise.resolve();
    const flags = (command: ReturnType<typeof createProgram>): readonly string[] => [
      ...command.options
        .filter(({ required, optional }) => required || optional)
        .map(({ long }) => `${command.name()} ${long ?? ''}`),
      ...command.commands.flatMap(flags),
    ];
    const taking = flags(createProgram(nothing));
    expect(taking.length).toBeGreaterThan(40);
    expect(
      taking.filter(
        (flag) => /secret|password|token|bearer/i.test(flag.replace(/^token /, '')) && !flag.endsWith('--secret-in'),
      ),
    ).toEqual([]);
  });

  it('C7: tokens are in files of mode 0600 in a folder of mode 0700, and a symlink in place of it is refused', async () => {
    await lpfn(['token'], { env });
    const tokens = join(folder, 'config', 'tokens');
    expect((await stat(tokens)).mode & 0o777).toBe(0o700);
    const names = await readdir(tokens);
    expect(names.some((name) => name.includes('.tokens-'))).toBe(true);
    for (const name of names) expect((await stat(join(tokens, name))).mode & 0o777).toBe(0o600);
    const port = await freePort();
    const redirectUri = `http://localhost:${String(port)}/callback`;
    const own = await startEmulator({ redirectUris: [redirectUri] });
    const link = join(folder, 'link');
    await symlink(tokens, link);
    const run = startLogin(['--redirect-uri', redirectUri, '--store', link], {
      ...environmentOf(own),
      LPFN_CONFIG_DIR: join(folder, 'other'),
    });
    await completeLogin({ emulator: own, redirectUri, port, env: {} }, run);
    const { code, stderr } = await run.end;
    await own.close();
    expect(code).toBe(3);
    expect(stderr).toContain('it is a symlink');
  });
});

describe('proxies', () => {
  it('C11: with HTTPS_PROXY, login and doctor go through it, hop by hop; NO_PROXY is honoured', async () => {
    const port = await freePort();
    const redirectUri = `http://localhost:${String(port)}/callback`;
    const platform = await startEmulator({ advertise: 'liveperson', tls: true, redirectUris: [redirectUri] });
    const tunnels: string[] = [];
    const open = new Set<Socket>();
    const proxy = createHttpServer().on('connect', (request, downstream: Socket) => {
      tunnels.push(request.url ?? '');
      const upstream = connect(platform.tls!.port, '127.0.0.1', () => {
        downstream.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(downstream).pipe(upstream);
      });
      for (const socket of [upstream, downstream]) open.add(socket.on('error', () => socket.destroy()));
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, platform.tls!.caPem);
    const { LPFN_DISCOVERY_URL: _unset, ...credentials } = environmentOf(platform);
    const through = {
      ...credentials,
      HTTPS_PROXY: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
      NODE_EXTRA_CA_CERTS: ca,
      LPFN_CONFIG_DIR: join(folder, 'proxied'),
    };
    const run = startLogin(['--redirect-uri', redirectUri], through);
    await completeLogin({ emulator: platform, redirectUri, port, env: through }, run);
    expect((await run.end).code).toBe(0);
    expect(new Set(tunnels)).toEqual(new Set(['api.liveperson.net:443', 'euwe1.sentinel.liveperson.net:443']));
    tunnels.length = 0;
    expect((await lpfn(['doctor'], { env: through })).code).toBe(0);
    expect(new Set(tunnels)).toEqual(
      new Set([
        'api.liveperson.net:443',
        'euwe1.sentinel.liveperson.net:443',
        'euwe1.fninvocations.liveperson.net:443',
        'euwe1.functions.liveperson.net:443',
      ]),
    );
    tunnels.length = 0;
    const direct = { ...through, NO_PROXY: 'nowhere.invalid', LPFN_DISCOVERY_URL: 'https://api.nowhere.invalid' };
    expect((await lpfn(['domains', '--no-cache'], { env: direct })).code).toBe(5);
    expect(tunnels).toEqual([]);
    for (const socket of open) socket.destroy();
    proxy.close();
    await platform.close();
  });
});
