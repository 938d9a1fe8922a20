import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completeLogin, environmentOf, type LoginSetup, startLogin, startLoginSetup } from '../login-driver.ts';
import { lpfn, type Run } from '../lpfn-process.ts';

const ECHO = {
  v1: 'function lambda(input, callback) { callback(null, input.payload); }',
  v2: 'async function lambda(input) { return input.payload; }',
};

describe.each(['v1', 'v2'] as const)('whoami, token and logout on %s', (platform) => {
  let setup: LoginSetup;
  let config: string;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    setup = await startLoginSetup({ platform });
  });
  beforeEach(async () => {
    setup.emulator.reset();
    config = await mkdtemp(join(tmpdir(), 'lpfn-identity-'));
    env = { ...environmentOf(setup.emulator), LPFN_CONFIG_DIR: config };
    return () => rm(config, { recursive: true, force: true });
  });
  afterAll(() => setup.emulator.close());

  async function logIn(): Promise<{ readonly accessToken: string; readonly refreshToken: string }> {
    const run = startLogin(['--redirect-uri', setup.redirectUri], env);
    await completeLogin(setup, run);
    expect((await run.end).code).toBe(0);
    const [exchange] = setup.emulator.requests.list({ operation: 'token' }).slice(-1);
    const granted = JSON.parse(exchange!.responseBody!) as Record<'access_token' | 'refresh_token', string>;
    setup.emulator.requests.clear();
    return { accessToken: granted.access_token, refreshToken: granted.refresh_token };
  }
  const json = (run: Run): unknown => JSON.parse(run.stdout);

  it('a login is good without the secret, until it has to be renewed', async () => {
    await logIn();
    const without = { ...env, LPFN_CLIENT_SECRET: '' };
    expect(await lpfn(['token', '--json'], { env: without })).toMatchObject({ code: 0 });
    const doctor = await lpfn(['doctor'], { env: without });
    expect(doctor).toMatchObject({ code: 0, stdout: expect.stringContaining('its secret from nowhere') });
    expect(doctor.stdout).toContain('to renew it, the client secret has to be set');
    setup.emulator.functions.add({ name: 'echo', code: ECHO[platform] });
    expect(await lpfn(['invoke', 'echo', '--data', '1'], { env: without })).toMatchObject({ code: 0, stdout: '1\n' });
    setup.emulator.tokens.revokeAll();
    const run = await lpfn(['invoke', '--event', 'any', '--json'], { env: without });
    expect(run.code).toBe(3);
    expect(json(run)).toMatchObject({ error: { code: 'SETTING_MISSING' } });
  });

  describe('as the app', () => {
    it('whoami tells account and app, where they come from, and that no token is kept; it asks for none', async () => {
      const run = await lpfn(['whoami', '--json'], { env });
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(json(run)).toEqual({
        ok: true,
        requestId: null,
        result: {
          kind: 'app',
          accountId: setup.emulator.accountId,
          clientId: env['LPFN_CLIENT_ID'],
          user: null,
          token: null,
          profile: 'default',
          discoveryUrl: setup.emulator.discoveryUrl,
          store: join(config, 'tokens'),
          from: {
            accountId: 'LPFN_ACCOUNT_ID',
            clientId: 'LPFN_CLIENT_ID',
            discoveryUrl: 'LPFN_DISCOVERY_URL',
            clientSecret: 'environment',
          },
        },
      });
      expect(setup.emulator.requests.count({ service: 'sentinel' })).toBe(0);
    });

    it('token is kept for the next command, and whoami tells how long it lives', async () => {
      const shown = (await lpfn(['token', '--show'], { env })).stdout.trim();
      expect((await lpfn(['token', '--show'], { env })).stdout.trim()).toBe(shown);
      expect(setup.emulator.requests.count({ operation: 'appToken' })).toBe(1);
      const { stdout } = await lpfn(['whoami'], { env });
      expect(stdout).toMatch(/^token\tgood for 3[56]\d\d s, renewed when needed$/m);
      expect(stdout).not.toContain(shown);
    });

    it('token --decode shows header and claims, and claims nothing of its own', async () => {
      const run = await lpfn(['token', '--decode', '--json'], { env });
      expect(run.code).toBe(0);
      expect(json(run)).toMatchObject({
        result: {
          kind: 'app',
          lifetimeSeconds: 3600,
          verified: false,
          decoded: {
            accessToken: {
              header: { alg: 'RS256' },
              claims: { aud: setup.emulator.accountId, scope: 'faas.lambda.invoke' },
            },
            idToken: null,
          },
        },
      });
      const text = await lpfn(['token', '--decode'], { env });
      expect(text.stderr).toContain('Decoded, not verified');
      expect(JSON.parse(text.stdout)).toHaveProperty('claims.iss', 'Sentinel');
    });

    it('token --verify checks the signature: 0 if it is good, 4 if its key is gone', async () => {
      const good = await lpfn(['token', '--verify', '--json'], { env });
      expect(json(good)).toMatchObject({ ok: true, result: { verified: true } });
      await setup.emulator.tokens.rotateKeys({ keepPrevious: false });
      const bad = await lpfn(['token', '--verify'], { env });
      expect(bad).toMatchObject({ code: 4, stdout: '' });
      expect(bad.stderr).toContain('KEY_UNAVAILABLE');
    });

    it('token --show goes alone: exit code 2', async () => {
      expect(await lpfn(['token', '--show', '--decode'], { env })).toMatchObject({ code: 2, stdout: '' });
    });

    it('logout has nobody to log out: exit code 4, with what to do', async () => {
      const run = await lpfn(['logout', '--json'], { env });
      expect(run.code).toBe(4);
      expect(json(run)).toMatchObject({
        ok: false,
        error: { code: 'NOT_LOGGED_IN', hint: expect.stringContaining('lpfn login') },
      });
    });

    it('a wrong secret is refused with 4, everywhere', async () => {
      const wrong = { ...env, LPFN_CLIENT_SECRET: 'wrong-secret-text' };
      const run = await lpfn(['token'], { env: wrong });
      expect(run).toMatchObject({ code: 4, stdout: '' });
      expect(run.stderr).toContain('Asking Sentinel for a token for account');
      expect(run.stderr).not.toContain('wrong-secret-text');
    });
  });

  describe('as a user', () => {
    it('whoami tells who it is from what is kept, without a request', async () => {
      const { accessToken } = await logIn();
      const run = await lpfn(['whoami', '--json'], { env });
      expect(json(run)).toMatchObject({
        result: {
          kind: 'user',
          user: {
            subject: setup.emulator.users.default.userId,
            isAdmin: false,
            isLivePersonStaff: false,
            loginRequired: false,
          },
          token: { lifetimeSeconds: 28_800, renewable: true },
        },
      });
      expect(run.stdout).not.toContain(accessToken);
      expect(setup.emulator.requests.count()).toBe(0);
      expect((await lpfn(['whoami'], { env })).stdout).toContain(`user\t${setup.emulator.users.default.userId}\n`);
    });

    it('--auth app speaks as the app again', async () => {
      await logIn();
      expect(json(await lpfn(['whoami', '--auth', 'app', '--json'], { env }))).toMatchObject({
        result: { kind: 'app' },
      });
    });

    it('token shows the access token of the user, decodes the ID token, and verifies it', async () => {
      const { accessToken } = await logIn();
      expect((await lpfn(['token', '--show'], { env })).stdout).toBe(`${accessToken}\n`);
      const decoded = await lpfn(['token', '--decode', '--json'], { env });
      expect(json(decoded)).toMatchObject({
        result: { decoded: { accessToken: null, idToken: { claims: { sub: setup.emulator.users.default.userId } } } },
      });
      expect(json(await lpfn(['token', '--verify', '--json'], { env }))).toMatchObject({ result: { verified: true } });
    });

    it('logout revokes both tokens, removes them, and the profile speaks as the app again', async () => {
      const { accessToken, refreshToken } = await logIn();
      const run = await lpfn(['logout', '--json'], { env });
      expect(run.code).toBe(0);
      expect(json(run)).toMatchObject({ ok: true, result: { revoked: true, removed: true, profile: 'default' } });
      const revoked = setup.emulator.requests
        .list({ operation: 'revoke' })
        .map(({ body }) => new URLSearchParams(body).get('token'));
      expect(revoked).toEqual([refreshToken, accessToken]);
      for (const name of await readdir(join(config, 'tokens'))) {
        const content = await readFile(join(config, 'tokens', name), 'utf8');
        expect(content).not.toContain(accessToken);
        expect(content).not.toContain(refreshToken);
      }
      expect(json(await lpfn(['whoami', '--json'], { env }))).toMatchObject({ result: { kind: 'app' } });
      expect((await lpfn(['logout'], { env })).code).toBe(4);
    });

    it('logout --local removes them here only', async () => {
      await logIn();
      const run = await lpfn(['logout', '--local'], { env });
      expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('They were not revoked.') });
      expect(setup.emulator.requests.count({ operation: 'revoke' })).toBe(0);
    });

    it.each([
      [
        'Sentinel is out of order',
        (): void => void setup.emulator.faults.add({ operation: 'revoke', status: 400, body: {} }),
        {},
      ],
      ['nothing can be reached', (): void => undefined, { LPFN_DISCOVERY_URL: 'http://127.0.0.1:1' }],
      ['the secret is not there any more', (): void => undefined, { LPFN_CLIENT_SECRET: '' }],
    ])(
      'logout removes them even if %s, and says that they were not revoked: exit code 4',
      async (_what, prepare, changes) => {
        const { refreshToken } = await logIn();
        prepare();
        const run = await lpfn(['logout'], { env: { ...env, ...changes } });
        expect(run).toMatchObject({ code: 4, stdout: '' });
        expect(run.stderr).toContain('are removed from this machine, but Sentinel did not revoke them');
        for (const name of await readdir(join(config, 'tokens'))) {
          expect(await readFile(join(config, 'tokens', name), 'utf8')).not.toContain(refreshToken);
        }
        setup.emulator.reset();
        expect(json(await lpfn(['whoami', '--json'], { env }))).toMatchObject({ result: { kind: 'app' } });
      },
    );

    it('a refused refresh token asks to log in again, with 4; whoami tells it', async () => {
      const { refreshToken } = await logIn();
      setup.emulator.tokens.revokeAll();
      const file = (await readdir(join(config, 'tokens'))).find((name) => name.includes('.tokens-'))!;
      expect(await readFile(join(config, 'tokens', file), 'utf8')).toContain(refreshToken);
      setup.emulator.faults.add({ operation: 'token', status: 400, body: { error: 'invalid_grant' } });
      const { uuid } = setup.emulator.functions.add({
        name: `f${String(Math.random())}`,
        code: 'async function lambda() {}',
      });
      const run = await lpfn(['invoke', uuid], { env });
      expect(run).toMatchObject({ code: 4, stdout: '' });
      expect(run.stderr).toContain('Log in again: "lpfn login".');
      const who = await lpfn(['whoami'], { env });
      expect(who.stdout).toContain('has to log in again');
    });
  });
});
