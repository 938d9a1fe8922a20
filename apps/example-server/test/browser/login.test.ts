import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callbackFor, CHROMIUM, enterPassword, fact, heading, logIn, useBrowser } from '../browser-under-test.ts';

describe.skipIf(CHROMIUM === undefined)('logging in', () => {
  const suite = useBrowser();

  test('J8: shows who the user is, by a verified ID token', async () => {
    const page = await suite.page();
    await logIn(page, 'root');
    await page.waitForURL('/');
    await expect.poll(() => heading(page).textContent()).toBe('You are logged in');
    expect(await fact(page, 'User id').textContent()).toBe(suite.example.emulator.users.find('root')!.userId);
    expect(await fact(page, 'Administrator').textContent()).toBe('yes');
    expect(await fact(page, 'ID token').textContent()).toContain('verified: signature, issuer, audience and times');
  });

  test('sends state and a PKCE challenge, and no secret, through the browser', async () => {
    const page = await suite.page();
    await page.goto('/login');
    const [authorize] = suite.example.emulator.requests.list({ operation: 'authorize' });
    const query = authorize!.query as Record<string, string>;
    expect(query).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${suite.example.url}/callback`,
    });
    expect(query['state']).toMatch(/^[\w-]{43}$/);
    expect(query['code_challenge']).toMatch(/^[\w-]{43}$/);
    expect(Object.keys(query)).not.toContain('client_secret');
    await enterPassword(page);
    await page.waitForURL('/');
    const exchange = new URLSearchParams(suite.example.emulator.requests.last({ operation: 'token' })!.body);
    expect(exchange.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });

  test('with a wrong password stays at LivePerson, and works with the right one afterwards', async () => {
    const page = await suite.page();
    await logIn(page, 'ada', 'a wrong password');
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('Login name or password is wrong.');
    expect(new URL(page.url()).origin).not.toBe(suite.example.url);
    await enterPassword(page);
    await page.waitForURL('/');
    expect(await heading(page).textContent()).toBe('You are logged in');
  });

  test('comes back to where the user wanted to go', async () => {
    const page = await suite.page();
    await page.goto(`/functions/${suite.example.uuidOf('echo')}`);
    expect(await heading(page).textContent()).toBe('Log in, please');
    await page.getByRole('link', { name: 'Log in with LivePerson' }).click();
    await enterPassword(page);
    await expect.poll(() => heading(page).textContent()).toBe('echo');
    expect(page.url()).toBe(`${suite.example.url}/functions/${suite.example.uuidOf('echo')}`);
  });

  test.each(['https://evil.example/', '//evil.example/', '/\\evil.example', '/logout', 'javascript:alert(1)'])(
    'never leads on to %s',
    async (returnTo) => {
      const page = await suite.page();
      await page.goto(`/login?returnTo=${encodeURIComponent(returnTo)}`);
      await enterPassword(page);
      await page.waitForURL('/');
      expect(await heading(page).textContent()).toBe('You are logged in');
    },
  );

  test('that the user denies is told so, and can be tried again', async () => {
    const page = await suite.page();
    await page.goto('/login?returnTo=/functions');
    const state = suite.example.emulator.requests.last({ operation: 'authorize' })!.query['state'] as string;
    const answer = await page.goto(`/callback?error=access_denied&error_description=No&state=${state}`);
    expect(answer?.status()).toBe(403);
    expect(await heading(page).textContent()).toBe('The login was refused');
    expect(await page.locator('main').textContent()).toContain('did not allow it');
    suite.example.emulator.requests.verify({ operation: 'token' }, { count: 0 });
    await page.getByRole('link', { name: 'Try again' }).click();
    await enterPassword(page);
    await page.waitForURL('/functions');
  });

  test('cannot be finished a second time with the same callback', async () => {
    const page = await suite.page();
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/callback') callbacks.push(request.url());
    });
    await logIn(page);
    await page.waitForURL('/');
    const answer = await page.goto(callbacks[0]!);
    expect(answer?.status()).toBe(400);
    expect(await heading(page).textContent()).toBe('This login cannot be finished here');
    expect(await page.locator('main').textContent()).toContain('You are logged in already');
    suite.example.emulator.requests.verify({ operation: 'token' }, { count: 1 });
    await page.getByRole('link', { name: 'Go on' }).click();
    expect(await heading(page).textContent()).toBe('You are logged in');
  });

  test('cannot be finished in another browser: not with its state, and not with its code', async () => {
    const [attacker, victim] = [await suite.page(), await suite.page()];
    await attacker.goto('/login');
    const callback = callbackFor(suite.example);

    // A browser without a session, and one with a login of its own pending.
    for (const before of ['/', '/login']) {
      await victim.goto(before);
      const answer = await victim.goto(callback);
      expect(answer?.status()).toBe(400);
      expect(await heading(victim).textContent()).toBe('This login cannot be finished here');
    }
    suite.example.emulator.requests.verify({ operation: 'token' }, { count: 0 });
    // The victim's own login is still pending.
    await victim.getByRole('link', { name: 'Log in with LivePerson' }).click();
    await enterPassword(victim, 'root');
    await victim.waitForURL('/');
    expect(await fact(victim, 'User id').textContent()).toBe(suite.example.emulator.users.find('root')!.userId);
  });

  test('can be begun in two tabs, and finished in either', async () => {
    const context = await suite.visitor();
    const [first, second] = [await context.newPage(), await context.newPage()];
    await first.goto('/login?returnTo=/functions');
    const callbacks = [callbackFor(suite.example)];
    await second.goto('/login?returnTo=/as-server');
    callbacks.push(callbackFor(suite.example));

    await first.goto(callbacks[0]!);
    expect(new URL(first.url()).pathname).toBe('/functions');
    await second.goto(callbacks[1]!);
    expect(await heading(second).textContent()).toBe('This login cannot be finished here');
    await second.getByRole('link', { name: 'Go on' }).click();
    expect(await heading(second).textContent()).toBe('You are logged in');
  });

  test('gives the browser a new session, so that nobody can plant one', async () => {
    const context = await suite.visitor();
    const page = await context.newPage();
    await page.goto('/login');
    const before = (await context.cookies(suite.example.url)).find(({ name }) => name === '__Host-session')!;
    await enterPassword(page);
    await page.waitForURL('/');
    const after = (await context.cookies(suite.example.url)).find(({ name }) => name === '__Host-session')!;
    expect(after.value).not.toBe(before.value);

    const planted = await suite.visitor();
    await planted.addCookies([before]);
    const other = await planted.newPage();
    await other.goto('/');
    expect(await heading(other).textContent()).toBe('LivePerson Functions, from outside');
  });
});

describe.skipIf(CHROMIUM === undefined)('the signature of an ID token', () => {
  const suite = useBrowser();

  test('is not needed where Sentinel publishes no key, and the page says so', async () => {
    suite.example.emulator.faults.add({ operation: 'jwks', status: 200, body: { keys: [] } });
    const page = await suite.page();
    await logIn(page);
    await page.waitForURL('/');
    expect(await fact(page, 'ID token').textContent()).toContain('publishes no key for its signature');
  });

  test('is never believed when it is wrong', async () => {
    const { emulator, clock } = suite.example;
    // The keys that were fetched in the test before are no longer believed to be all.
    clock.advance(60 * 60_000);
    const page = await suite.page();
    await page.goto('/login');
    const published = await fetch(`${emulator.discoveryUrl}/sentinel/well-known/jwks`);
    const { keys } = (await published.json()) as { keys: readonly object[] };
    // The right names, and somebody else's key.
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    const body = { keys: keys.map((key) => ({ ...key, ...foreign })) };
    emulator.faults.add({ operation: 'jwks', status: 200, body });
    await enterPassword(page);
    await expect.poll(() => heading(page).textContent()).toBe('The login could not be verified');
    await page.goto('/');
    expect(await heading(page).textContent()).toBe('LivePerson Functions, from outside');
  });
});

describe.skipIf(CHROMIUM === undefined)('logging in while LivePerson is down', () => {
  const suite = useBrowser();

  test('Sentinel fails at the exchange: said so, and the next attempt works', async () => {
    suite.example.emulator.faults.add({ operation: 'token', status: 503, times: 1 });
    const page = await suite.page();
    await logIn(page);
    await expect.poll(() => heading(page).textContent()).toBe('LivePerson’s login service is out of order');
    expect(await fact(page, 'Code').textContent()).toBe('SENTINEL_UNAVAILABLE');
    await page.goto('/login');
    await page.waitForURL('/');
    expect(await heading(page).textContent()).toBe('You are logged in');
  });

  test('a code that has run out is told from a failure', async () => {
    const page = await suite.page();
    await page.goto('/login');
    const callback = callbackFor(suite.example);
    suite.example.emulator.clock.advance(3_600_000);
    await page.goto(callback);
    expect(await heading(page).textContent()).toBe('The login came too late');
  });

  test('the connection breaks at the exchange: the code is not sent again', async () => {
    suite.example.emulator.faults.add({ operation: 'token', reset: 'after-read' });
    const page = await suite.page();
    await logIn(page);
    await expect.poll(() => heading(page).textContent()).toBe('LivePerson cannot be reached');
    await page.reload();
    expect(await heading(page).textContent()).toBe('This login cannot be finished here');
    suite.example.emulator.requests.verify({ operation: 'token' }, { count: 1 });
  });
});

describe.skipIf(CHROMIUM === undefined)('logging in while nothing is known of the account', () => {
  const suite = useBrowser();

  test('the hosts cannot be found: said so before anybody is sent anywhere', async () => {
    suite.example.emulator.faults.add({ service: 'discovery', status: 400 });
    const page = await suite.page();
    const answer = await page.goto('/login');
    expect(answer?.status()).toBe(502);
    expect(await heading(page).textContent()).toBe('LivePerson Functions is out of order');
  });
});

describe.skipIf(CHROMIUM === undefined)('logging in too often', () => {
  const suite = useBrowser({ environment: { EXAMPLE_LOGINS_PER_MINUTE: '3' } });

  test('is slowed down', async () => {
    const page = await suite.page();
    for (let round = 0; round < 3; round += 1) expect((await page.goto('/login'))?.status()).toBe(200);
    const answer = await page.goto('/login');
    expect(answer?.status()).toBe(429);
    expect(Number(answer?.headers()['retry-after'])).toBeGreaterThan(0);
    expect(await heading(page).textContent()).toBe('Too many logins');
    expect((await page.goto('/'))?.status()).toBe(200);
  });
});

describe.skipIf(CHROMIUM === undefined)('a login of long ago', () => {
  const suite = useBrowser();

  test('ends after a day, however much it is used, and its tokens are forgotten', async () => {
    const { emulator, environment } = suite.example;
    const page = await suite.page();
    await logIn(page);
    await page.waitForURL('/');
    const sessions = join(environment['EXAMPLE_DATA_DIRECTORY']!, 'sessions');
    for (const name of await readdir(sessions)) {
      const file = join(sessions, name);
      const text = await readFile(file, 'utf8');
      const dayBefore = (beganAtMs: string): string => String(Number(beganAtMs) - 24 * 60 * 60_000);
      await writeFile(file, text.replace(/(?<="beganAtMs":)\d+/, dayBefore));
    }
    const answer = await page.goto('/functions');
    expect(answer?.status()).toBe(401);
    const tokens = join(environment['EXAMPLE_DATA_DIRECTORY']!, 'tokens');
    const [{ token } = { token: 'none' }] = emulator.tokens.list();
    await expect
      .poll(async () => {
        const names = (await readdir(tokens)).filter((name) => name.endsWith('.json'));
        return (await Promise.all(names.map((name) => readFile(join(tokens, name), 'utf8')))).join('');
      })
      .not.toContain(token);
  });
});
