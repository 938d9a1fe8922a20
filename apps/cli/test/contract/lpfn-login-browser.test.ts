import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type LoginSetup, type LoginRun, startLogin, startLoginSetup } from '../login-driver.ts';
import { lpfn } from '../lpfn-process.ts';

/** The machine may be busy. */
const PATIENCE = { timeout: 15_000 };
const executablePath = inject('chromium');

describe.skipIf(executablePath === undefined).each(['v1', 'v2'] as const)(
  'lpfn login in a browser, on %s (needs chromium: node scripts/system-packages.mjs)',
  (platform) => {
    let setup: LoginSetup;
    let browser: Browser;
    let folder: string;
    let env: Readonly<Record<string, string>>;
    let round = 0;

    beforeAll(async () => {
      setup = await startLoginSetup({ platform });
      browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
      folder = await mkdtemp(join(tmpdir(), 'lpfn-browser-'));
    });
    afterAll(async () => {
      await browser.close();
      await setup.emulator.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Starts a login, whose browser is one of ours: lpfn hands the address to it as it would to any other. */
    async function begin(args: readonly string[] = []): Promise<{ readonly run: LoginRun; readonly page: Page }> {
      round += 1;
      const asked = join(folder, `asked-${String(round)}`);
      const opener = join(folder, `open-${String(round)}.sh`);
      await writeFile(opener, `#!/bin/sh\nprintf '%s' "$1" > ${asked}.part && mv ${asked}.part ${asked}\n`, {
        mode: 0o755,
      });
      env = { ...setup.env, LPFN_CONFIG_DIR: join(folder, `config-${String(round)}`), BROWSER: opener };
      const run = startLogin(['--redirect-uri', setup.redirectUri, ...args], env);
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const page = await context.newPage();
      await expect.poll(() => readFile(asked, 'utf8').catch(() => ''), PATIENCE).toMatch(/^http/);
      await page.goto(await readFile(asked, 'utf8'));
      return { run, page };
    }

    it('a user signs in on the login page, is told so, and lpfn goes on', async () => {
      const { run, page } = await begin();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      const user = setup.emulator.users.default;
      await page.fill('[name=loginName]', user.loginName);
      await page.fill('[name=password]', user.password);
      await page.click('button:text-is("Sign in")');
      await page.waitForSelector('h1:has-text("You are logged in")');
      expect(await page.title()).toBe('lpfn: You are logged in');
      expect(await page.textContent('main')).toContain(user.userId);
      // Nothing was refused by the page's own policy, and nothing else was loaded.
      expect(complaints).toEqual([]);
      expect((await run.end).code).toBe(0);
      const who = await lpfn(['whoami', '--json'], { env });
      expect(JSON.parse(who.stdout)).toMatchObject({ result: { kind: 'user', user: { subject: user.userId } } });
    });

    it('a forged answer in another tab ends nothing; the true one does', async () => {
      const { run, page } = await begin();
      const other = await page.context().newPage();
      const answer = await other.goto(`${setup.redirectUri}?code=stolen&state=forged`);
      expect(answer?.status()).toBe(400);
      expect(await other.textContent('h1')).toBe('This is not the answer to the login');
      await page.click(`text="${setup.emulator.users.default.loginName}"`);
      await page.waitForSelector('h1:has-text("You are logged in")');
      expect((await run.end).code).toBe(0);
    });

    it('a denied login says so in both places', async () => {
      const { run, page } = await begin();
      const state = new URL(await run.url).searchParams.get('state')!;
      const denial = new URLSearchParams({ error: 'access_denied', error_description: 'Not today.', state });
      await page.goto(`${setup.redirectUri}?${denial.toString()}`);
      expect(await page.textContent('h1')).toBe('You are not logged in');
      expect(await page.textContent('main')).toContain('Not today.');
      const { code, stderr } = await run.end;
      expect(code).toBe(4);
      expect(stderr).toContain('access_denied: Not today.');
    });

    it('a window that is closed is given up after --timeout', async () => {
      const { run, page } = await begin(['--timeout', '3']);
      await page.close();
      const { code, stderr } = await run.end;
      expect(code).toBe(9);
      expect(stderr).toContain('The window was closed, perhaps');
    });

    it.each(['light', 'dark'] as const)('its pages can be read in %s, on a narrow screen too', async (colorScheme) => {
      const { run, page } = await begin();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 320, height: 560 });
      await page.click(`text="${setup.emulator.users.default.loginName}"`);
      await page.waitForSelector('h1');
      const wide = await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
      expect(wide).toBe(true);
      const screens = process.env['LPFN_TEST_SCREENS'];
      if (screens !== undefined)
        await page.screenshot({ path: join(screens, `logged-in-${platform}-${colorScheme}.png`) });
      expect((await run.end).code).toBe(0);
    });
  },
);
