import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, send } from '../platform-caller.ts';
import { clipboardOf, NO_BROWSER, useBrowser } from './console-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'lpfn-test-console-'));
const EXAMPLES = new URL('../../../../examples/functions/', import.meta.url).pathname;
const BAD_REQUEST = /status of 4\d\d/;
let emulator: Emulator;

beforeAll(async () => {
  cpSync(EXAMPLES, join(folder, 'functions'), { recursive: true });
  emulator = await startEmulator({ functions: folder });
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  emulator.reset();
});

const rowsOf = (page: Page): Locator => page.getByRole('listbox').getByRole('option');

describe.skipIf(NO_BROWSER)('the console', () => {
  const started = useBrowser();
  const { open } = started;

  describe('overview', () => {
    test('a newcomer finds three lines of code, and the environment to paste, its secret only in what is copied', async () => {
      const page = await open(emulator);
      const panel = page.getByRole('region', { name: 'Call it from your code' });
      const { clientId, clientSecret } = emulator.apps.default;
      await panel.getByText(`export LPFN_CLIENT_ID=${clientId}`).waitFor();
      expect(await page.content()).not.toContain(clientSecret);
      await panel.getByRole('button', { name: 'Copy the environment' }).or(panel.getByText('Copy with secret')).click();
      await page.getByText('Copied the environment, with the client secret.').waitFor();
      const copied = await clipboardOf(page);
      expect(copied.split('\n')).toEqual([
        `export LPFN_DISCOVERY_URL=${emulator.discoveryUrl}`,
        'export LPFN_ACCOUNT_ID=12345678',
        `export LPFN_CLIENT_ID=${clientId}`,
        `export LPFN_CLIENT_SECRET=${clientSecret}`,
        expect.stringMatching(/^export LPFN_FUNCTION_UUID=[0-9a-f-]{36}$/),
      ]);
      expect(await page.content()).not.toContain(clientSecret);
      await panel.getByRole('button', { name: 'PowerShell' }).click();
      await panel.getByText("$env:LPFN_ACCOUNT_ID = '12345678'").waitFor();
      await panel.getByRole('button', { name: 'Copy', exact: true }).click();
      await page.getByText('Copied the three lines.').waitFor();
      expect((await clipboardOf(page)).split('\n')).toHaveLength(3);
    });

    test('without functions it says how to get some, and has one to try', async () => {
      const empty = await startEmulator();
      const page = await open(empty);
      await page.getByRole('button', { name: 'Add an example function' }).click();
      await page.getByRole('heading', { name: 'hello' }).waitFor();
      await page.getByLabel('Payload').fill('{"name":"Ada"}');
      await page.getByRole('button', { name: 'Invoke', exact: true }).click();
      await page.getByText('"greeting": "Hello Ada"').waitFor();
      await page.close();
      await empty.close();
    });

    test('the chart counts calls, failures and latency, all requests and invocations alone', async () => {
      const page = await open(emulator);
      const figure = (name: string): Promise<string | null> => page.locator(`[data-figure=${name}]`).textContent();
      expect([await figure('calls'), await figure('failures')]).toEqual(['0', '0']);
      const { uuid } = emulator.functions.get('echo');
      emulator.faults.add({ operation: 'invokeByUuid', status: 503, times: 1 });
      for (let count = 0; count < 4; count += 1) await callerOf(emulator).invoke(uuid, { count });
      await page.locator('[data-figure=calls]').getByText('8', { exact: true }).waitFor();
      expect(await figure('failures')).toBe('1 12.5 %');
      expect(await figure('median')).toMatch(/ms$/);
      await page.getByRole('button', { name: 'Invocations' }).click();
      expect([await figure('calls'), await figure('failures')]).toEqual(['4', '1 25 %']);
      expect(await page.locator('svg rect.calls').count()).toBeGreaterThan(0);
      expect(await page.locator('svg rect.p95').count()).toBeGreaterThan(0);
    });
  });

  describe('functions', () => {
    test('are listed with state, event, skills, and a UUID to copy, in step with the folder', async () => {
      const uuid = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';
      emulator.functions.add({
        name: 'bound',
        code: '',
        uuid,
        eventId: 'an_event',
        skills: ['7', '8'],
        state: 'Draft',
      });
      const page = await open(emulator, { view: 'functions' });
      const row = page.getByRole('row', { name: /^bound/ });
      await expect.poll(() => row.textContent()).toContain('Draft');
      expect(await row.textContent()).toContain('an_event');
      expect(await row.textContent()).toContain('7, 8');
      await row.getByRole('button', { name: 'Copy UUID of bound' }).click();
      await page.getByText('Copied UUID of bound.').waitFor();
      expect(await clipboardOf(page)).toBe(uuid);
      emulator.functions.remove('bound');
      await row.waitFor({ state: 'detached' });

      // Broken in the folder, and mended.
      const file = join(folder, 'functions', 'echo', 'config.json');
      writeFileSync(file, '{ broken');
      await page.getByRole('row', { name: /^echo/ }).getByText('cannot run').waitFor();
      cpSync(join(EXAMPLES, 'echo', 'config.json'), file);
      await page.getByRole('row', { name: /^echo/ }).getByText('cannot run').waitFor({ state: 'detached' });
    });

    test('one is invoked with the sample input of its config.json, then with another', async () => {
      const page = await open(emulator, { view: 'functions/echo' });
      const sample = emulator.functions.get('echo').sampleInput.payload;
      const payload = page.getByLabel('Payload');
      await expect.poll(async () => JSON.parse(await payload.inputValue()) as unknown).toEqual(sample);
      await payload.fill('{"n": 42, "list": [1]}');
      await payload.press('Control+Enter');
      const result = page.getByRole('region', { name: 'Result', exact: true }).first();
      await result.getByText('Success').waitFor();
      expect(await result.textContent()).toContain('"n": 42');
      expect(emulator.functions.get('echo').invocations).toBe(1);
      expect(emulator.requests.list().map(({ operation }) => operation)).toEqual(['appToken', 'invokeByUuid']);
      await page.getByRole('button', { name: 'Sample input' }).click();
      expect(JSON.parse(await payload.inputValue())).toEqual(sample);
      await payload.fill('{"n": 42,');
      await page.getByText('Line 1, column 10: the name of a field is expected').waitFor();
      expect(await page.getByRole('button', { name: 'Invoke', exact: true }).isDisabled()).toBe(true);
    });

    test('a failure is shown as the caller gets it, with the logs', async () => {
      const code = 'async function lambda() { console.warn("about to fail", { n: 1 }); throw new Error("no stock"); }';
      emulator.functions.add({ name: 'failing', code });
      const page = await open(emulator, { view: 'functions/failing' });
      await page.getByRole('button', { name: 'Invoke', exact: true }).click();
      const result = page.locator('.result');
      await result.getByText('The function failed').waitFor();
      expect(await result.locator('.badge').first().textContent()).toBe('901');
      await result.getByText('FaaSLambdaError: com.customer.faas.function.threw-error: no stock').waitFor();
      expect(await result.locator('.logs').textContent()).toContain('about to fail {"n":1}');
      await page.locator('.section', { hasText: 'Logs (1)' }).last().getByText('about to fail').waitFor();
      await page.locator('summary', { hasText: 'Code' }).click();
      await page.getByText('throw new Error("no stock")').waitFor();
      emulator.functions.remove('failing');
    });

    test('callers differ: an app, a user with and without permission, nobody; by UUID and by event', async () => {
      emulator.users.add({ loginName: 'admin@example.com', permissions: ['FaaS-Admin'] });
      const { name, eventId } = emulator.functions.list().find((entry) => entry.eventId !== undefined) ?? { name: '' };
      const page = await open(emulator, { view: `functions/${name}` });
      const run = async (caller: string): Promise<string | null> => {
        await page.getByLabel('Caller').selectOption({ label: caller });
        const before = emulator.requests.count({ service: 'gateway' });
        await page.getByRole('button', { name: 'Invoke', exact: true }).click();
        await expect.poll(() => emulator.requests.count({ service: 'gateway', outcome: 'answered' })).toBe(before + 1);
        const status = String(emulator.requests.last({ service: 'gateway' })?.status);
        const badge = page.locator('.result .badge').first();
        await expect.poll(() => badge.textContent()).toBe(status);
        return badge.textContent();
      };
      expect(await run('App Default app of the emulator')).toBe('200');
      expect(await run('User agent@emulator.example')).toBe('200');
      expect(await run('User admin@example.com')).toBe('403');
      expect(await run('Nobody: no token')).toBe('401');
      await page.getByLabel('Target').selectOption('event');
      expect(await run('App Default app of the emulator')).toBe('200');
      expect(emulator.requests.last({ operation: 'invokeByEvent' })?.eventId).toBe(eventId);
    });

    test('no answer and no token are told apart from refusals', async () => {
      const page = await open(emulator, { view: 'functions/echo' });
      emulator.faults.add({ operation: 'invokeByUuid', reset: 'after-run', times: 1 });
      await page.getByRole('button', { name: 'Invoke', exact: true }).click();
      await page.getByText('No answer', { exact: true }).waitFor();
      await page.getByText(/^TransportError: The connection was lost/).waitFor();
      emulator.faults.add({ operation: 'appToken', status: 401, body: { error: 'invalid_client' }, times: 1 });
      await page.getByRole('button', { name: 'Invoke', exact: true }).click();
      await page.getByText('SentinelOAuthError: invalid_client').waitFor();
      emulator.faults.add({ operation: 'invokeByUuid', hang: true, times: 1 });
      await page.getByRole('button', { name: 'Invoke', exact: true }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('Cancelled.').waitFor();
    });
  });

  describe('traffic', () => {
    test('comes in as it happens, per service, and is filtered', async () => {
      const page = await open(emulator, { view: 'traffic' });
      await page.getByText('No requests yet').waitFor();
      const { uuid } = emulator.functions.get('echo');
      await send(emulator, '/api/account/12345678/service/baseURI.json');
      await callerOf(emulator).invoke(uuid, 1);
      await callerOf(emulator).get('/api/account/12345678/functions');
      await send(emulator, '/nowhere');
      const rows = rowsOf(page);
      await expect.poll(() => rows.count()).toBe(6);
      expect(await rows.first().textContent()).toContain('/nowhere');
      expect(await rows.nth(3).textContent()).toContain('Invokeecho');

      await page.getByRole('combobox', { name: 'Service' }).selectOption('sentinel');
      await expect.poll(() => rows.count()).toBe(2);
      await page.getByText('2 of 6').waitFor();
      await page.getByRole('combobox', { name: 'Service' }).selectOption('');
      await page.getByRole('combobox', { name: 'Outcome' }).selectOption('failed');
      await expect.poll(() => rows.count()).toBe(1);
      await page.getByRole('combobox', { name: 'Outcome' }).selectOption('all');
      await page.keyboard.press('/');
      await page.keyboard.type('echo');
      await expect.poll(() => rows.count()).toBe(1);
      await page.keyboard.type(' no such thing');
      await page.getByRole('button', { name: 'Clear the filter' }).click();
      await expect.poll(() => rows.count()).toBe(6);

      await page.getByRole('button', { name: 'Pause' }).click();
      await send(emulator, '/nowhere/else');
      await page.getByRole('button', { name: 'Resume' }).click();
      await expect.poll(() => rows.count()).toBe(7);
      await page.getByRole('button', { name: 'Clear', exact: true }).click();
      await page.getByText('No requests yet').waitFor();
      expect(emulator.requests.list()).toEqual([]);
    });

    test('a request is opened with its answer; curl and TypeScript of it are copied, and curl does the same again', async () => {
      const { uuid } = emulator.functions.get('echo');
      const token = await callerOf(emulator).token();
      await callerOf(emulator).invoke(uuid, { said: "it's `fine` $HOME" }, { token });
      const { id } = emulator.requests.last() ?? { id: 0 };
      const page = await open(emulator, { view: `traffic/${String(id)}` });
      const panel = page.getByRole('complementary', { name: `Request ${String(id)}` });
      await panel.getByRole('region', { name: 'Request body' }).getByText("it's `fine` $HOME").waitFor();
      await panel.getByRole('region', { name: 'Response body' }).getByText("it's `fine` $HOME").waitFor();
      await panel.locator('summary', { hasText: 'Request headers' }).click();
      await panel.getByText('Bearer [masked]').waitFor();
      expect(await page.content()).not.toContain(token);

      await panel.getByRole('button', { name: 'Copy as curl' }).click();
      await page.getByText('Copied as curl.').waitFor();
      const masked = await clipboardOf(page);
      expect(masked).toContain('"$LPFN_TOKEN"');
      expect(masked).not.toContain(token);
      const { stdout: again } = await promisify(execFile)('sh', ['-c', masked], {
        env: { ...process.env, LPFN_TOKEN: token },
      });
      expect(again).toMatch(/^HTTP\/1\.1 200/);
      expect(again).toContain("it's `fine` $HOME");

      await panel.getByRole('button', { name: 'Copy as TypeScript' }).click();
      await page.getByText('Copied as TypeScript.').waitFor();
      expect(await clipboardOf(page)).toContain(`functions.invokeByUuid('${uuid}', {`);

      await panel.getByRole('button', { name: 'Show secrets' }).click();
      await panel.getByText(`Bearer ${token}`).waitFor();
      await panel.getByRole('button', { name: 'Copy as curl' }).click();
      await expect.poll(() => clipboardOf(page)).toContain(token);
      await panel.getByRole('button', { name: 'Hide secrets' }).click();
      await panel.getByText('Bearer [masked]').waitFor();
      expect(await page.content()).not.toContain(token);
    });

    test('a body that the journal has cut is said to be cut, and no copy pretends to be the request', async () => {
      const { uuid } = emulator.functions.get('echo');
      await callerOf(emulator).invoke(uuid, { long: 'x'.repeat(70_000) });
      const { id = 0, bodyCharacters, responseBodyCharacters } = emulator.requests.last() ?? {};
      const page = await open(emulator, { view: `traffic/${String(id)}` });
      const panel = page.getByRole('complementary', { name: `Request ${String(id)}` });
      for (const characters of [bodyCharacters, responseBodyCharacters]) {
        expect(characters).toBeGreaterThan(70_000);
        await panel
          .getByText(`It had ${String(characters?.toLocaleString('en'))} characters: only the beginning`)
          .waitFor();
      }
      await panel.getByText('It cannot be copied as curl or TypeScript').waitFor();
      for (const name of ['Copy as curl', 'Copy as TypeScript'])
        expect(await panel.getByRole('button', { name }).isDisabled()).toBe(true);
      await panel.getByRole('button', { name: 'Copy the kept part of the request body' }).click();
      await page.getByText('Copied the kept part of the request body.').waitFor();
      expect(await clipboardOf(page)).toBe(emulator.requests.last()?.body);

      // What is not shown, but there, is copied.
      await callerOf(emulator).invoke(uuid, Array<number>(20_000).fill(1));
      await page.evaluate(`location.hash = '#/traffic/${String(emulator.requests.last()?.id)}'`);
      await page
        .getByText(/^The first 100,000 of \d{3},\d{3} characters are shown; copying takes them all\.$/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Copy request body' }).click();
      await expect.poll(() => clipboardOf(page)).toBe(emulator.requests.last()?.body);
    });

    test('a request that is under way is followed to its end', async () => {
      emulator.faults.add({ service: 'discovery', delayMs: 4_000, times: 1 });
      const page = await open(emulator, { view: 'traffic' });
      const sent = send(emulator, '/api/account/12345678/service/baseURI.json');
      await rowsOf(page).first().click();
      await page.getByText('There is no answer yet.').waitFor();
      await sent;
      await page.getByRole('region', { name: 'Response body' }).getByText('baseURIs').waitFor();
      emulator.faults.add({ service: 'discovery', reset: 'before-read', times: 1 });
      await expect(send(emulator, '/api/account/12345678/service/baseURI.json')).rejects.toThrow();
      await expect.poll(() => rowsOf(page).count()).toBe(2);
      await rowsOf(page).first().click();
      await page.getByText('A fault ended the connection without an answer.').waitFor();
    });

    test('keys walk through the list, open and close', async () => {
      for (let count = 0; count < 3; count += 1) await send(emulator, `/walk/${String(count)}`);
      const page = await open(emulator, { view: 'traffic' });
      const list = page.getByRole('listbox');
      await list.focus();
      await page.keyboard.press('j');
      await page.getByText('GET /walk/2').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.getByText('GET /walk/1').waitFor();
      expect(await rowsOf(page).and(page.locator('[aria-selected=true]')).textContent()).toContain('/walk/1');
      await page.keyboard.press('End');
      await page.getByText('GET /walk/0').waitFor();
      await page.keyboard.press('k');
      await page.getByText('GET /walk/1').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('complementary').waitFor({ state: 'detached' });
    });

    test('keys walk without the focus on the list, and lead elsewhere with it', async () => {
      for (let count = 0; count < 60; count += 1) await send(emulator, `/step/${String(count)}`);
      const page = await open(emulator, { view: 'traffic' });
      await page.getByText('60 requests').waitFor();
      expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
      for (let step = 0; step < 40; step += 1) await page.keyboard.press('j');
      await page.getByText('GET /step/20').waitFor();
      const selected = rowsOf(page).and(page.locator('[aria-selected=true]'));
      expect(await selected.textContent()).toContain('/step/20');
      expect(
        await selected.evaluate((row) => {
          const [own, list] = [row, row.closest('[role=listbox]') ?? row].map((element) =>
            element.getBoundingClientRect(),
          );
          return own.top >= list.top && own.bottom <= list.bottom;
        }),
      ).toBe(true);
      await page.keyboard.press('k');
      await page.getByText('GET /step/21').waitFor();
      // Not while one writes.
      await page.keyboard.press('/');
      await page.keyboard.type('step jk');
      expect(await page.getByLabel('Filter').inputValue()).toBe('step jk');
      await page.getByLabel('Filter').fill('');
      // Nor behind the list of keys.
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByText('GET /step/21').waitFor();
      for (const [key, title] of [
        ['k', 'Tokens'],
        ['f', 'Functions'],
      ] as const) {
        await page.evaluate(`location.hash = '#/traffic'`);
        await page.getByRole('listbox').focus();
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
      }
      expect(await page.evaluate('location.hash')).toBe('#/functions');
    });

    test('rows stand still in a burst while one of them is selected, and flow when none is', async () => {
      for (let count = 0; count < 40; count += 1) await send(emulator, `/still/${String(count)}`);
      const page = await open(emulator, { view: 'traffic' });
      const list = page.getByRole('listbox');
      await list.focus();
      for (let step = 0; step < 3; step += 1) await page.keyboard.press('j');
      await page.getByText('GET /still/37').waitFor();
      // In every frame from now on: where the selected row is, and which are seen.
      await page.evaluate(`(() => {
        const list = document.querySelector('[role=listbox]');
        window.frames_ = new Set();
        const look = () => {
          const box = list.getBoundingClientRect();
          const seen = [...list.querySelectorAll('[role=option]')].filter((row) => row.getBoundingClientRect().top >= box.top - 1).sort((a, b) => a.offsetTop - b.offsetTop);
          const selected = list.querySelector('[aria-selected=true]');
          window.frames_.add(JSON.stringify([selected && Math.round(selected.getBoundingClientRect().top - box.top - list.clientTop), seen[0] && seen[0].querySelector('.path').textContent]));
          requestAnimationFrame(look);
        };
        look();
      })()`);
      await Promise.all(Array.from({ length: 300 }, (_, count) => send(emulator, `/burst/${String(count)}`)));
      await page.getByText('340 requests').waitFor();
      expect(await page.evaluate('[...window.frames_].map((frame) => JSON.parse(frame))')).toEqual([[68, '/still/39']]);
      // The next key goes on from there.
      await page.keyboard.press('j');
      await page.getByText('GET /still/36').waitFor();
      // With none selected the newest are seen again, from the top on.
      await page.keyboard.press('Escape');
      await page.getByRole('complementary').waitFor({ state: 'detached' });
      await list.evaluate((element) => {
        element.scrollTop = 0;
      });
      await send(emulator, '/the-newest');
      await expect.poll(() => rowsOf(page).first().textContent()).toContain('/the-newest');
      expect(await list.evaluate((element) => element.scrollTop)).toBe(0);
    });

    test('whoever has scrolled down goes on seeing the same rows', async () => {
      for (let count = 0; count < 120; count += 1) await send(emulator, `/row/${String(count)}`);
      const page = await open(emulator, { view: 'traffic' });
      const list = page.getByRole('listbox');
      await list.evaluate((element) => {
        element.scrollTop = 1_700;
      });
      await page.getByText('/row/69').waitFor();
      const topOf = (): Promise<number | undefined> =>
        page
          .getByText('/row/69')
          .boundingBox()
          .then((box) => box?.y);
      const before = await topOf();
      for (let count = 0; count < 10; count += 1) await send(emulator, '/new');
      await page.getByText('130 requests').waitFor();
      expect(Math.abs(((await topOf()) ?? 0) - (before ?? 0))).toBeLessThan(2);
      expect(await rowsOf(page).count()).toBeLessThan(60);
    });
  });

  describe('apps', () => {
    test('all mistakes are named at once, and what will not work is warned of when it is registered', async () => {
      const page = await open(emulator, { view: 'apps', expectedMessages: BAD_REQUEST });
      const editor = page.getByLabel('App Installation JSON');
      const wrong = { client_name: 7, grant_types: ['magic'], redirect_uris: ['/back'], response_types: 1 };
      await editor.fill(JSON.stringify(wrong));
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByRole('alert').waitFor();
      expect((await page.getByRole('alert').textContent())?.split('\n')).toEqual([
        '"client_name" must be a string.',
        expect.stringContaining('"grant_types" contains "magic"'),
        '"redirect_uris" contains "/back", which is not an absolute URI.',
        '"response_types" must be an array of strings.',
      ]);
      await editor.fill('{"client_name":"odd","redirect_uris":["javascript:alert(1)"]}');
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByText(/^Registered odd with client id/).waitFor();
      expect(await page.getByRole('status', { name: 'Warnings' }).getByRole('listitem').allTextContents()).toEqual([
        'grant_types: without client_credentials or authorization_code the app gets no token',
        'scope: without faas.lambda.invoke the app may invoke no function',
        'redirect_uris[0]: no browser goes to a javascript: address after a login',
      ]);
      for (const name of ['For servers', 'With user login']) {
        await page.getByRole('button', { name }).click();
        await page.getByRole('button', { name: 'Register' }).click();
        await page.getByText(/^Registered my-/).waitFor();
        expect(await page.getByRole('status', { name: 'Warnings' }).count()).toBe(0);
      }
      for (const { clientId } of emulator.apps.list()) {
        if (clientId !== emulator.apps.default.clientId) emulator.apps.remove(clientId);
      }
    });

    test('nothing can be registered before it is known with which account', async () => {
      const page = await started.browser.newPage();
      let answer = (): void => undefined;
      const released = new Promise<void>((resolve) => (answer = resolve));
      await page.route('**/_emulator/status', async (route) => {
        await released;
        await route.continue();
      });
      await page.goto(`${emulator.discoveryUrl}/#/apps`);
      await page.getByText('Live', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: 'Register' }).count()).toBe(0);
      answer();
      await page.getByRole('button', { name: 'Register' }).waitFor();
      await page.close();
    });

    test('one is registered from JSON; a mistake is named; it is removed when that is confirmed', async () => {
      const page = await open(emulator, { view: 'apps', expectedMessages: BAD_REQUEST });
      const editor = page.getByLabel('App Installation JSON');
      await editor.fill('{"client_name":"web","grant_types":["authorization_code"]}');
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByRole('alert').getByText('"redirect_uris" must name at least one URI').waitFor();
      await page.getByRole('button', { name: 'With user login' }).click();
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByText(/^Registered my-web-app with client id/).waitFor();
      const row = page.getByRole('row', { name: /My web app/ });
      await row.waitFor();
      const app = emulator.apps.list().find(({ installation }) => installation.client_name === 'my-web-app');
      expect(await page.content()).not.toContain(app?.clientSecret);
      await row.getByRole('button', { name: 'Show client secret of my-web-app' }).click();
      await row.getByText(app?.clientSecret ?? '').waitFor();
      await row.getByRole('button', { name: 'Hide client secret of my-web-app' }).click();
      await row.getByText(app?.clientSecret ?? '').waitFor({ state: 'detached' });
      expect(await page.content()).not.toContain(app?.clientSecret);
      await page.getByRole('button', { name: 'Register' }).click();
      await page.getByRole('alert').getByText('"client_name" must be unique').waitFor();
      await row.getByRole('button', { name: 'Remove my-web-app' }).click();
      expect(emulator.apps.list()).toHaveLength(2);
      await row.getByRole('button', { name: /^Sure\?/ }).click();
      await row.waitFor({ state: 'detached' });
      expect(emulator.apps.list()).toHaveLength(1);
    });
  });

  describe('users', () => {
    test('one is added, permissions are switched and count, the password is shown when asked for', async () => {
      const page = await open(emulator, { view: 'users', expectedMessages: BAD_REQUEST });
      const form = page.getByRole('form', { name: 'Add a user' });
      await form.getByLabel('Login name').fill('new@example.com');
      await form.getByLabel('FaaS-Developer').check();
      await form.getByRole('button', { name: 'Add' }).click();
      const row = page.getByRole('row', { name: /^new@example.com/ });
      await row.waitFor();
      const user = (): readonly string[] | undefined => emulator.users.find('new@example.com')?.permissions;
      expect(user()).toEqual(['FaaS-Invocation', 'FaaS-Developer']);
      await row.getByLabel('FaaS-Invocation').uncheck();
      await expect.poll(user).toEqual(['FaaS-Developer']);
      await row.getByLabel('FaaS-Admin').check();
      await expect.poll(user).toEqual(['FaaS-Developer', 'FaaS-Admin']);
      const password = emulator.users.find('new@example.com')?.password ?? '';
      expect(await page.content()).not.toContain(password);
      await row.getByRole('button', { name: 'Show password of new@example.com' }).click();
      await row.getByText(password).waitFor();
      await row.getByRole('button', { name: 'Sign in as new@example.com' }).click();
      await expect.poll(() => emulator.tokens.list()).toHaveLength(1);
      await form.getByLabel('Login name').fill('new@example.com');
      await form.getByRole('button', { name: 'Add' }).click();
      await form.getByRole('alert').getByText('exists already').waitFor();
    });
  });

  describe('tokens', () => {
    test('run down with the clock, expire and are revoked, and are shown when asked for', async () => {
      const [first, second, third] = [
        await callerOf(emulator).token(),
        await callerOf(emulator).token(),
        emulator.users.issueTokens(emulator.users.default.loginName).accessToken,
      ];
      const page = await open(emulator, { view: 'tokens' });
      await page.getByText('3 alive').waitFor();
      for (const token of [first, second, third]) expect(await page.content()).not.toContain(token);
      const rows = page.locator('tbody tr');
      await rows
        .first()
        .getByText(/^7 h 59 m|^8 h/)
        .waitFor();
      expect(await rows.first().textContent()).toContain('agent@emulator.example');
      await rows
        .last()
        .getByText(/^59 m|^1 h/)
        .waitFor();
      emulator.clock.advance(50 * 60_000);
      await rows.last().getByText(/^9 m/).waitFor();
      expect(Number(await rows.last().locator('meter').getAttribute('value'))).toBeLessThan(0.2);

      await rows.last().getByRole('button', { name: 'Show token' }).click();
      await rows.last().getByText(first).waitFor();
      await rows.last().getByRole('button', { name: 'Hide token' }).click();
      await rows.last().getByRole('button', { name: 'Expire the token' }).click();
      await rows.last().getByText('expired').waitFor();
      const { uuid } = emulator.functions.get('echo');
      expect((await callerOf(emulator).invoke(uuid, 1, { token: first })).status).toBe(401);
      expect((await callerOf(emulator).invoke(uuid, 1, { token: second })).status).toBe(200);
      await rows.nth(1).getByRole('button', { name: 'Revoke the token' }).click();
      await expect.poll(() => rows.count()).toBe(2);
      expect((await callerOf(emulator).invoke(uuid, 1, { token: second })).status).toBe(401);
      await page.getByRole('button', { name: 'Expire all' }).click();
      await page.getByText('0 alive').waitFor();
      await page.getByRole('button', { name: 'Revoke all tokens' }).click();
      await page.getByRole('button', { name: /^Sure\?/ }).click();
      await page.getByText('No tokens').waitFor();
      expect(emulator.tokens.list({ expired: true })).toEqual([]);
    });
  });

  describe('faults', () => {
    test('one is chosen, hits, is switched off and on, and removed', async () => {
      const page = await open(emulator, { view: 'faults', expectedMessages: BAD_REQUEST });
      await page.getByText('No faults').waitFor();
      await page.getByRole('button', { name: 'Discovery is down' }).click();
      await page.getByRole('button', { name: 'Switch on' }).click();
      const hits = page.locator('[data-hits]');
      await hits.waitFor();
      const call = async (): Promise<number> =>
        (await send(emulator, '/api/account/12345678/service/baseURI.json')).status;
      expect(await call()).toBe(500);
      await expect.poll(() => hits.getAttribute('data-hits')).toBe('1');
      await page.getByRole('switch').click();
      await expect.poll(() => emulator.faults.list()[0]?.enabled).toBe(false);
      expect(await call()).toBe(200);
      await page.getByRole('switch').click();
      await expect.poll(() => emulator.faults.list()[0]?.enabled).toBe(true);
      expect(await call()).toBe(500);
      await expect.poll(() => hits.getAttribute('data-hits')).toBe('2');
      await page.getByLabel('Fault', { exact: true }).fill('{"staus": 500}');
      await page.getByRole('button', { name: 'Switch on' }).click();
      await page.getByRole('alert').getByText('staus').waitFor();
      await page.getByRole('button', { name: 'Remove fault' }).click();
      await page.getByText('No faults').waitFor();
      expect(emulator.faults.list()).toEqual([]);
    });
  });

  describe('clock', () => {
    test('is moved, set and reset', async () => {
      const page = await open(emulator, { view: 'clock' });
      await page.getByText('The time of this machine').waitFor();
      await page.getByRole('button', { name: '+8 hours' }).click();
      await page.getByText('8 h ahead of this machine').waitFor();
      expect(emulator.clock.now() - Date.now()).toBeGreaterThan(28_790_000);
      await page.getByLabel('Set to (UTC)').fill('2031-02-03T04:05:06');
      await page.getByRole('button', { name: 'Set', exact: true }).click();
      await page
        .getByText(/^2031-02-03 04:05:/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Reset', exact: true }).click();
      await page.getByText('The time of this machine').waitFor();
    });
  });

  describe('everywhere', () => {
    test('keys lead to every view, and a list of them opens', async () => {
      const page = await open(emulator);
      for (const [key, title] of [
        ['f', 'Functions'],
        ['t', 'Traffic'],
        ['a', 'Apps'],
        ['u', 'Users'],
        ['k', 'Tokens'],
        ['x', 'Faults'],
        ['c', 'Clock'],
        ['o', 'Overview'],
      ] as const) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
      }
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
    });

    test('another account is looked at', async () => {
      if (!emulator.accounts.list().some(({ accountId }) => accountId === '777')) {
        emulator.accounts.add({ accountId: '777', platform: 'v1' }).functions.add({
          name: 'only-there',
          code: 'async function lambda() { console.info("as V1"); throw new Error("V1 fails"); }',
        });
      }
      const page = await open(emulator, { view: 'functions' });
      await page.getByLabel('Account', { exact: true }).selectOption('777');
      await page.getByRole('link', { name: 'only-there' }).click();
      await page.getByRole('button', { name: 'Invoke', exact: true }).click();
      await page.getByText('FaaSLambdaError: com.liveperson.faas.handler.custom-failure: V1 fails').waitFor();
      expect(emulator.requests.last()?.query['externalSystem']).toBe('lp-functions-console');
    });

    test('when the emulator goes away it says so, and begins anew with the next', async () => {
      const first = await startEmulator();
      await send(first, '/of-the-first');
      const page = await open(first, { view: 'traffic', expectedMessages: /ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE/ });
      await page.getByText('/of-the-first').waitFor();
      await first.close();
      await page.getByText('The emulator does not answer').waitFor();
      const second = await startEmulator({ port: first.port });
      await send(second, '/of-the-second');
      await page.getByText('/of-the-second').waitFor();
      expect(await page.getByText('/of-the-first').count()).toBe(0);
      await second.close();
    });
  });
});
