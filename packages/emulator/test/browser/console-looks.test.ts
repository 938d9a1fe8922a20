import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, send } from '../platform-caller.ts';
import { NO_BROWSER, useBrowser } from './console-browser.ts';

const EXAMPLES = new URL('../../../../examples/functions/', import.meta.url).pathname;
/** Where pictures go, to be looked at by a person. */
const PICTURES = process.env['LPFN_TEST_PICTURES'];

let full: Emulator;
let empty: Emulator;
let failed = 0;
beforeAll(async () => {
  full = await startEmulator({ functions: EXAMPLES });
  full.accounts.add({ accountId: '22222222', platform: 'v1' });
  full.functions.add({
    name: 'bound-to-skills',
    code: 'async function lambda() { return 1; }',
    eventId: 'messaging_new_conversation',
    skills: ['4711', '4712'],
    state: 'Modified',
  });
  full.functions.add({ name: 'a-draft', code: '', state: 'Draft' });
  const { uuid } = full.functions.add({
    name: 'throws',
    description: 'Fails, and says so before.',
    code: 'async function lambda() { console.warn("about to fail", { stock: 0 }); console.error("really"); throw new Error("no stock"); }',
  });
  full.apps.install({ client_name: 'shop', display_name: 'Shop', grant_types: ['client_credentials'] });
  full.users.add({ loginName: 'developer@example.com', permissions: ['FaaS-Developer', 'FaaS-Admin'] });
  full.users.issueTokens('developer@example.com');
  full.faults.add({ service: 'gateway', status: 503, times: 2 });
  full.faults.add({ operation: 'appToken', delayMs: 30, probability: 0.5 }).setEnabled(false);
  const caller = callerOf(full);
  for (let count = 0; count < 8; count += 1) await caller.invoke(full.functions.get('echo').uuid, { count });
  await caller.invoke(uuid, { item: 'a-1' });
  failed = full.requests.last()?.id ?? 0;
  await caller.get('/api/account/12345678/functions');
  await send(full, '/api/account/12345678/service/baseURI.json');
  await send(full, `/${'a-very-long-path-segment-without-any-break-'.repeat(6)}`);
  const expiring = await caller.token();
  full.tokens.expireAll({ token: expiring });
  empty = await startEmulator();
});
afterAll(async () => {
  await full.close();
  await empty.close();
});

/** What axe-core says that a person with a disability would stumble over. */
async function stumblingBlocks(page: Page): Promise<unknown> {
  // Around the page's policy, which allows no script of others: through the browser's own tools.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result } = (await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])])))`,
    awaitPromise: true,
    returnByValue: true,
  })) as { result: { value: string } };
  await session.detach();
  return JSON.parse(result.value);
}

const VIEWS = ['overview', 'functions', 'traffic', 'apps', 'users', 'tokens', 'faults', 'clock'];
const SIZES = `[document.documentElement, document.querySelector('main'), document.querySelector('.side')].map((element) => element.scrollWidth - element.clientWidth)`;

function titleOf(view: string): RegExp {
  if (view === 'request') return /^invoke throws$/;
  return new RegExp(`^${view.replace('functions/', '')}$`);
}

describe.skipIf(NO_BROWSER)('the console looks right', () => {
  const { open } = useBrowser();

  describe.each([
    ['light', 1280],
    ['light', 375],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('%s, %i pixels wide', (colorScheme, width) => {
    test.each([
      ['full', () => full, ['functions/throws', 'request']],
      ['empty', () => empty, []],
    ] as const)(
      'every view fits the width, and axe-core finds nothing serious in it: %s',
      async (filling, emulator, more) => {
        const page = await open(emulator(), { colorScheme, width, height: width === 375 ? 760 : 860 });
        for (const view of [...VIEWS, ...more]) {
          const hash = view === 'request' ? `traffic/${String(failed)}` : view;
          await page.evaluate(`location.hash = '#/${hash}'`);
          const title = VIEWS.includes(view) ? page.locator('main h1') : page.locator('.detail-pane h2');
          await expect.poll(async () => (await title.textContent())?.toLowerCase()).toMatch(titleOf(view));
          if (view === 'functions/throws') {
            await page.getByRole('button', { name: 'Invoke', exact: true }).click();
            await page.locator('.result .badge').first().waitFor();
          }
          if (view === 'request') await page.getByText('Response body').waitFor();
          // What the view asks for has come when nothing is under way any more.
          await page.waitForTimeout(200);
          expect([view, await page.evaluate(SIZES)]).toEqual([view, [0, 0, 0]]);
          expect([view, await stumblingBlocks(page)]).toEqual([view, []]);
          if (PICTURES === undefined) continue;
          mkdirSync(PICTURES, { recursive: true });
          const file = `${view.replaceAll('/', '-')}-${filling}-${colorScheme}-${String(width)}.png`;
          await page.screenshot({ path: join(PICTURES, file) });
        }
      },
    );
  });
});
