import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { callerOf, send } from '../platform-caller.ts';
import { NO_BROWSER, useBrowser } from './console-browser.ts';

/** Markup and script in every quoting, each of which tells on itself when it runs. */
const ATTACKS = [
  '<img src=x onerror="window.attacked=1">',
  '"><svg onload=window.attacked=1>',
  "'><script>window.attacked=1</script>",
  '</pre></textarea></title><iframe srcdoc="<script>parent.attacked=1</script>">',
  'javascript:window.attacked=1',
  '{{constructor.constructor("window.attacked=1")()}}',
];
const ATTACK = ATTACKS.join(' ');
const VIEWS = ['overview', 'functions', 'traffic', 'apps', 'users', 'tokens', 'faults', 'clock'];
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.reset();
});

/** Whether anything of an attack has become more than text. */
async function traces(page: Page): Promise<unknown> {
  return page.evaluate(`({
    ran: window.attacked !== undefined,
    elements: document.querySelectorAll('main img, main iframe, main script, main object, main embed').length,
    handlers: [...document.querySelectorAll('*')].filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))).length,
    links: [...document.querySelectorAll('[href]')].filter(({ href }) => String(href.baseVal ?? href).startsWith('javascript:')).length,
  })`);
}
const UNFOLD = "for (const part of document.querySelectorAll('details')) part.open = true";
const NOTHING = { ran: false, elements: 0, handlers: 0, links: 0 };

