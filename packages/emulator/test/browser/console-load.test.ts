import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { send } from '../platform-caller.ts';
import { NO_BROWSER, useBrowser } from './console-browser.ts';

const REQUESTS = process.env['LPFN_TEST_SOAK'] === '1' ? 20_000 : 2_000;
const JOURNAL = 5_000;
const AT_ONCE = 16;
/** Longer than this the page would not answer a key. Far above what it takes, since browser and machine do other things, too. */
const LONGEST_SILENCE_MS = 1_500;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ journalSize: JOURNAL });
});
afterAll(() => emulator.close());

describe.skipIf(NO_BROWSER)('under load', () => {
  const { open } = useBrowser();

  test(`${String(REQUESTS)} requests with the page open: it answers all the time, and lists in the end what the journal of ${JOURNAL.toLocaleString('en')} keeps`, async () => {
    const page = await open(emulator, { view: 'traffic' });
    // A beat in the page: the longest pause between two of its strokes is how long nobody could do anything there.
    await page.evaluate(`(() => {
      let last = performance.now();
      window.longest = 0;
      setInterval(() => { const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now; }, 10);
    })()`);
    const workers = Array.from({ length: AT_ONCE }, async (_, worker) => {
      for (let count = worker; count < REQUESTS; count += AT_ONCE) {
        await send(emulator, `/api/account/12345678/service/baseURI.json?n=${String(count)}`);
      }
    });
    await Promise.all(workers);
    expect(emulator.requests.count({ service: 'discovery' })).toBe(REQUESTS);
    // The list is in step while requests come, and complete when they have come.
    const kept = emulator.requests.list().length;
    await expect
      .poll(() => page.locator('[data-count]').getAttribute('data-count'), { timeout: 30_000 })
      .toBe(String(kept));
    expect(await page.getByRole('listbox').getByRole('option').count()).toBeLessThan(60);
    expect(await page.evaluate('window.longest')).toBeLessThan(LONGEST_SILENCE_MS);

    // And it does what it is asked to, at once.
    await page.getByLabel('Filter').fill(`#${String(emulator.requests.last()?.id)}`);
    await expect.poll(() => page.getByRole('listbox').getByRole('option').count()).toBe(1);
    await page.getByLabel('Filter').fill('');
    const list = page.getByRole('listbox');
    await list.focus();
    await page.keyboard.press('End');
    await page.getByRole('complementary').waitFor();
    const oldest = emulator.requests.list()[0]?.id;
    await page.getByRole('complementary', { name: `Request ${String(oldest)}` }).waitFor();
    await page.evaluate(`location.hash = '#/overview'`);
    await page.locator('[data-figure=calls]').waitFor();
    const counted = Number((await page.locator('[data-figure=calls]').textContent())?.replaceAll(',', ''));
    expect(counted).toBe(REQUESTS);
  });

  test('pages in the background leave their connection to the others', async () => {
    const page = await open(emulator, { view: 'traffic' });
    const seen = await page.evaluate(`new Promise((resolve) => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
      setTimeout(() => {
        Object.defineProperty(document, 'hidden', { value: false, configurable: true });
        resolve('hidden for a while');
      }, 300);
    })`);
    expect(seen).toBe('hidden for a while');
    const before = Number(await page.locator('[data-count]').getAttribute('data-count'));
    await send(emulator, '/while-hidden');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(Number(await page.locator('[data-count]').getAttribute('data-count'))).toBe(before);
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.getByText('/while-hidden').waitFor();
  });
});
