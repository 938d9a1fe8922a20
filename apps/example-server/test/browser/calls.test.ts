import { describe, expect, test } from 'vitest';
import { call, CHROMIUM, fact, heading, logIn, useBrowser } from '../browser-under-test.ts';

const NOWHERE = '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55';

describe.skipIf(CHROMIUM === undefined)('calling a function', () => {
  const suite = useBrowser();

  test('as the user: answer, and the request id of the log at the gateway', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{"order": 42, "text": "ä <b>&amp;"}');
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    expect(JSON.parse((await page.getByLabel('Answer', { exact: true }).textContent())!)).toEqual({
      order: 42,
      text: 'ä <b>&amp;',
    });
    const request = suite.example.emulator.requests.last({ operation: 'invokeByUuid' })!;
    const { requestId, req } = suite.example.logged
      .map((line) => JSON.parse(line) as { requestId: string; req?: { method: string } })
      .find(({ req: logged }) => logged?.method === 'POST')!;
    expect(req).toMatchObject({ method: 'POST' });
    expect(request.headers['x-request-id']).toBe(requestId);
    await page.getByText('What was sent').click();
    expect(await fact(page, 'Request id').textContent()).toBe(requestId);
    expect(await fact(page, 'Called as').textContent()).toBe('you, with your token');
  });

  test('as the server: with another token than the user’s', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{"by": "user"}');
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    await call(page, 'Echo', '{"by": "server"}', '/as-server');
    await expect.poll(() => page.getByLabel('Answer', { exact: true }).textContent()).toContain('"server"');
    const bearers = suite.example.emulator.requests
      .list({ operation: 'invokeByUuid' })
      .map(({ headers }) => headers['authorization']!.replace('Bearer ', ''));
    const kindOf = (text: string | undefined) =>
      suite.example.emulator.tokens.list().find(({ token }) => token === text)?.kind;
    expect(bearers.map(kindOf)).toEqual(['user', 'app']);
  });

  test('as the server: only what is on the list, whoever asks', async () => {
    const page = await suite.page();
    await logIn(page, 'guest');
    expect((await page.goto(`/as-server/${suite.example.uuidOf('slow')}`))?.status()).toBe(404);
    // The same with a form that was made for another function.
    await page.goto(`/as-server/${suite.example.uuidOf('echo')}`);
    await page.locator('form.call').evaluate((form, uuid) => {
      form.setAttribute('action', `/as-server/${uuid}/calls`);
    }, suite.example.uuidOf('slow'));
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('There is no such page');
    suite.example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 0 });
  });

  test('that returns nothing', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'silent', '{}');
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
  });

  test('that throws: its own failure, with what it said', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'throws', '{"order": 42}');
    await expect.poll(() => heading(page).textContent()).toBe('The function failed');
    expect(await page.locator('.said').textContent()).toContain('There is no order 42.');
    expect(await fact(page, 'Who has to act').textContent()).toBe('The author of the function');
    expect(await fact(page, 'Did the function run?').textContent()).toBe('Yes. It ran.');
  });

  test('that does not exist any more', async () => {
    const { emulator } = suite.example;
    emulator.functions.add({ name: 'short-lived', code: 'async function lambda() {}' });
    const page = await suite.page();
    await logIn(page);
    await page.goto('/functions');
    await page.getByRole('link', { name: 'short-lived' }).click();
    emulator.functions.remove('short-lived');
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('There is no such function');
    expect(await fact(page, 'Did the function run?').textContent()).toBe('No. It did not run.');
    expect((await page.goto(`/functions/${NOWHERE}`))?.status()).toBe(404);
  });

  test('while the platform throttles: when to try again, and nothing ran', async () => {
    suite.example.emulator.faults.add({ operation: 'invokeByUuid', status: 429, retryAfter: 120 });
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{}');
    await expect.poll(() => heading(page).textContent()).toBe('Too many calls at the moment');
    expect(await fact(page, 'Try again?').textContent()).toContain('In 120 seconds.');
    expect(await fact(page, 'Did the function run?').textContent()).toBe('No. It did not run.');
    expect(suite.example.emulator.functions.get('echo').invocations).toBe(0);
  });

  test('whose answer is lost: nobody knows whether it ran', async () => {
    suite.example.emulator.faults.add({ operation: 'invokeByUuid', reset: 'after-run' });
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{}');
    await expect.poll(() => heading(page).textContent()).toBe('LivePerson cannot be reached');
    expect(await fact(page, 'Did the function run?').textContent()).toContain('Nobody knows');
    expect(suite.example.emulator.functions.get('echo').invocations).toBe(1);
  });

  test('while the platform is out of order: its failure, not the function’s', async () => {
    suite.example.emulator.faults.add({ operation: 'invokeByUuid', status: 500 });
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{}');
    await expect.poll(() => heading(page).textContent()).toBe('LivePerson Functions is out of order');
    expect(await fact(page, 'Who has to act').textContent()).toBe('LivePerson');
  });

  test('without the permission: said so in the list, and for the call', async () => {
    const { emulator, uuidOf } = suite.example;
    const guest = await suite.page();
    await logIn(guest, 'guest');
    expect((await guest.goto('/functions'))?.status()).toBe(403);
    expect(await heading(guest).textContent()).toBe('You may not do this');
    expect(await guest.locator('main').textContent()).toContain('FaaS-Invocation');

    const lister = await suite.page();
    await logIn(lister, 'lister');
    await call(lister, 'echo', '{}');
    await expect.poll(() => heading(lister).textContent()).toBe('You may not do this');
    expect(await fact(lister, 'Did the function run?').textContent()).toBe('No. It did not run.');
    expect(emulator.functions.get('echo').invocations).toBe(0);
    expect(uuidOf('echo')).toBe(emulator.functions.get('echo').uuid);
  });

  test('with a payload that is no JSON: what was typed is kept', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{"order": 42,}');
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('This is not JSON');
    expect(await page.getByLabel('Payload').inputValue()).toBe('{"order": 42,}');
    expect(await page.title()).toMatch(/^Error: /);
    suite.example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 0 });
    await page.getByLabel('Payload').fill('{"order": 43}');
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => page.getByLabel('Answer', { exact: true }).textContent()).toContain('43');
  });

  test('with a payload that is too large', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', JSON.stringify('x'.repeat(300 * 1024)));
    await expect.poll(() => heading(page).textContent()).toBe('That is too much');
    suite.example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 0 });
  });

  test('whose answer is markup: shown as text', async () => {
    const page = await suite.page();
    await logIn(page);
    await call(page, 'hostile', '{}');
    await expect.poll(() => page.getByLabel('Answer', { exact: true }).textContent()).toContain('<script>');
    expect(await page.title()).not.toBe('owned');
    expect(await page.locator('main script').count()).toBe(0);
  });

  test('is done once, however often its form is sent and its answer looked at', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.goto(`/functions/${suite.example.uuidOf('slow')}`);
    await page.getByLabel('Payload').fill('{"ms": 300}');
    // Three times at once: not even the server may be in between.
    const fields = await page.locator('form.call').evaluate((form: { action: string }) => ({
      action: form.action,
      form: Object.fromEntries(
        [...(form as unknown as { elements: Iterable<{ name: string; value: string }> }).elements]
          .filter(({ name }) => name !== '')
          .map(({ name, value }) => [name, value]),
      ),
    }));
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => page.request.post(fields.action, { form: fields.form, maxRedirects: 0 })),
    );
    const [address, ...others] = answers.map((answer) => answer.headers()['location']);
    expect(others).toEqual([address, address]);
    await page.goto(address!);
    await page.reload();
    expect(await heading(page).textContent()).toBe('The function answered');
    suite.example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 1 });
    // Nobody else may look at it.
    const other = await suite.page();
    await logIn(other, 'root');
    expect((await other.goto(address!))?.status()).toBe(404);
  });

  test('under way can be looked at meanwhile', async () => {
    const context = await suite.visitor();
    const [page, watcher] = [await context.newPage(), await context.newPage()];
    await logIn(page);
    await page.goto(`/functions/${suite.example.uuidOf('slow')}`);
    await page.getByLabel('Payload').fill('{"ms": 1500}');
    const callId = await page.locator('input[name=callId]').getAttribute('value');
    await page.getByRole('button', { name: 'Call the function' }).click({ noWaitAfter: true });
    await expect.poll(async () => (await watcher.goto(`/calls/${callId!}`))?.status()).toBe(200);
    expect(await heading(watcher).textContent()).toBe('Not answered yet');
    await expect.poll(() => heading(page).textContent(), { timeout: 10_000 }).toBe('The function answered');
    await watcher.getByRole('link', { name: 'Look again' }).click();
    expect(await heading(watcher).textContent()).toBe('The function answered');
  });

  test('works without JavaScript, and by keyboard alone', async () => {
    const page = await suite.page({ javaScriptEnabled: false });
    await logIn(page);
    await page.goto(`/functions/${suite.example.uuidOf('echo')}`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    for (let tabs = 0; tabs < 10 && (await page.locator(':focus').getAttribute('id')) !== 'payload'; tabs += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{"typed": true}');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByLabel('Answer', { exact: true }).textContent()).toContain('"typed": true');
  });
});