describe.skipIf(NO_BROWSER)('the console stays what it is', () => {
  const { open } = useBrowser();

  test('names, payloads, errors, headers and logs of others are text', async () => {
    const { uuid, name } = emulator.functions.add({
      name: ATTACK.replaceAll('/', '|').slice(0, 50),
      description: ATTACK,
      eventId: ATTACK,
      skills: ATTACKS,
      environmentVariables: { [ATTACK.replaceAll('=', ':')]: ATTACK },
      code: `async function lambda({ payload }) { console.error(${JSON.stringify(ATTACK)}, payload); const error = new Error(${JSON.stringify(ATTACK)}); error.code = ${JSON.stringify(ATTACK)}; throw error; }`,
    });
    emulator.functions.add({ name: `'><b>broken`, code: ATTACK });
    emulator.apps.install({ client_name: ATTACK.slice(0, 100), display_name: ATTACK.slice(0, 100), scope: '<b>' });
    emulator.users.add({ loginName: ATTACK, userId: '"><b>1' });
    emulator.users.issueTokens(ATTACK);
    emulator.faults.add({ functionName: ATTACK, body: ATTACK, headers: { 'x-attack': ATTACK } });
    emulator.faults.add({ service: 'discovery', body: ATTACK, headers: { 'x-attack': ATTACK } });
    const headers = { 'x-attack': ATTACK, 'user-agent': ATTACK };
    await callerOf(emulator).invoke(uuid, { [ATTACK]: ATTACKS });
    await send(emulator, `/${encodeURI(ATTACK)}?q=<script>window.attacked=1</script>`.replaceAll(' ', '%20'), {
      headers,
    });
    await send(emulator, `/api/account/12345678/service/baseURI.json?${encodeURIComponent(ATTACK)}`, { headers });

    const page = await open(emulator, { view: 'functions' });
    for (const view of VIEWS) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.waitForTimeout(150);
      expect([view, await traces(page)]).toEqual([view, NOTHING]);
    }
    await page.evaluate(`location.hash = '#/functions/' + ${JSON.stringify(encodeURIComponent(name))}`);
    await page.getByRole('button', { name: 'Invoke', exact: true }).click();
    await page.locator('.result .badge').first().waitFor();
    await page.locator('.logs').first().waitFor();
    await page.evaluate(UNFOLD);
    expect(await page.locator('.detail-pane').textContent()).toContain(ATTACKS[0]);
    expect(await traces(page)).toEqual(NOTHING);
    for (const { id } of emulator.requests.list()) {
      await page.evaluate(`location.hash = '#/traffic/${String(id)}'`);
      await page
        .getByRole('complementary', { name: `Request ${String(id)}` })
        .getByText('Response body')
        .waitFor();
      await page.evaluate(UNFOLD);
      expect(await traces(page)).toEqual(NOTHING);
    }
    await page.evaluate(`location.hash = ${JSON.stringify(`#/functions/${encodeURIComponent(ATTACK)}`)}`);
    await page.getByText('There is no function of this name').waitFor();
    expect(await traces(page)).toEqual(NOTHING);
  });

  test('what would run all the same is stopped by the policy', async () => {
    const page = await open(emulator, { expectedMessages: /Content Security Policy|Trusted|Refused|violates/ });
    const attempts = await page.evaluate<Record<string, string>>(`(async () => {
      // What the test's own tool runs may do more, but only until it has returned once.
      await new Promise((resolve) => setTimeout(resolve, 10));
      const outcomes = {};
      const attempt = async (name, work) => { try { await work(); outcomes[name] = 'done'; } catch (error) { outcomes[name] = 'refused'; } };
      await attempt('innerHTML', () => { document.body.innerHTML = '<img src=x onerror=window.attacked=1>'; });
      await attempt('eval', () => { (0, eval)('window.attacked=1'); });
      await attempt('inline script', () => { const s = document.createElement('script'); s.text = 'window.attacked=1'; document.head.append(s); });
      await attempt('foreign request', () => fetch('http://evil.example/'));
      await attempt('own request', () => fetch('/_emulator/status'));
      return outcomes;
    })()`);
    expect(attempts).toEqual({
      innerHTML: 'refused',
      eval: 'refused',
      'inline script': 'refused',
      'foreign request': 'refused',
      'own request': 'done',
    });
    expect(await page.evaluate('window.attacked')).toBeUndefined();
  });

  test('no secret comes to the page before it is asked for, in no view and in no answer', async () => {
    const { uuid } = emulator.functions.add({
      name: 'echo',
      code: 'async function lambda(input) { return input; }',
      environmentVariables: { KEY: 'value-of-an-environment-variable' },
    });
    const { accessToken, refreshToken } = emulator.users.issueTokens(emulator.users.default.loginName);
    const token = await callerOf(emulator).token();
    await callerOf(emulator).invoke(uuid, { n: 1 }, { token });
    emulator.faults.add({ operation: 'invokeByUuid', echo: true, times: 1 });
    await callerOf(emulator).invoke(uuid, { n: 2 }, { token });
    const secrets = {
      clientSecret: emulator.apps.default.clientSecret,
      password: emulator.users.default.password,
      accessToken,
      refreshToken,
      token,
      variable: 'value-of-an-environment-variable',
    };
    const page = await open(emulator);
    const answers: Promise<string>[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/events')) return;
      answers.push(response.text().catch(() => ''));
    });
    const found: string[] = [];
    const look = async (where: string, text: string): Promise<void> => {
      for (const [name, secret] of Object.entries(secrets))
        if (text.includes(secret)) found.push(`${name} in ${where}`);
    };
    for (const view of [
      ...VIEWS,
      'functions/echo',
      ...emulator.requests.list().map(({ id }) => `traffic/${String(id)}`),
    ]) {
      await page.evaluate(`location.hash = '#/${view}'`);
      await page.waitForTimeout(250);
      if (view === 'functions/echo') {
        await page.getByRole('button', { name: 'Invoke', exact: true }).click();
        await page.locator('.result .badge').first().waitFor();
      }
      await look(view, await page.content());
    }
    for (const answer of await Promise.all(answers)) await look('an answer', answer);
    expect(answers.length).toBeGreaterThan(15);
    expect(found).toEqual([]);
    // The look itself finds what is there.
    await page.evaluate(`location.hash = '#/apps'`);
    await page.getByRole('button', { name: 'Show client secret of emulator-default' }).click();
    await page.getByText(secrets.clientSecret).waitFor();
    await look('apps', await page.content());
    expect(found).toEqual(['clientSecret in apps']);
  });
});

