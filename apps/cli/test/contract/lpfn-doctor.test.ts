import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '@lp-functions/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckResult, Stage } from '../../src/doctor/check-result.ts';
import { environmentOf, completeLogin, type LoginSetup, startLogin, startLoginSetup } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

interface Examined {
  readonly code: number | null;
  readonly checks: readonly CheckResult[];
  readonly stdout: string;
  stage(name: Stage): CheckResult;
  /** Stages that failed. */
  readonly failed: readonly string[];
}

async function doctor(env: Readonly<Record<string, string>>, ...flags: string[]): Promise<Examined> {
  const { code, stdout, stderr } = await lpfn(['doctor', '--json', ...flags], { env });
  expect(stderr).toBe('');
  const { ok, result, error } = JSON.parse(stdout) as {
    readonly ok: boolean;
    readonly result?: { readonly checks: readonly CheckResult[] };
    readonly error?: { readonly checks: readonly CheckResult[] };
  };
  expect(ok).toBe(code === 0);
  const { checks } = (result ?? error)!;
  return {
    code,
    checks,
    stdout,
    stage: (name) => checks.find(({ stage }) => stage === name)!,
    failed: checks.filter(({ status }) => status === 'failed').map(({ stage }) => stage),
  };
}

const PAGE = '<!doctype html><html><head><title>Corporate proxy says no</title></head><body>Blocked</body></html>';
const HTML = { headers: { 'content-type': 'text/html' }, body: PAGE };

