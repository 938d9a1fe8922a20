import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completeLogin, type LoginSetup, startLogin, startLoginSetup } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

/** The machine may be busy. */
const PATIENCE = { timeout: 15_000 };

/** Asks the callback server as no browser would. */
async function ask(port: number, path: string, options: { method?: string; host?: string } = {}): Promise<number> {
  const { method = 'GET', host = `localhost:${String(port)}` } = options;
  const asked = request({ host: '127.0.0.1', port, path, method, headers: { host } }).end();
  const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  answer.resume();
  return answer.statusCode;
}

describe.each(['v1', 'v2'] as const)('lpfn login, headless, on %s', (platform) => {
  let setup: LoginSetup;
  let config: string;
  let env: Readonly<Record<string, string>>;
  let flags: readonly string[];
  beforeAll(async () => {
    setup = await startLoginSetup({ platform });
  });
  beforeEach(async () => {
    setup.emulator.reset();
    config = await mkdtemp(join(tmpdir(), 'lpfn-login-'));
    env = { ...setup.env, LPFN_CONFIG_DIR: config };
    flags = ['--redirect-uri', setup.redirectUri];
    return () => rm(config, { recursive: true, force: true });
  });
  afterAll(() => setup.emulator.close());

  it('logs in by a browser that comes back, tells both sides, and the next command speaks as the user', async () => {
    const { emulator } = setup;
    const { uuid } = emulator.functions.add({
      name: `echo-${platform}`,
      code: 'async function lambda(input) { return input.payload; }',
    });
    const run = startLogin(flags, env);
    const shown = await completeLogin(setup, run);
    expect(shown).toMatchObject({ status: 200, page: expect.stringContaining('You are logged in') });
    const { code, stdout, stderr } = await run.end;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Logged in to account ${emulator.accountId} as user ${emulator.users.default.userId}. Tokens are kept in ${join(config, 'tokens')}.\n`,
    });
    expect(stderr).toContain('To log in, open in a browser:');
    emulator.requests.clear();
    expect(await lpfn(['invoke', uuid, '--data', '{"n":1}'], { env })).toMatchObject({ code: 0, stdout: '{"n":1}\n' });
    // No client credentials: the user's own token.
    expect(emulator.requests.count({ service: 'sentinel' })).toBe(0);
  });

  it('sends state and PKCE, and no secret through the browser', async () => {
    const run = startLogin(flags, env);
    const { searchParams } = new URL(await run.url);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: setup.redirectUri,
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(searchParams.has('client_secret')).toBe(false);
    await completeLogin(setup, run);
    await run.end;
  });

  it('prints no token: not on stdout, not on stderr, not on the page', async () => {
    const run = startLogin([...flags, '--json'], env);
    const { page } = await completeLogin(setup, run);
    const { stdout, stderr } = await run.end;
    const [token] = setup.emulator.requests.list({ operation: 'token' });
    const granted = JSON.parse(token!.responseBody!) as Record<string, string>;
    const code = new URLSearchParams(token!.body).get('code')!;
    for (const secret of [
      granted['access_token']!,
      granted['refresh_token']!,
      granted['id_token']!,
      code,
      setup.env['LPFN_CLIENT_SECRET']!,
    ]) {
      expect(secret.length).toBeGreaterThan(8);
      expect(stdout + stderr + page).not.toContain(secret);
    }
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      requestId: null,
      result: {
        accountId: setup.emulator.accountId,
        clientId: setup.env['LPFN_CLIENT_ID'],
        redirectUri: setup.redirectUri,
        profile: 'default',
        subject: setup.emulator.users.default.userId,
        store: join(config, 'tokens'),
        accessTokenExpiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
        renewable: true,
        isAdmin: false,
        isLivePersonStaff: false,
      },
    });
  });

  it('a wrong state, or none, does not end the pending login', async () => {
    const run = startLogin(flags, env);
    const back = new URL(setup.emulator.signIn(await run.url));
    for (const state of ['forged', '']) {
      const forged = new URL(back);
      if (state === '') forged.searchParams.delete('state');
      else forged.searchParams.set('state', state);
      const answer = await fetch(forged);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('This is not the answer to the login');
    }
    // Nor does an error that anybody could have written.
    expect((await fetch(`${setup.redirectUri}?error=access_denied&state=forged`)).status).toBe(400);
    expect(run.child.exitCode).toBeNull();
    expect((await fetch(back)).status).toBe(200);
    const { code, stderr } = await run.end;
    expect(code).toBe(0);
    expect(stderr.match(/something else than the answer to this login: ignored/g)).toHaveLength(3);
  });

  it('a denied login ends at once, with exit code 4, and says so on the page', async () => {
    const run = startLogin(flags, env);
    const state = new URL(await run.url).searchParams.get('state')!;
    const denied = new URL(setup.redirectUri);
    denied.search = new URLSearchParams({ error: 'access_denied', error_description: '<b>No</b>', state }).toString();
    const answer = await fetch(denied);
    const page = await answer.text();
    expect(answer.status).toBe(400);
    expect(page).toContain('You are not logged in');
    expect(page).toContain('&lt;b&gt;No&lt;/b&gt;');
    const { code, stdout, stderr } = await run.end;
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('The user or an administrator said no.');
    await expect(readdir(join(config, 'tokens'))).rejects.toThrow('ENOENT');
  });

  it('a window that was closed is waited for until --timeout, and no longer: exit code 9', async () => {
    const run = startLogin([...flags, '--timeout', '0.5'], env);
    await run.url;
    const { code, stderr } = await run.end;
    expect(code).toBe(9);
    expect(stderr).toContain('nobody came back from the login within 0.5 s');
    expect(stderr).toContain('--paste');
    await expect(fetch(setup.redirectUri)).rejects.toThrow();
  });

  it('a port that is in use is named, with what to do, before any browser opens', async () => {
    const busy = createServer();
    await once(busy.listen(setup.port, '127.0.0.1'), 'listening');
    const run = await lpfn(['login', ...flags], { env: { ...env, BROWSER: 'false' } });
    busy.close();
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(`port ${String(setup.port)} of the redirect URI is in use`);
    expect(run.stderr).toContain('--redirect-uri');
    expect(run.stderr).not.toContain('/authorize?');
  });

  it('only GET on its own path under its own host is an answer', async () => {
    const run = startLogin(flags, env);
    const back = new URL(setup.emulator.signIn(await run.url));
    const target = `${back.pathname}${back.search}`;
    expect(await ask(setup.port, '/favicon.ico')).toBe(404);
    expect(await ask(setup.port, target, { method: 'POST' })).toBe(405);
    expect(await ask(setup.port, target, { host: `evil.example:${String(setup.port)}` })).toBe(421);
    expect(await ask(setup.port, target)).toBe(200);
    expect((await run.end).code).toBe(0);
  });

  it('a code is exchanged once, however often the browser comes back', async () => {
    setup.emulator.faults.add({ operation: 'token', delayMs: 300 });
    const run = startLogin(flags, env);
    const back = setup.emulator.signIn(await run.url);
    const statuses = await Promise.all([1, 2, 3].map(async () => (await fetch(back)).status));
    expect(statuses).toEqual([200, 200, 200]);
    expect((await run.end).code).toBe(0);
    expect(setup.emulator.requests.count({ operation: 'token' })).toBe(1);
  });

  it('a code that Sentinel refuses ends the login on both sides', async () => {
    const run = startLogin(flags, env);
    const back = setup.emulator.signIn(await run.url);
    setup.emulator.faults.add({
      operation: 'token',
      status: 400,
      body: { error: 'invalid_grant', error_description: 'stale' },
    });
    const answer = await fetch(back);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('used up, expired or revoked');
    const { code, stderr } = await run.end;
    expect(code).toBe(4);
    expect(stderr).toContain('Completing the login');
  });

  it('an ID token with a wrong signature is fatal', async () => {
    setup.emulator.faults.add({
      operation: 'token',
      body: {
        access_token: 'a'.repeat(64),
        token_type: 'Bearer',
        refresh_token: 'b'.repeat(64),
        id_token: forgedIdToken(setup.env['LPFN_CLIENT_ID']!, await publishedKeyId(setup)),
      },
    });
    const run = startLogin(flags, env);
    await completeLogin(setup, run);
    const { code, stderr } = await run.end;
    expect(code).toBe(4);
    expect(stderr).toContain('refused because of its signature');
    await expect(readdir(join(config, 'tokens'))).rejects.toThrow('ENOENT');
  });

  it('an unregistered redirect URI is said before anybody looks at a browser: exit code 3', async () => {
    const run = await lpfn(['login', '--redirect-uri', `http://localhost:${String(setup.port)}/other`], { env });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('is not registered for this app');
    expect(run.stderr).not.toContain('/authorize?');
  });

  it('so is an app that Sentinel does not know (4), and one without the grant (4)', async () => {
    const unknown = await lpfn(['login', ...flags], { env: { ...env, LPFN_CLIENT_ID: 'nobody' } });
    expect(unknown.code).toBe(4);
    expect(unknown.stderr).toContain('Sentinel knows no app nobody on account');
    const { clientId, clientSecret } = setup.emulator.apps.install({
      client_name: `machine ${platform} ${String(Math.random())}`,
      grant_types: ['client_credentials'],
      redirect_uris: [setup.redirectUri],
    });
    const refused = await lpfn(['login', ...flags], {
      env: { ...env, LPFN_CLIENT_ID: clientId, LPFN_CLIENT_SECRET: clientSecret },
    });
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('unauthorized_client');
    expect(refused.stderr).toContain('lpfn app template --grant authorization_code');
  });

  describe('--paste', () => {
    it.each([
      ['the whole address', (back: string) => back],
      ['the address in quotes, as a shell shows it', (back: string) => `'${back}'`],
      ['its query', (back: string) => new URL(back).search.slice(1)],
      ['the code alone', (back: string) => new URL(back).searchParams.get('code')!],
    ])('takes %s', async (_what, paste) => {
      const run = startLogin(['--paste', ...flags], env);
      run.child.stdin?.write(`${paste(setup.emulator.signIn(await run.url))}\n`);
      expect(await run.end).toMatchObject({ code: 0, stdout: expect.stringContaining('Logged in to account') });
    });

    it('listens on no port, and goes on after something that is no answer', async () => {
      const run = startLogin(['--paste', ...flags], env);
      const back = setup.emulator.signIn(await run.url);
      await expect(fetch(setup.redirectUri)).rejects.toThrow();
      run.child.stdin?.write(`what?\n\n${back.replace(/state=[^&]+/, 'state=forged')}\n${back}\n`);
      const { code, stderr } = await run.end;
      expect(code).toBe(0);
      expect(stderr.match(/That is not the answer to this login/g)).toHaveLength(3);
      expect(stderr).not.toContain(new URL(back).searchParams.get('code'));
    });

    it('asks again after a code that Sentinel refuses: it may be anything that was typed', async () => {
      const run = startLogin(['--paste', ...flags], env);
      const back = setup.emulator.signIn(await run.url);
      run.child.stdin?.write(`nonsense\n${back}\n`);
      const { code, stderr } = await run.end;
      expect(code).toBe(0);
      expect(stderr).toContain('That is no code that Sentinel takes.');
    });

    it('C9: a closed standard input fails fast, with a hint', async () => {
      const run = startLogin(['--paste', ...flags], env);
      run.child.stdin?.end();
      const { code, stdout, stderr } = await run.end;
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
      expect(stderr).toContain('standard input has ended');
      expect(stderr.match(/Paste the address/g)).toHaveLength(1);
    });

    it('is what is left for a redirect URI beyond this machine', async () => {
      const { clientId, clientSecret } = setup.emulator.apps.install({
        client_name: `hosted ${String(Math.random())}`,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['https://app.example/callback'],
      });
      const hosted = { ...env, LPFN_CLIENT_ID: clientId, LPFN_CLIENT_SECRET: clientSecret };
      const args = ['--redirect-uri', 'https://app.example/callback'];
      const without = await lpfn(['login', ...args], { env: hosted });
      expect(without.code).toBe(4);
      expect(without.stderr).toContain('--paste');
      const run = startLogin(['--paste', ...args], hosted);
      run.child.stdin?.write(`${setup.emulator.signIn(await run.url)}\n`);
      expect((await run.end).code).toBe(0);
    });
  });

  it('opens the address with BROWSER, and prints it all the same', async () => {
    const seen = join(config, 'seen');
    const browser = join(config, 'browser.sh');
    await writeFile(browser, `#!/bin/sh\nprintf '%s' "$2" > ${seen}.part && mv ${seen}.part ${seen}\n`, {
      mode: 0o755,
    });
    const run = startLogin(flags, { ...env, BROWSER: `${browser} --new-window %s:other` });
    const url = await run.url;
    await expect.poll(() => readFile(seen, 'utf8').catch(() => ''), PATIENCE).toBe(url);
    expect(run.stderr()).toContain('A browser opens for the login.');
    await completeLogin(setup, run);
    expect((await run.end).code).toBe(0);
  });

  it.each([
    ['none', 'To log in, open in a browser:'],
    ['/nonexistent/browser', 'To log in, open in a browser:'],
    ['false', 'The browser ended with an error.'],
  ])('goes on without a browser: BROWSER=%s', async (browser, said) => {
    const run = startLogin(flags, { ...env, BROWSER: browser });
    await run.url;
    await expect.poll(() => run.stderr(), PATIENCE).toContain(said);
    await completeLogin(setup, run);
    expect((await run.end).code).toBe(0);
  });

  it('--no-browser opens none, --quiet prints the address all the same', async () => {
    const run = startLogin(['--no-browser', '--quiet', ...flags], { ...env, BROWSER: '/bin/false' });
    await completeLogin(setup, run);
    const { code, stderr } = await run.end;
    expect(code).toBe(0);
    expect(stderr).not.toContain('The browser ended');
    expect(stderr).not.toContain('LPFN_CLIENT_SECRET');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly with 130', async (signal) => {
    const run = startLogin(flags, env);
    await run.url;
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.end;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('interrupted');
  });

  it('keeps tokens in files that nobody else can read, and nothing of them in the profile', async () => {
    const run = startLogin(flags, env);
    await completeLogin(setup, run);
    await run.end;
    expect((await stat(join(config, 'tokens'))).mode & 0o777).toBe(0o700);
    const kept = await readdir(join(config, 'tokens'));
    for (const name of kept) expect((await stat(join(config, 'tokens', name))).mode & 0o777).toBe(0o600);
    const profiles = await readFile(join(config, 'profiles.json'), 'utf8');
    expect(JSON.parse(profiles)).toEqual({
      current: 'default',
      profiles: {
        default: {
          accountId: setup.emulator.accountId,
          clientId: setup.env['LPFN_CLIENT_ID'],
          discoveryUrl: setup.emulator.discoveryUrl,
          auth: 'user',
          subject: setup.emulator.users.default.userId,
          sentinelOrigin: expect.stringMatching(/^http:\/\/.*sentinel\.localhost:\d+$/),
          redirectUri: setup.redirectUri,
        },
      },
    });
  });

  it('a store that others can read is refused, and the browser is told', async () => {
    const store = join(config, 'open');
    await mkdir(store, { mode: 0o755 });
    await chmod(store, 0o755);
    const run = startLogin([...flags, '--store', store], env);
    const { page } = await completeLogin(setup, run);
    expect(page).toContain('You are not logged in');
    const { code, stderr } = await run.end;
    expect(code).toBe(3);
    expect(stderr).toContain('has mode 755');
  });

  it('the profile of another account is left alone', async () => {
    await writeFile(
      join(config, 'profiles.json'),
      JSON.stringify({ current: 'default', profiles: { default: { accountId: '99', clientId: 'c' } } }),
      { mode: 0o600 },
    );
    await chmod(config, 0o700);
    const run = await lpfn(['login', ...flags], { env });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('--profile');
    expect(setup.emulator.requests.count()).toBe(0);
  });
});

