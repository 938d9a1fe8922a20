import { describe, expect, test } from 'vitest';
import { call, CHROMIUM, enterPassword, heading, logIn, useBrowser } from '../browser-under-test.ts';

/** The grants that Sentinel was asked for, one after the other. */
function grants(example: {
  readonly emulator: { readonly requests: { list(filter: object): readonly { body: string }[] } };
}): string[] {
  return example.emulator.requests
    .list({ operation: 'token' })
    .map(({ body }) => new URLSearchParams(body).get('grant_type')!);
}

describe.skipIf(CHROMIUM === undefined)('tokens of a user', () => {
  const suite = useBrowser();

  test('that have run out are renewed unseen', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{"n": 1}');
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    suite.example.emulator.clock.advance(9 * 60 * 60_000);
    await page.getByRole('link', { name: 'Call again' }).click();
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    expect(grants(suite.example)).toEqual(['authorization_code', 'refresh_token']);
    expect(suite.example.emulator.functions.get('echo').invocations).toBe(2);
  });

  test('that were revoked are renewed unseen after the 401', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.goto(`/functions/${suite.example.uuidOf('echo')}`);
    suite.example.emulator.tokens.revokeAll({ kind: 'user' });
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    const statuses = suite.example.emulator.requests.list({ operation: 'invokeByUuid' }).map(({ status }) => status);
    expect(statuses).toEqual([401, 200]);
    expect(grants(suite.example)).toEqual(['authorization_code', 'refresh_token']);
  });

  test('are renewed in the background before they run out', async () => {
    const { clock, emulator } = suite.example;
    const page = await suite.page();
    await logIn(page);
    await page.goto('/functions');
    clock.advance(31 * 60_000);
    // The page does not wait for it: it is served with the old token, as the bearers below show.
    emulator.faults.add({ operation: 'token', delayMs: 500 });
    await page.goto('/functions');
    expect(await heading(page).textContent()).toBe('Functions');
    const renewed = ['authorization_code', 'refresh_token'];
    await expect.poll(() => grants(suite.example), { timeout: 10_000 }).toEqual(renewed);
    const bearers = (): readonly (string | undefined)[] =>
      emulator.requests.list({ service: 'listing' }).map(({ headers }) => headers['authorization']);
    await expect
      .poll(async () => page.goto('/functions').then(() => new Set(bearers()).size), { timeout: 10_000 })
      .toBe(2);
    expect(bearers()[1]).toBe(bearers()[0]);
    expect(emulator.requests.count({ status: 401 }) + emulator.requests.count({ status: 403 })).toBe(0);
  });

  test('go on working while Sentinel is down', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.goto('/functions');
    suite.example.emulator.faults.add({ service: 'sentinel', status: 503 });
    suite.example.clock.advance(31 * 60_000);
    await call(page, 'echo', '{"n": 1}');
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
  });

  test('that cannot be renewed while Sentinel is down: said so, and nobody has to log in again afterwards', async () => {
    const { emulator, clock } = suite.example;
    const page = await suite.page();
    await logIn(page);
    await page.goto('/functions');
    const down = emulator.faults.add({ operation: 'token', status: 503 });
    emulator.tokens.revokeAll({ kind: 'user' });
    await page.goto('/functions');
    expect(await heading(page).textContent()).toBe('LivePerson’s login service is out of order');
    down.remove();
    clock.advance(61_000);
    await page.goto('/functions');
    expect(await heading(page).textContent()).toBe('Functions');
  });

  test('that are dead: the user is asked to log in again, and what was entered is not lost', async () => {
    const { emulator } = suite.example;
    const page = await suite.page();
    await logIn(page);
    await page.goto(`/functions/${suite.example.uuidOf('echo')}`);
    await page.getByLabel('Payload').fill('{"hours of work": 3}');
    // An administrator ends all sessions of the user: access token and refresh token are worth nothing.
    const { refreshToken } = emulator.users.issueTokens('ada');
    const revoked = await fetch(
      `${emulator.discoveryUrl}/sentinel/api/account/${emulator.accountId}/token/revoke?v=1.0`,
      {
        method: 'POST',
        body: new URLSearchParams({
          token: refreshToken,
          client_id: emulator.apps.default.clientId,
          client_secret: emulator.apps.default.clientSecret,
        }),
      },
    );
    expect(revoked.status).toBe(200);

    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('Log in, please');
    emulator.requests.verify({ operation: 'invokeByUuid', status: 200 }, { count: 0 });
    await page.getByRole('link', { name: 'Log in with LivePerson' }).click();
    if (await page.getByLabel('Login name').isVisible()) await enterPassword(page);
    await expect.poll(() => heading(page).textContent()).toBe('echo');
    expect(await page.getByLabel('Payload').inputValue()).toBe('{"hours of work": 3}');
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    expect(emulator.functions.get('echo').invocations).toBe(1);
    // The dead refresh token was sent once, and is kept nowhere.
    expect(grants(suite.example).filter((grant) => grant === 'refresh_token')).toHaveLength(1);
  });

  test('of one user are not another’s: what was entered before is not shown to who logs in next', async () => {
    const { emulator } = suite.example;
    const page = await suite.page();
    await logIn(page, 'ada');
    await page.goto(`/functions/${suite.example.uuidOf('echo')}`);
    await page.getByLabel('Payload').fill('{"secret": "of ada"}');
    const callId = await page.locator('input[name=callId]').getAttribute('value');
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('You are logged out');
    await logIn(page, 'root');
    await page.goto(`/functions/${suite.example.uuidOf('echo')}?from=${callId!}`);
    expect(await page.getByLabel('Payload').inputValue()).toBe('{}');
    expect(emulator.functions.get('echo').invocations).toBe(1);
  });
});