describe.skipIf(NO_BROWSER)('another page', () => {
  // A name that an attacker has rebound to this machine.
  const started = useBrowser(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
  let foreign: Server;
  let foreignPort = 0;
  beforeAll(async () => {
    foreign = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Elsewhere</title>');
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    foreignPort = (foreign.address() as AddressInfo).port;
  });
  afterAll(() => {
    foreign.closeAllConnections();
    foreign.close();
  });

  test.each([
    ['of another port of this machine', () => `http://127.0.0.1:${String(foreignPort)}/`],
    ['of another name', () => `http://evil.example:${String(foreignPort)}/`],
  ])('%s neither reads nor changes anything, and cannot frame the console', async (_name, address) => {
    const page = await started.browser.newPage();
    await page.goto(address());
    const outcomes = await page.evaluate<Record<string, unknown>>(`(async () => {
      const base = '${emulator.discoveryUrl}';
      const read = async (path, init) => { try { const answer = await fetch(base + path, init); return answer.type === 'opaque' ? 'opaque' : answer.status; } catch { return 'refused'; } };
      const frame = () => new Promise((resolve) => { const element = document.createElement('iframe'); element.src = base + '/'; element.onload = () => { let text; try { text = element.contentDocument?.body.textContent; } catch { text = 'closed'; } resolve(text); }; document.body.append(element); });
      const listen = () => new Promise((resolve) => { const source = new EventSource(base + '/_console/events'); source.onopen = () => resolve('open'); source.onerror = () => { source.close(); resolve('refused'); }; });
      const json = { 'content-type': 'application/json' };
      return {
        status: await read('/_emulator/status'),
        requests: await read('/_console/requests'),
        blind: await read('/_emulator/reset', { method: 'POST', mode: 'no-cors' }),
        fault: await read('/_emulator/faults', { method: 'POST', headers: json, body: '{"status":500}' }),
        invoke: await read('/_emulator/accounts/12345678/invocations', { method: 'POST', headers: json, body: '{"uuid":"x"}' }),
        events: await listen(),
        frame: await frame(),
      };
    })()`);
    expect(outcomes).toMatchObject({
      status: 'refused',
      requests: 'refused',
      blind: 'opaque',
      fault: 'refused',
      invoke: 'refused',
      events: 'refused',
    });
    expect(String(outcomes['frame'])).not.toContain('lp-functions');
    expect(emulator.faults.list()).toEqual([]);
    await page.close();
  });

  test('a reset that was sent blindly did not happen', async () => {
    emulator.faults.add({ service: 'unknown', status: 418 });
    const page = await started.browser.newPage();
    await page.goto(`http://evil.example:${String(foreignPort)}/`);
    await page.evaluate(
      `fetch('${emulator.discoveryUrl}/_emulator/reset', { method: 'POST', mode: 'no-cors' }).catch(() => undefined)`,
    );
    await page.evaluate(
      `fetch('${emulator.discoveryUrl}/_emulator/faults', { method: 'DELETE', mode: 'cors' }).catch(() => undefined)`,
    );
    expect(emulator.faults.list()).toHaveLength(1);
    await page.close();
  });

  test('under a name that was rebound to this machine there is no console and no interface', async () => {
    const page = await started.browser.newPage();
    const address = `http://evil.example:${String(emulator.port)}`;
    const answer = await page.goto(`${address}/`);
    expect(answer?.status()).toBe(403);
    const outcomes = await page.evaluate(`(async () => [
      (await fetch('/_emulator/status')).status,
      (await fetch('/_console/requests')).status,
      (await fetch('/_emulator/reset', { method: 'POST' })).status,
      (await fetch('/_console/events')).status,
    ])()`);
    expect(outcomes).toEqual([403, 403, 403, 403]);
    await page.close();
  });

  test('a link in it leads to the console, which has nothing to do with it', async () => {
    const page = await started.browser.newPage();
    await page.goto(`http://evil.example:${String(foreignPort)}/`);
    const opened = page.waitForEvent('popup');
    await page.evaluate(`window.child = window.open('${emulator.discoveryUrl}/')`);
    const child = await opened;
    await child.getByText('Live', { exact: true }).waitFor();
    expect(await child.evaluate('window.opener')).toBeNull();
    expect(await page.evaluate('window.child.closed')).toBe(true);
    await child.close();
    await page.close();
  });
});
