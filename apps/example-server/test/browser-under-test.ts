import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { type Example, PASSWORD } from './example-under-test.ts';

/** Path of the browser, or undefined: then its tests are skipped. */
export const CHROMIUM: string | undefined = inject('chromium');
if (CHROMIUM === undefined) {
  console.warn('SKIPPED: tests in a browser. To run them: apt-get install --no-install-recommends chromium');
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A browser of somebody's, with cookies of its own. */
export async function newVisitor(
  browser: Browser,
  example: Pick<Example, 'url'>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: example.url, ignoreHTTPSErrors: true, ...options });
  context.setDefaultTimeout(10_000);
  return context;
}

/** Goes through the login page of Sentinel, as a person would. */
export async function logIn(page: Page, loginName = 'ada', password: string = PASSWORD): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: 'Log in with LivePerson' }).click();
  await enterPassword(page, loginName, password);
}

export async function enterPassword(page: Page, loginName = 'ada', password: string = PASSWORD): Promise<void> {
  await page.getByLabel('Login name').fill(loginName);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Calls a function by its form. */
export async function call(page: Page, name: string, payload: string): Promise<void> {
  await page.goto('/functions');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByLabel('Payload').fill(payload);
  await page.getByRole('button', { name: 'Call the function' }).click();
}