describe('lpfn login, before anything is sent', () => {
  it.each([
    [['--redirect-uri', 'callback'], 3, 'cannot work'],
    [['--redirect-uri', 'ftp://localhost/callback'], 3, 'cannot work'],
    [['--redirect-uri', 'http://localhost/callback#x'], 3, 'cannot work'],
    [['--timeout', '-1'], 2, '--timeout'],
    [['--timeout', 'soon'], 2, '--timeout'],
  ])('%j: exit code %i', async (args, code, message) => {
    const env = {
      LPFN_ACCOUNT_ID: '1',
      LPFN_CLIENT_ID: 'a',
      LPFN_CLIENT_SECRET: 'secret-b',
      LPFN_DISCOVERY_URL: 'http://127.0.0.1:1',
    };
    const run = await lpfn(['login', ...args], { env });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  it('needs an app with its secret', async () => {
    const run = await lpfn(['login', '--json'], { env: { LPFN_ACCOUNT_ID: '1' } });
    expect(run.code).toBe(3);
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, error: { code: 'SETTING_MISSING' } });
  });
});

async function publishedKeyId({ emulator }: LoginSetup): Promise<string> {
  const answer = await fetch(`${emulator.discoveryUrl}/sentinel/well-known/jwks`);
  const { keys } = (await answer.json()) as { keys: { kid: string }[] };
  return keys[0]!.kid;
}

/** Right in all but its signature. */
function forgedIdToken(clientId: string, kid: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: '1', aud: clientId, iss: 'sentinel', iat: now, exp: now + 600 };
  return `${part({ kid, typ: 'JWT', alg: 'RS256' })}.${part(claims)}.${Buffer.alloc(256, 7).toString('base64url')}`;
}