describe.skipIf(CHROMIUM === undefined)('forms that this server did not make', () => {
  const suite = useBrowser();

  test('are refused, with and without the cookie', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.waitForURL('/');
    for (const path of [`/functions/${suite.example.uuidOf('echo')}/calls`, '/logout']) {
      for (const form of [{}, { csrfToken: 'guessed' }, { 'csrfToken[]': 'x' }]) {
        const answer = await page.request.post(path, {
          form: { callId: NOWHERE, payload: '{}', ...form },
          maxRedirects: 0,
        });
        expect(answer.status()).toBe(403);
        expect(await answer.text()).toContain('This form is out of date');
      }
    }
    const stranger = await suite.page();
    const answer = await stranger.request.post(`/functions/${suite.example.uuidOf('echo')}/calls`, {
      form: { payload: '{}' },
    });
    expect(answer.status()).toBe(401);
    suite.example.emulator.requests.verify({ operation: 'invokeByUuid' }, { count: 0 });
    expect(await page.goto('/').then((shown) => shown?.text())).toContain('You are logged in');
  });

  test('on other sites do not get the cookie along', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.waitForURL('/');
    const token = await page.locator('input[name=csrfToken]').first().getAttribute('value');
    const { emulator, url } = suite.example;
    await page.route('http://attacker.localhost/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${url}/logout"><input name="csrfToken" value="${token!}"><button>Win a prize</button></form>`,
      }),
    );
    await page.goto('http://attacker.localhost/');
    await page.getByRole('button').click();
    await page.waitForURL(`${url}/**`);
    emulator.requests.verify({ operation: 'revoke' }, { count: 0 });
    await page.goto('/');
    expect(await heading(page).textContent()).toBe('You are logged in');
  });
});

describe.skipIf(CHROMIUM === undefined)('on the first generation of the platform', () => {
  const suite = useBrowser({ emulator: { platform: 'v1' } });

  test('functions are listed and called as well, and a failure shows what was logged', async () => {
    suite.example.emulator.functions.add({
      name: 'logs',
      code: 'async function lambda(input, callback) { console.warn("looking for", input.payload.order); throw new Error("no order"); }',
    });
    const page = await suite.page();
    await logIn(page);
    await call(page, 'echo', '{"generation": 1}');
    await expect.poll(() => page.getByLabel('Answer', { exact: true }).textContent()).toContain('"generation": 1');
    await call(page, 'logs', '{"order": 42}');
    await expect.poll(() => heading(page).textContent()).toBe('The function failed');
    expect(await page.locator('.said').textContent()).toContain('no order');
    await page.getByText('What the function logged').click();
    expect(await page.locator('details[open] pre').textContent()).toContain('looking for');
  });
});
