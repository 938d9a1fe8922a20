import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHROMIUM, heading, logIn, useBrowser } from '../browser-under-test.ts';

describe.skipIf(CHROMIUM === undefined)('logging out', () => {
  const suite = useBrowser();

  test('revokes everywhere, and nothing of the login is left', async () => {
    const { emulator, environment, url } = suite.example;
    const context = await suite.visitor();
    const page = await context.newPage();
    await logIn(page);
    await page.waitForURL('/');
    const cookies = await context.cookies(url);
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('You are logged out');
    emulator.requests.verify({ operation: 'revoke', status: 200 }, { count: 1 });
    expect(emulator.tokens.list().filter(({ kind }) => kind === 'user')).toEqual([]);
    // Somebody who kept the cookie has nothing.
    const thief = await suite.visitor();
    await thief.addCookies(cookies);
    const stolen = await thief.newPage();
    await stolen.goto('/functions');
    expect(await heading(stolen).textContent()).toBe('Log in, please');
    const files = readdirSync(join(environment['EXAMPLE_DATA_DIRECTORY']!, 'sessions'));
    expect(files.filter((name) => name.endsWith('.ended')).length).toBeGreaterThan(0);
  });

  test('in one tab is seen in another, and what was typed there is not lost', async () => {
    const context = await suite.visitor();
    const [first, second] = [await context.newPage(), await context.newPage()];
    await logIn(first);
    await first.waitForURL('/');
    await second.goto(`/functions/${suite.example.uuidOf('echo')}`);
    await second.getByLabel('Payload').fill('{"hours of work": 3}');
    const notice = second.getByText('You have been logged out in another tab');
    expect(await notice.isVisible()).toBe(false);
    await first.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => notice.isVisible()).toBe(true);
    // Who sends it all the same gets it back.
    await second.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(second).textContent()).toBe('Log in, please');
    expect(await second.getByLabel('This is what you entered').inputValue()).toBe('{"hours of work": 3}');
    suite.example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 0 });
  });

  test('in one tab is seen in another without JavaScript, too', async () => {
    const context = await suite.visitor({ javaScriptEnabled: false });
    const [first, second] = [await context.newPage(), await context.newPage()];
    await logIn(first);
    await first.waitForURL('/');
    await second.goto('/functions');
    await first.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(first).textContent()).toBe('You are logged out');
    await second.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(second).textContent()).toBe('You are logged out');
    await second.goto('/functions');
    expect(await heading(second).textContent()).toBe('Log in, please');
    suite.example.emulator.requests.verify({ operation: 'revoke' }, { count: 1 });
  });

  test('in one browser ends the user’s logins in all others', async () => {
    const [here, there] = [await suite.page(), await suite.page()];
    await logIn(here);
    await logIn(there);
    await there.goto('/functions');
    expect(await heading(there).textContent()).toBe('Functions');
    await here.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(here).textContent()).toBe('You are logged out');
    await there.goto('/functions');
    expect(await heading(there).textContent()).toBe('Log in, please');
  });

  test('works while Sentinel is down, and the page says what could not be done', async () => {
    const { emulator } = suite.example;
    const page = await suite.page();
    await logIn(page);
    await page.waitForURL('/');
    emulator.faults.add({ operation: 'revoke', status: 400 });
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('You are logged out');
    expect(await page.locator('main').textContent()).toContain('LivePerson could not be told');
    await page.goto('/functions');
    expect(await heading(page).textContent()).toBe('Log in, please');
  });

  test('wins over a request that is still under way', async () => {
    const context = await suite.visitor();
    const [slow, quick] = [await context.newPage(), await context.newPage()];
    await logIn(slow);
    await slow.goto(`/functions/${suite.example.uuidOf('slow')}`);
    await slow.getByLabel('Payload').fill('{"ms": 1500}');
    await quick.goto('/');
    await slow.getByRole('button', { name: 'Call the function' }).click({ noWaitAfter: true });
    await expect.poll(() => suite.example.emulator.functions.get('slow').invocations).toBe(1);
    await quick.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => heading(quick).textContent()).toBe('You are logged out');
    await expect.poll(() => heading(slow).textContent(), { timeout: 10_000 }).toBe('Log in, please');
    await quick.goto('/functions');
    expect(await heading(quick).textContent()).toBe('Log in, please');
  });
});
