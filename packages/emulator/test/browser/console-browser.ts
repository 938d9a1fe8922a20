import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, vi } from 'vitest';
import type { Emulator } from '../../src/index.ts';

/** How a page is opened. */
export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** What stands after the `#`. */
  readonly view?: string;
  /** Messages of the console that belong to the test. */
  readonly expectedMessages?: RegExp;
}

/** A browser for the tests of one file. */
export interface ConsoleBrowser {
  /** Opens the console, live. At the end of the test nothing may have failed in it, and nothing may have been asked of anyone else. */
  open(emulator: Pick<Emulator, 'discoveryUrl'>, options?: PageOptions): Promise<Page>;
  readonly browser: Browser;
}

/** Whether there is a browser; `scripts/system-packages.mjs` says how to get one. */
export const NO_BROWSER: boolean = inject('chromium') === undefined;

const SOAK = process.env['LPFN_TEST_SOAK'] === '1';
const BROWSER_TEST_MS = SOAK ? 600_000 : 60_000;

/** Starts a browser before the tests of a file and ends it after them. */
export function useBrowser(args: readonly string[] = []): ConsoleBrowser {
  // A browser starts slowly on a machine that does other things, too.
  vi.setConfig({ testTimeout: BROWSER_TEST_MS });
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const mistakes: string[] = [];
  beforeAll(async () => {
    const executablePath = inject('chromium');
    if (executablePath === undefined) return;
    // Everything in these tests is this machine's own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
  }, 60_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(mistakes.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
  });
  const started = (): Browser => {
    if (browser === undefined) throw new Error('There is no browser.');
    return browser;
  };
  return {
    get browser() {
      return started();
    },
    open: async (
      { discoveryUrl },
      { width = 1280, height = 900, colorScheme = 'light', view = 'overview', expectedMessages } = {},
    ) => {
      const context = await started().newContext({
        viewport: { width, height },
        colorScheme,
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => mistakes.push(`${error.message}\n${error.stack ?? ''}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && expectedMessages?.test(message.text()) !== true)
          mistakes.push(message.text());
      });
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== new URL(discoveryUrl).origin) mistakes.push(`asked ${request.url()}`);
      });
      await page.goto(`${discoveryUrl}/#/${view}`);
      await page.getByText('Live', { exact: true }).waitFor();
      return page;
    },
  };
}

/** What is in the clipboard. */
export async function clipboardOf(page: Page): Promise<string> {
  return String(await page.evaluate('navigator.clipboard.readText()'));
}