describe.each(['v1', 'v2'] as const)('lpfn doctor on %s', (platform) => {
  let setup: LoginSetup;
  let emulator: Emulator;
  let env: Readonly<Record<string, string>>;
  let uuid: string;
  let config: string;
  beforeAll(async () => {
    setup = await startLoginSetup({ platform });
    emulator = setup.emulator;
    config = await mkdtemp(join(tmpdir(), 'lpfn-doctor-'));
    env = { ...environmentOf(emulator), LPFN_CONFIG_DIR: config };
    uuid = emulator.functions.add({
      name: 'good',
      eventId: 'good_event',
      code: 'async function lambda() { return 1; }',
    }).uuid;
    emulator.functions.add({ name: 'draft', state: 'Draft', code: 'async function lambda() {}' });
    emulator.functions.add({ name: 'thrower', code: 'async function lambda() { throw new Error("boom"); }' });
  });
  beforeEach(() => {
    emulator.reset();
  });
  afterAll(async () => {
    await emulator.close();
    await rm(config, { recursive: true, force: true });
  });

  it('walks all stages, and changes and runs nothing', async () => {
    const { code, checks, stage } = await doctor(env, '--function', uuid, '--redirect-uri', setup.redirectUri);
    expect(code).toBe(0);
    expect(checks.map(({ stage: name, status }) => `${name} ${status}`)).toEqual([
      'configuration ok',
      'discovery ok',
      'dns ok',
      'tls skipped',
      'clock ok',
      'token ok',
      'login ok',
      'permission ok',
      'gateway ok',
      'function ok',
    ]);
    for (const { tried, saw } of checks) expect(`${tried}${saw}`).not.toBe('');
    expect(stage('configuration').saw).toContain('(LPFN_ACCOUNT_ID)');
    expect(stage('function').saw).toContain('it was not run');
    expect(emulator.functions.get('good')?.invocations).toBe(0);
    expect(emulator.requests.count({ operation: 'invokeByUuid' })).toBe(0);
    // Each thing is asked once.
    expect(emulator.requests.count({ service: 'discovery' })).toBe(1);
    expect(emulator.requests.count({ operation: 'appToken' })).toBe(1);
  });

  it('reads well for people: one stage after the other, trouble on stderr', async () => {
    const good = await lpfn(['doctor'], { env });
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/^ok {7}token {10}asked Sentinel for a token of the app\n {24}a JWT, good for \d+ s$/m);
    expect(good.stdout).toMatch(/^skipped {2}login {10}not tried: /m);
    expect(good.stdout.trimEnd().split('\n').at(-1)).toBe('Nothing stands in the way of a call.');
    const bad = await lpfn(['doctor', '--function', 'draft'], { env });
    expect(bad.code).toBe(6);
    expect(bad.stdout).toContain('FAILED   function ');
    expect(bad.stderr).toContain('lpfn: the first stage to mend is function: draft');
  });

  it('an unregistered redirect URI', async () => {
    const { code, failed, stage } = await doctor(env, '--redirect-uri', 'http://localhost:1/elsewhere');
    expect({ code, failed }).toEqual({ code: 3, failed: ['login'] });
    expect(stage('login').saw).toContain('http://localhost:1/elsewhere is not registered for this app');
    expect(stage('login').advice).toContain('redirect_uris');
  });

  it('a redirect URI that cannot work', async () => {
    const { code, failed } = await doctor(env, '--redirect-uri', 'callback');
    expect({ code, failed }).toEqual({ code: 3, failed: ['login'] });
  });

  it('an app without the grant for logins', async () => {
    const app = emulator.apps.install({
      client_name: `machine ${platform}`,
      grant_types: ['client_credentials'],
      scope: 'faas.lambda.invoke',
      redirect_uris: [setup.redirectUri],
    });
    const { code, failed, stage } = await doctor(
      { ...env, LPFN_CLIENT_ID: app.clientId, LPFN_CLIENT_SECRET: app.clientSecret },
      '--redirect-uri',
      setup.redirectUri,
    );
    expect({ code, failed }).toEqual({ code: 4, failed: ['login'] });
    expect(stage('login').saw).toContain('unauthorized_client');
  });

  it('a wrong secret, told apart from a wrong client id', async () => {
    const secret = await doctor({ ...env, LPFN_CLIENT_SECRET: 'not-the-secret-0815' });
    expect({ code: secret.code, failed: secret.failed }).toEqual({ code: 4, failed: ['token'] });
    expect(secret.stage('token').advice).toMatch(/^So the client secret is wrong/);
    expect(secret.stdout).not.toContain('not-the-secret-0815');
    expect(secret.stage('permission').status).toBe('skipped');
    const client = await doctor({ ...env, LPFN_CLIENT_ID: 'nobody' });
    expect({ code: client.code, failed: client.failed }).toEqual({ code: 4, failed: ['token'] });
    expect(client.stage('token').advice).toMatch(/^The client id is wrong/);
  });

  it('a missing scope', async () => {
    const app = emulator.apps.install({
      client_name: `scopeless ${platform}`,
      grant_types: ['client_credentials'],
      scope: 'msg.consumer',
    });
    const { code, failed, stage } = await doctor({
      ...env,
      LPFN_CLIENT_ID: app.clientId,
      LPFN_CLIENT_SECRET: app.clientSecret,
    });
    expect({ code, failed }).toEqual({ code: 6, failed: ['permission'] });
    expect(stage('permission').saw).toContain('"msg.consumer", without faas.lambda.invoke');
    expect(stage('gateway').status).toBe('ok');
  });

  it('a user without permission', async () => {
    emulator.users.add({ loginName: `nobody-${platform}@example.com`, permissions: [] });
    const own = await mkdtemp(join(tmpdir(), 'lpfn-doctor-user-'));
    const asUser = { ...env, LPFN_CONFIG_DIR: own };
    const run = startLogin(['--redirect-uri', setup.redirectUri], asUser);
    await completeLogin(setup, run, `nobody-${platform}@example.com`);
    expect((await run.end).code).toBe(0);
    const { code, failed, stage } = await doctor(asUser);
    expect({ code, failed }).toEqual({ code: 6, failed: ['permission'] });
    expect(stage('permission').advice).toContain('FaaS-Invocation');
    // The redirect URI of the login is looked at, too.
    expect(stage('login').status).toBe('ok');
    emulator.tokens.revokeAll();
    emulator.faults.add({ operation: 'token', status: 400, body: { error: 'invalid_grant' } });
    const ended = await doctor(asUser);
    // The token that is kept looks good; it is the gateway that knows better.
    expect(ended.code).toBe(4);
    expect(ended.failed).toEqual(['permission']);
    expect(ended.stage('permission').advice).toContain('Log in again');
    await rm(own, { recursive: true, force: true });
  });

  it.each([
    ['discovery', 5, 'discovery'],
    ['sentinel', 4, 'token'],
    ['gateway', 8, 'gateway'],
  ] as const)('a proxy that answers HTML in place of %s', async (service, code, stage) => {
    for (const status of [200, 403, 502]) {
      emulator.reset();
      emulator.faults.add({ service, status, ...HTML });
      const found = await doctor(env);
      expect({ status, code: found.code, failed: found.failed }).toEqual({ status, code, failed: [stage] });
      expect(found.stage(stage).saw).toContain(
        `an HTML page, "Corporate proxy says no", came back with HTTP ${String(status)}`,
      );
      expect(found.stage(stage).advice).toContain('in place of LivePerson');
    }
  });

  it.each([
    [5 * 3_600_000, '5 h behind'],
    [-7 * 60_000, '7 min ahead'],
    [90_000, '90 s behind'],
  ])('a clock that is off by %i ms', async (skewMs, saw) => {
    emulator.faults.add({ headers: { date: new Date(Date.now() + skewMs).toUTCString() } });
    const { code, failed, stage } = await doctor(env);
    expect({ code, failed }).toEqual({ code: 3, failed: ['clock'] });
    expect(stage('clock').saw).toMatch(new RegExp(`${saw.replace(/^\d+/, '\\d+')}$`));
    expect(stage('clock').advice).toContain('NTP');
  });

  it('an undeployed function, and one that is not there', async () => {
    const draft = await doctor(env, '--function', 'draft');
    expect({ code: draft.code, failed: draft.failed }).toEqual({ code: 6, failed: ['function'] });
    expect(draft.stage('function').saw).toContain('not deployed: its state is Draft');
    const none = await doctor(env, '--function', '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55');
    expect({ code: none.code, failed: none.failed }).toEqual({ code: 6, failed: ['function'] });
    expect(none.stage('function').saw).toContain('has no such function');
  });

  it('an event: who listens, and that nobody does', async () => {
    expect((await doctor(env, '--event', 'good_event')).stage('function')).toMatchObject({
      status: 'ok',
      saw: 'a function listens to good_event',
    });
    expect(await doctor(env, '--event', 'nobody_listens')).toMatchObject({ code: 6, failed: ['function'] });
    expect(emulator.functions.get('good')?.invocations).toBe(0);
  });

  it('--invoke runs the function, and only then', async () => {
    const before = emulator.functions.get('good')?.invocations ?? 0;
    expect((await doctor(env, '--function', 'good', '--invoke')).stage('function').saw).toContain('it answered in');
    expect(emulator.functions.get('good')?.invocations).toBe(before + 1);
    expect(await doctor(env, '--function', 'thrower', '--invoke')).toMatchObject({ code: 7, failed: ['function'] });
    expect(await lpfn(['doctor', '--invoke'], { env })).toMatchObject({ code: 2, stdout: '' });
  });

  it('a listing that is not allowed is no failure: apps seldom may', async () => {
    emulator.faults.add({ service: 'listing', status: 403 });
    const { code, stage } = await doctor(env, '--function', 'good');
    expect(code).toBe(0);
    expect(stage('function')).toMatchObject({ status: 'warning', advice: expect.stringContaining('--invoke') });
    const invoked = await doctor(env, '--function', uuid, '--invoke');
    expect(invoked.stage('function').status).toBe('ok');
  });

  it.each([
    ['sentinel', 503, 4, 'token'],
    ['gateway', 503, 8, 'gateway'],
    ['gateway', 429, 8, 'gateway'],
    ['discovery', 503, 5, 'discovery'],
  ] as const)('%s out of order (HTTP %i): nothing is repeated', async (service, status, code, stage) => {
    emulator.faults.add({ service, status });
    const found = await doctor(env);
    expect({ code: found.code, failed: found.failed }).toEqual({ code, failed: [stage] });
    expect(emulator.requests.count({ service })).toBe(1);
  });

  it('a gateway that cuts connections', async () => {
    emulator.faults.add({ service: 'gateway', reset: 'after-read' });
    expect(await doctor(env)).toMatchObject({ code: 8, failed: ['gateway'] });
  });
});

