import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** The emulator's console in a browser. */
export interface ConsolePage {
  /** Shows the traffic as it happens. */
  open(): Promise<void>;
  /** Leaves the browser with an empty page. */
  leave(): Promise<void>;
  /** How many requests the page lists. */
  listed(): Promise<number>;
  close(): Promise<void>;
}

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable'];

/**
 * Starts a browser.
 *
 * @param url - where the emulator listens.
 * @returns `undefined` if there is no browser on this machine.
 */
export async function startConsolePage(url: string): Promise<ConsolePage | undefined> {
  const executablePath = programOnPath();
  if (executablePath === undefined) return undefined;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const page = await browser.newPage();
  const count = page.locator('[data-count]');
  return {
    open: async () => {
      await page.goto(`${url}/#/traffic`);
      await count.waitFor();
    },
    leave: async () => {
      await page.goto('about:blank');
    },
    listed: async () => Number(await count.getAttribute('data-count')),
    close: () => browser.close(),
  };
}

function programOnPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
