import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Page } from 'playwright-core';
// @boundaries-ignore: what tests of several packages need stands once, at the root of the repository.
import { type RedisServer, startRedis } from '../../../../tools/redis-server.mjs';
import { CHROMIUM, fact, heading, logIn, useBrowser } from '../browser-under-test.ts';

const REDIS = inject('redisServer');
if (REDIS === undefined) {
  console.warn('SKIPPED: queued calls. To run them: apt-get install --no-install-recommends redis-server');
}
const KEY = randomBytes(32).toString('base64');

describe.skipIf(CHROMIUM === undefined || REDIS === undefined)('queueing a call', () => {
  let redis: RedisServer;
  // What is registered first is done last: a server whose Redis is away takes its time to close.
  afterAll(() => redis.close());
  const suite = useBrowser(async () => {
    redis = await startRedis(REDIS!);
    return { environment: { LPFN_REDIS_URL: redis.url, LPFN_QUEUE_KEYS: `test:${KEY}` } };
  });
  // After each test the platform knows no token any more. An hour later, the server knows that its own has run out.
  beforeEach(() => suite.example.clock.advance(60 * 60_000));

  async function queue(page: Page, name: string, payload: string): Promise<void> {
    await page.goto('/as-server');
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByLabel('Payload').fill(payload);
    await page.getByRole('button', { name: 'Queue the call' }).click();
    await page.waitForURL('**/calls/*');
  }

  test('its page shows the answer by itself, as soon as there is one', async () => {
    const page = await suite.page();
    await logIn(page);
    await queue(page, 'Echo', '{"order": 42}');
    await expect.poll(() => heading(page).textContent(), { timeout: 20_000 }).toBe('The function answered');
    expect(await page.getByLabel('Answer', { exact: true }).textContent()).toContain('42');
    const { emulator } = suite.example;
    const request = emulator.requests.last({ operation: 'invokeByUuid' })!;
    await page.getByText('What was sent').click();
    expect(await fact(page, 'Request id').textContent()).toBe(request.headers['x-request-id']);
    const token = request.headers['authorization']!.replace('Bearer ', '');
    expect(emulator.tokens.list().find((one) => one.token === token)?.kind).toBe('app');
  });

  test('works without JavaScript; the answer is kept when the queue has forgotten it', async () => {
    const page = await suite.page({ javaScriptEnabled: false });
    await logIn(page);
    await queue(page, 'Echo', '"plain"');
    await expect
      .poll(
        async () => {
          await page.reload();
          return heading(page).textContent();
        },
        { timeout: 20_000 },
      )
      .toBe('The function answered');
    await redis.kill();
    await page.reload();
    expect(await page.getByLabel('Answer', { exact: true }).textContent()).toContain('plain');
    await redis.start();
  });

  test('a form that is sent twice is one call', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.goto(`/as-server/${suite.example.uuidOf('echo')}`);
    const fields = await page
      .locator('form.call [name]:not(button)')
      .evaluateAll((inputs) =>
        inputs.map((input) => [input.getAttribute('name'), (input as { value?: string }).value]),
      );
    const form = { ...(Object.fromEntries(fields) as Record<string, string>), how: 'queue' };
    const send = () => page.request.post(`/as-server/${suite.example.uuidOf('echo')}/calls`, { form });
    const answers = await Promise.all([send(), send()]);
    expect(new Set(answers.map((answer) => answer.url())).size).toBe(1);
    await page.goto(answers[0].url());
    await expect.poll(() => heading(page).textContent(), { timeout: 20_000 }).toBe('The function answered');
    expect(suite.example.emulator.functions.get('echo').invocations).toBe(1);
  });

  test('a function that fails: its own failure', async () => {
    const page = await suite.page();
    await logIn(page);
    await queue(page, 'Throws', '{"order": 42}');
    await expect.poll(() => heading(page).textContent(), { timeout: 20_000 }).toBe('The function failed');
    expect(await page.locator('.said').textContent()).toContain('There is no order 42.');
    expect(await fact(page, 'Did the function run?').textContent()).toBe('Yes. It ran.');
  });

  test('an answer that is lost: nobody knows, and it is not called again', async () => {
    suite.example.emulator.faults.add({ operation: 'invokeByUuid', reset: 'after-run' });
    const page = await suite.page();
    await logIn(page);
    await queue(page, 'Echo', '{}');
    await expect.poll(() => heading(page).textContent(), { timeout: 20_000 }).toBe('LivePerson cannot be reached');
    expect(await fact(page, 'Did the function run?').textContent()).toContain('Nobody knows');
    expect(suite.example.emulator.functions.get('echo').invocations).toBe(1);
  });

  test('one that is to be made again later says when, and why', async () => {
    suite.example.emulator.faults.add({ operation: 'invokeByUuid', status: 403 });
    const page = await suite.page();
    await logIn(page);
    await queue(page, 'Echo', '{}');
    await expect
      .poll(() => page.locator('.outcome').textContent(), { timeout: 20_000 })
      .toContain('It is made again at');
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toContain(
      'At the last attempt: This server may not do this',
    );
    expect(await fact(page, 'Who has to act').textContent()).toBe('Whoever runs this server');
    expect(await fact(page, 'Did the function run?').textContent()).toBe('No. It did not run.');
  });

  describe('while Redis is away', () => {
    beforeEach(() => redis.kill());
    afterEach(() => redis.start());

    test('is refused in plain words, and other calls go on', async () => {
      const page = await suite.page();
      await logIn(page);
      await queue(page, 'Echo', '{}');
      expect(await heading(page).textContent()).toBe('The queue is out of order');
      expect(await fact(page, 'Who has to act').textContent()).toBe('Whoever runs this server');
      await page.getByRole('link', { name: 'Call again' }).click();
      await page.getByRole('button', { name: 'Call the function' }).click();
      await expect.poll(() => heading(page).textContent()).toBe('The function answered');
    });
  });
});

describe.skipIf(CHROMIUM === undefined)('without a Redis', () => {
  const suite = useBrowser();

  test('no form offers to queue, and one that asks for it is called at once', async () => {
    const page = await suite.page();
    await logIn(page);
    await page.goto('/as-server');
    await page.getByRole('link', { name: 'Echo', exact: true }).click();
    expect(await page.getByRole('button', { name: 'Queue the call' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Call the function' }).evaluate((button) => {
      button.setAttribute('name', 'how');
      button.setAttribute('value', 'queue');
    });
    await page.getByRole('button', { name: 'Call the function' }).click();
    await expect.poll(() => heading(page).textContent()).toBe('The function answered');
  });
});
