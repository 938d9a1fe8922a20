import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, callbackFor, CHROMIUM, heading, logIn, useBrowser } from '../browser-under-test.ts';

/** To be looked at. */
const SCREENSHOTS = join(tmpdir(), 'lp-functions-example-screenshots');
const LOOKS = [
  { colorScheme: 'light', width: 375 },
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 375 },
  { colorScheme: 'dark', width: 1280 },
] as const;
const LONG = 'a-name-as-long-as-names-may-become-in-practice-50';

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface AxeWindow {
  readonly axe: { run(): Promise<{ readonly violations: readonly Finding[] }> };
}

describe.skipIf(CHROMIUM === undefined)('every page, in light and dark, narrow and wide', () => {
  const suite = useBrowser({ environment: { EXAMPLE_LOG_LEVEL: 'info' } });

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    suite.example.emulator.functions.add({
      name: LONG,
      code: 'async function lambda(input) { console.info("one line", input.payload); throw new Error("x".repeat(300)); }',
    });
  });

  /** What axe finds, all but trifles; and nothing may stick out. */
  async function look(page: Page, name: string, look: (typeof LOOKS)[number]): Promise<void> {
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${look.colorScheme}-${look.width}.png`), fullPage: true });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (globalThis as unknown as AxeWindow).axe.run());
    const found = violations.filter(({ impact }) => impact !== 'minor');
    expect(found.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    const sticksOut = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(sticksOut, `${name} is wider than the window`).toBe(false);
    expect(await page.locator('h1').count()).toBe(1);
  }

  test.each(LOOKS)('$colorScheme, $width px', { timeout: 180_000 }, async (shape) => {
    const { emulator, uuidOf } = suite.example;
    const { colorScheme, width } = shape;
    // axe is put into the pages from outside, which their policy does not allow.
    const context = await suite.visitor({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
    const page = await context.newPage();
    const shot = (name: string) => look(page, name, shape);

    await page.goto('/');
    await shot('welcome');
    await page.goto('/functions');
    await shot('login-required');
    await page.goto('/callback?code=x&state=y');
    await shot('login-unknown');
    await page.goto('/login');
    const state = emulator.requests.last({ operation: 'authorize' })!.query['state'] as string;
    await page.goto(`/callback?error=access_denied&state=${state}`);
    await shot('login-refused');
    await page.goto('/nowhere');
    await shot('not-found');

    await logIn(page, 'root');
    await page.waitForURL('/');
    await shot('logged-in');
    await page.goto('/functions');
    await shot('functions');
    await page.goto('/functions?search=nothing-of-this-name');
    await shot('functions-not-found');
    await page.goto('/as-server');
    await shot('as-server');
    await page.goto(`/functions/${uuidOf('echo')}`);
    await shot('form');
    await call(page, 'echo', '{"order": 42,}');
    await expect.poll(() => page.title()).toContain('Error');
    await shot('form-problem');
    await call(page, 'echo', JSON.stringify({ order: 42, lines: [{ sku: 'a-1', text: 'x'.repeat(90) }] }));
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    await page.getByText('What was sent').click();
    await shot('answer');
    await call(page, LONG, '{"order": 42}');
    await expect.poll(() => heading(page).textContent()).toBe('The function failed');
    await shot('function-failed');
    emulator.faults.add({ operation: 'invokeByUuid', status: 429, retryAfter: 120 });
    await call(page, 'echo', '{}');
    await expect.poll(() => heading(page).textContent()).toBe('Too many calls at the moment');
    await shot('throttled');
    emulator.faults.add({ service: 'listing', status: 400 });
    await page.goto('/functions');
    await shot('list-failed');

    const other = await context.newPage();
    await other.goto('/');
    await page.goto('/as-server');
    await other.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => page.getByText('You have been logged out in another tab').isVisible()).toBe(true);
    await shot('logged-out-elsewhere');
    await page.goto('/logged-out');
    await shot('logged-out');
    await page.goto('/logged-out?only=here');
    await shot('logged-out-here');
  });

  test('an account without functions', async () => {
    const { emulator } = suite.example;
    emulator.faults.add({ service: 'listing', status: 200, body: [] });
    const page = await suite.page({ bypassCSP: true });
    await page.goto('/login?returnTo=/functions');
    await page.goto(callbackFor(suite.example));
    expect(await page.locator('main').textContent()).toContain('No functions yet');
    await look(page, 'no-functions', LOOKS[0]);
  });
});