describe('lpfn doctor, before anything is reached', () => {
  const env = {
    LPFN_ACCOUNT_ID: '1',
    LPFN_CLIENT_ID: 'client',
    LPFN_CLIENT_SECRET: 'some-secret-text',
    LPFN_DISCOVERY_URL: 'http://127.0.0.1:1',
  };

  it('nothing is set: only the configuration is looked at', async () => {
    const { code, checks } = await doctor({});
    expect(code).toBe(3);
    expect(checks).toMatchObject([
      { stage: 'configuration', status: 'failed', advice: expect.stringContaining('LPFN_ACCOUNT_ID') },
    ]);
  });

  it('nobody is there', async () => {
    const { code, failed, stage } = await doctor(env);
    expect({ code, failed }).toEqual({ code: 5, failed: ['discovery'] });
    expect(stage('discovery').saw).toContain('ECONNREFUSED');
    expect(stage('token')).toMatchObject({ status: 'skipped', saw: 'the hosts are not known' });
  });

  it('a name that does not exist: discovery and dns both say so', async () => {
    const { code, failed, stage } = await doctor({ ...env, LPFN_DISCOVERY_URL: 'https://api.nowhere.invalid' });
    expect({ code, failed }).toEqual({ code: 5, failed: ['discovery', 'dns', 'tls'] });
    expect(stage('dns').saw).toContain('api.nowhere.invalid (Domain API) was not found');
  });

  it('a discovery URL that is none, and plain http beyond this machine', async () => {
    expect(await doctor({ ...env, LPFN_DISCOVERY_URL: 'nonsense' })).toMatchObject({ code: 3 });
    expect(await doctor({ ...env, LPFN_DISCOVERY_URL: 'http://api.example.com' })).toMatchObject({ code: 3 });
  });

  it('an account that is unknown', async () => {
    const emulator = await startEmulator();
    const found = await doctor({ ...environmentOf(emulator), LPFN_ACCOUNT_ID: '999' });
    await emulator.close();
    expect(found).toMatchObject({ code: 5, failed: ['discovery'] });
    expect(found.stage('discovery').saw).toContain('no account 999');
  });
});

