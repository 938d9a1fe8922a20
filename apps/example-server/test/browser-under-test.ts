import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
  type Response,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { type Example, type ExampleOptions, PASSWORD, startExample } from './example-under-test.ts';
import { leaksIn, secretsOf } from './leak-scan.ts';

/** Path of the browser, or undefined: then its tests are skipped. */
export const CHROMIUM: string | undefined = inject('chromium');
if (CHROMIUM === undefined) {
  console.warn('SKIPPED: tests in a browser. To run them: apt-get install --no-install-recommends chromium');
}

/** A browser, and the whole set-up behind it. */
export interface BrowserSuite {
  readonly example: Example;
  /** A browser of somebody's, with cookies of its own. */
  visitor(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** A page of a new visitor's. */
  page(options?: BrowserContextOptions): Promise<Page>;
}

/**
 * Gives the tests of a file a browser and an example. After each test: no token, code or secret was in a page, an address, a
 * header or the log, and no page broke its Content-Security-Policy or its scripts.
 */
export function useBrowser(options: ExampleOptions | (() => Promise<ExampleOptions>) = {}): BrowserSuite {
  let browser: Browser;
  let example: Example;
  let visitors: BrowserContext[] = [];
  let seen: Promise<string>[] = [];
  let complaints: string[] = [];

  beforeAll(async () => {
    [browser, example] = await Promise.all([
      chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-dev-shm-usage'] }),
      typeof options === 'function' ? options().then(startExample) : startExample(options),
    ]);
  });
  afterEach(async () => {
    const texts = await Promise.all(seen);
    await Promise.all(visitors.map((context) => context.close()));
    const secrets = secretsOf(example.emulator, example.environment['EXAMPLE_DATA_DIRECTORY']!);
    const leaks = leaksIn([...texts, ...example.logged], secrets);
    const complained = complaints;
    [visitors, seen, complaints] = [[], [], []];
    example.logged.length = 0;
    example.reset();
    expect(leaks).toEqual([]);
    expect(complained).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await example.close();
  });

  /** What the server showed: address, headers, body. The code in a callback's address is Sentinel's doing. */
  async function shown(response: Response): Promise<string> {
    const body = response.status() >= 300 && response.status() < 400 ? '' : await response.text().catch(() => '');
    const url = response.url().replace(/(\/callback\?).*/, '$1');
    return [url, JSON.stringify(await response.allHeaders().catch(() => ({}))), body].join('\n');
  }

  async function visitor(contextOptions: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ baseURL: example.url, ignoreHTTPSErrors: true, ...contextOptions });
    context.setDefaultTimeout(20_000);
    context.on('response', (response) => {
      if (response.url().startsWith(example.url)) seen.push(shown(response));
    });
    context.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    visitors.push(context);
    return context;
  }

  return {
    get example() {
      return example;
    },
    visitor,
    page: async (contextOptions) => (await visitor(contextOptions)).newPage(),
  };
}

/** Goes through the login page of Sentinel, as a person would. */
export async function logIn(page: Page, loginName = 'ada', password: string = PASSWORD): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: 'Log in with LivePerson' }).click();
  await enterPassword(page, loginName, password);
}

/** Where Sentinel would send the browser that was last sent to it, had this user logged in there. */
export function callbackFor({ emulator }: Example, loginName = 'ada'): string {
  const { url } = emulator.requests.last({ operation: 'authorize' })!;
  return emulator.signIn(`${emulator.discoveryUrl}${url}`, loginName);
}

/** Fills Sentinel's login page in. */
export async function enterPassword(page: Page, loginName = 'ada', password: string = PASSWORD): Promise<void> {
  await page.getByLabel('Login name').fill(loginName);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Calls a function by its form. */
export async function call(page: Page, name: string, payload: string, list = '/functions'): Promise<void> {
  await page.goto(list);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByLabel('Payload').fill(payload);
  await page.getByRole('button', { name: 'Call the function' }).click();
}

/** The heading of the page that is shown. */
export function heading(page: Page): Locator {
  return page.getByRole('heading', { level: 1 });
}

/** What a list of facts says about one of them. */
export function fact(page: Page, name: string): Locator {
  return page.locator('.facts div').filter({ hasText: name }).locator('dd');
}