describe('lpfn doctor over TLS, through a proxy', () => {
  let emulator: Emulator;
  let folder: string;
  let env: Record<string, string>;
  let mode: 'pass' | 'refuse' | 'page' = 'pass';
  const sockets = new Set<Socket>();
  const proxy = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'text/html' }).end(PAGE);
  });
  beforeAll(async () => {
    emulator = await startEmulator({ advertise: 'liveperson', tls: true });
    folder = await mkdtemp(join(tmpdir(), 'lpfn-doctor-tls-'));
    await writeFile(join(folder, 'ca.pem'), emulator.tls!.caPem);
    proxy.on('connect', (_request, downstream: Socket) => {
      sockets.add(downstream.on('error', () => downstream.destroy()));
      if (mode === 'refuse') {
        downstream.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      const upstream = connect(emulator.tls!.port, '127.0.0.1', () => {
        downstream.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(downstream).pipe(upstream);
      });
      sockets.add(upstream.on('error', () => upstream.destroy()));
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const port = String((proxy.address() as AddressInfo).port);
    env = {
      LPFN_ACCOUNT_ID: emulator.accountId,
      LPFN_CLIENT_ID: emulator.apps.default.clientId,
      LPFN_CLIENT_SECRET: emulator.apps.default.clientSecret,
      HTTPS_PROXY: `http://someone:proxy-password-1@127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    };
  });
  beforeEach(() => {
    mode = 'pass';
    emulator.reset();
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('says which proxy looks names up, and who signed the certificates', async () => {
    const { code, stage, stdout } = await doctor(env);
    expect(code).toBe(0);
    expect(stage('dns').saw).toContain('api.liveperson.net is looked up by the proxy 127.0.0.1:');
    expect(stage('tls').saw).toMatch(/api\.liveperson\.net speaks TLSv1\.[23], certificate by .*mulator/);
    expect(stdout).not.toContain('proxy-password-1');
  });

  it('a certificate that is not trusted, as behind a proxy that opens TLS: who signed it, and what to set', async () => {
    const { NODE_EXTRA_CA_CERTS: _ca, ...untrusting } = env;
    const { code, failed, stage } = await doctor(untrusting);
    expect({ code, failed }).toEqual({ code: 5, failed: ['discovery', 'tls'] });
    expect(stage('tls').saw).toMatch(/signed by .*mulator.*, is not trusted/);
    expect(stage('tls').advice).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('a proxy that refuses', async () => {
    mode = 'refuse';
    const { code, failed, stage } = await doctor(env);
    expect({ code, failed }).toEqual({ code: 5, failed: ['discovery', 'tls'] });
    expect(stage('discovery').saw).toContain('through the proxy 127.0.0.1:');
    expect(stage('tls').saw).toContain('HTTP 407 of the proxy');
    expect(stage('tls').advice).toContain('user and a password');
  });

  it('a page behind the proxy names the proxy', async () => {
    emulator.faults.add({ service: 'gateway', status: 503, ...HTML });
    const { code, stage } = await doctor(env);
    expect(code).toBe(8);
    expect(stage('gateway').saw).toContain('came back through the proxy 127.0.0.1:');
    expect(stage('gateway').advice).toContain('NO_PROXY');
  });
});
