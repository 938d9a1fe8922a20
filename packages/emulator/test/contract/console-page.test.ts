import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/index.ts';
import { eventually, send, type Answer } from '../platform-caller.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.reset();
});

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const LIST = '/api/account/12345678/service/baseURI.json';
const page = (headers: Readonly<Record<string, string>> = {}, path = '/'): Promise<Answer> =>
  send(emulator, path, { headers: { ...PAGE, ...headers } });

describe('the files', () => {
  test('the page is there, with a policy under which nothing but its own files runs', async () => {
    const { status, headers, text } = await page();
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive]),
    );
    expect(policy.get('default-src')).toBe("default-src 'none'");
    expect(policy.get('script-src')).toBe("script-src 'self'");
    expect(policy.get('style-src')).toBe("style-src 'self'");
    expect(policy.get('frame-ancestors')).toBe("frame-ancestors 'none'");
    expect(policy.get('require-trusted-types-for')).toBe("require-trusted-types-for 'script'");
    expect(String(headers['content-security-policy'])).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(text).not.toMatch(/<script>|<style|style=|\son\w+=|https?:/);
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(files.sort()).toEqual(['/_console/console.css', '/_console/console.js', '/_console/icon.svg']);
    for (const path of files) expect((await send(emulator, path)).status).toBe(200);
  });

  test('a browser that has them is not sent them again', async () => {
    const { headers } = await page({}, '/_console/console.js');
    const again = await page({ 'if-none-match': String(headers.etag) }, '/_console/console.js');
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await send(emulator, '/_console/console.js', { method: 'HEAD' });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', headers['content-length']]);
  });

  test('the licences of what is bundled go along', async () => {
    const { text } = await page({}, '/_console/third-party.txt');
    const bundled = ['preact', '@preact/signals', '@preact/signals-core', 'jsonc-parser'];
    for (const name of bundled) expect(text).toContain(`${name} `);
    expect(text.match(/MIT License/g)).toHaveLength(bundled.length);
  });

  test.each([
    '/_console/',
    '/_console/../index.ts',
    '/_console/..%2f..%2fpackage.json',
    '/_console/package.json',
    '/_console/__proto__',
    '/_console/constructor',
    '/_console/console.js/',
    '/_console/a\u0000'.replace('\u0000', '%00'),
  ])('nothing else is served: %s', async (path) => {
    expect((await page({}, path)).status).toBe(404);
  });

  test('nothing is changed through them', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await send(emulator, '/_console/console.js', { method, body: '{}' });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    }
    expect((await send(emulator, '/_console/events', { method: 'HEAD' })).status).toBe(405);
  });

  test('neither faults nor journal know of them', async () => {
    emulator.faults.add({ reset: 'before-read' });
    expect((await page()).status).toBe(200);
    expect((await page({}, '/_console/requests')).status).toBe(200);
    expect(emulator.requests.count()).toBe(0);
  });

  test('to programs that ask for JSON, / is what it is on the platform: nothing', async () => {
    for (const [method, headers] of [
      ['GET', { accept: 'application/json' }],
      ['HEAD', { accept: 'application/json, text/plain' }],
      ['POST', PAGE],
    ] as const) {
      expect(await send(emulator, '/', { method, headers })).toMatchObject({
        status: 404,
        headers: { 'content-type': 'application/json' },
      });
    }
    expect(emulator.requests.count({ service: 'unknown' })).toBe(3);
    expect((await send(emulator, '/')).headers['content-type']).toBe('text/html; charset=utf-8');
  });
});

describe('who is let in', () => {
  const visit = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' };
  const paths = ['/', '/_console/console.js', '/_console/events', '/_console/requests'];

  test.each<[string, Record<string, string>]>([
    ['a foreign Host, as after DNS rebinding', { host: 'evil.example' }],
    ['a foreign Host with the port', { host: 'evil.example:8787' }],
    ['a host of LivePerson', { host: 'va.faasgw.liveperson.net' }],
    ['a foreign Origin', { origin: 'http://evil.example' }],
    ['the Origin of another port', { origin: 'http://127.0.0.1:3000' }],
    ['the Origin null', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a frame in another site', { ...visit, 'sec-fetch-dest': 'iframe' }],
    ['a visit under a foreign Host', { ...visit, host: 'evil.example' }],
  ])('not %s', async (_name, headers) => {
    for (const path of paths) {
      const answer = await page(headers, path);
      expect([path, answer.status, answer.text.includes('root')]).toEqual([path, 403, false]);
    }
  });

  test('a link from anywhere leads to the page, and to nothing else', async () => {
    expect((await page(visit)).status).toBe(200);
    for (const path of paths.slice(1)) expect((await page(visit, path)).status).toBe(403);
  });

  test('the page itself, under any loopback name', async () => {
    for (const host of ['localhost:1', '127.0.0.1', 'console.localhost:8787']) {
      expect((await page({ host, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    }
  });
});

interface Feed {
  /** Messages so far, by the name of their event. */
  readonly events: readonly { readonly name: string; readonly data: Record<string, unknown> }[];
  pause(): void;
  resume(): void;
  close(): void;
}

/** Listens to the events over a bare socket, which can be left unread. */
async function openFeed(target: Emulator): Promise<Feed> {
  const socket = connect(target.port, '127.0.0.1');
  const events: { name: string; data: Record<string, unknown> }[] = [];
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (chunk: string) => {
    rest += chunk.replaceAll(/\r\n[0-9a-f]+\r\n/g, '');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const name = /event: (\w+)/.exec(block)?.[1];
      const data = /data: (.*)$/s.exec(block)?.[1];
      if (name !== undefined && data !== undefined) events.push({ name, data: JSON.parse(data) as never });
    }
  });
  socket.write(`GET /_console/events HTTP/1.1\r\nHost: 127.0.0.1:${String(target.port)}\r\n\r\n`);
  await eventually(() => events.some(({ name }) => name === 'hello' || name === 'full'));
  return {
    events,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.destroy(),
  };
}
const named = (feed: Feed, name: string): Record<string, unknown>[] =>
  feed.events.filter((event) => event.name === name).map(({ data }) => data);
const areasTold = (feed: Feed): unknown[] =>
  feed.events.filter(({ name }) => name === 'changed').flatMap(({ data }) => data as unknown as unknown[]);
const told = (feed: Feed): { id: number; outcome: string }[] =>
  named(feed, 'requests').flatMap(({ requests }) => requests as { id: number; outcome: string }[]);

describe('the events', () => {
  test('begin with what there is, and tell of what comes, each request with its end', async () => {
    await send(emulator, LIST);
    const feed = await openFeed(emulator);
    expect(named(feed, 'hello')[0]).toMatchObject({ requests: [{ operation: 'listDomains', status: 200 }] });
    emulator.faults.add({ operation: 'listDomains', delayMs: 600, times: 1 });
    await send(emulator, LIST);
    await eventually(() => told(feed).some(({ outcome }) => outcome === 'answered'));
    expect(told(feed).map(({ outcome }) => outcome)).toEqual(['pending', 'answered']);
    await eventually(() => areasTold(feed).includes('faults'));
    await eventually(() => named(feed, 'traffic').length > 0);
    feed.close();
  });

  test('tell what else changed, by area', async () => {
    const feed = await openFeed(emulator);
    const changed = async (area: string, change: () => unknown): Promise<void> => {
      const before = areasTold(feed).length;
      change();
      await eventually(() => areasTold(feed).slice(before).includes(area));
    };
    await changed('functions', () => emulator.functions.add({ name: 'new', code: 'async function lambda() {}' }));
    await changed('apps', () => emulator.apps.install({ client_name: 'new' }));
    await changed('users', () => emulator.users.setPermissions(emulator.users.default.loginName, []));
    await changed('tokens', () => emulator.users.issueTokens(emulator.users.default.loginName));
    await changed('tokens', () => emulator.tokens.expireAll());
    await changed('faults', () => emulator.faults.add({ status: 500, service: 'unknown' }));
    await changed('faults', () => emulator.faults.list()[0]?.setEnabled(false));
    await changed('clock', () => {
      emulator.clock.advance(60_000);
    });
    await changed('accounts', () => emulator.accounts.add({ accountId: '9' }));
    feed.close();
  });

  test('tell that the journal was emptied, and begin anew after a reset', async () => {
    await send(emulator, LIST);
    const feed = await openFeed(emulator);
    emulator.requests.clear();
    await eventually(() => named(feed, 'requests').some(({ firstId, lastId }) => Number(firstId) > Number(lastId)));
    emulator.reset();
    await eventually(() => named(feed, 'hello').length === 2);
    expect(named(feed, 'hello')[1]).toMatchObject({ requests: [], traffic: { all: [] } });
    feed.close();
  });

  test('give no secret away, in whatever path it stands', async () => {
    const { clientSecret } = emulator.apps.default;
    const feed = await openFeed(emulator);
    await send(emulator, `/odd/${clientSecret}/path?client_secret=${clientSecret}`);
    await eventually(() => told(feed).length > 0);
    expect(JSON.stringify(feed.events)).not.toContain(clientSecret);
    expect((await page({}, '/_console/requests')).text).not.toContain(clientSecret);
    feed.close();
  });

  test('a page that does not read holds up nobody, is not queued for, and is told what it missed', async () => {
    const feed = await openFeed(emulator);
    const reader = await openFeed(emulator);
    feed.pause();
    const requests = process.env['LPFN_TEST_SOAK'] === '1' ? 20_000 : 2_000;
    // Long paths, so that what is not read soon fills the buffers between.
    const path = `/${'x'.repeat(4_000)}`;
    const workers = Array.from({ length: 16 }, async (_, worker) => {
      for (let count = worker; count < requests; count += 16) await send(emulator, path);
    });
    await Promise.all(workers);
    const { lastId } = { lastId: emulator.requests.last()?.id ?? 0 };
    await eventually(() => told(reader).some(({ id, outcome }) => id === lastId && outcome === 'answered'));
    expect(emulator.requests.count({ service: 'unknown' })).toBe(requests);

    feed.resume();
    await eventually(() => told(feed).some(({ id, outcome }) => id === lastId && outcome === 'answered'), 10_000);
    const skipped = named(feed, 'requests').reduce((sum, { skipped: left }) => sum + Number(left), 0);
    const known = new Set(told(feed).map(({ id }) => id)).size;
    expect(skipped).toBeGreaterThan(0);
    expect(known).toBeLessThan(requests);
    // What it lacks it can ask for.
    const { requests: missing } = (await page({}, `/_console/requests?before=${String(lastId)}`)).json as {
      requests: { id: number }[];
    };
    expect(missing.length).toBeGreaterThanOrEqual(Math.min(1_999, requests - 1));
    expect(missing.at(-1)?.id).toBe(lastId - 1);
    feed.close();
    reader.close();
  });

  test('are for so many pages, and then for no more until one goes', async () => {
    const feeds = await Promise.all(Array.from({ length: 32 }, () => openFeed(emulator)));
    const late = await openFeed(emulator);
    expect(named(late, 'full')).toHaveLength(1);
    late.close();
    feeds[0]?.close();
    await eventually(() => true);
    let next = await openFeed(emulator);
    for (let turn = 0; turn < 50 && named(next, 'full').length > 0; turn += 1) {
      next.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      next = await openFeed(emulator);
    }
    expect(named(next, 'hello')).toHaveLength(1);
    for (const feed of [...feeds, next]) feed.close();
  });

  test('end with the emulator', async () => {
    const other = await startEmulator();
    const feed = await openFeed(other);
    await other.close();
    expect(named(feed, 'hello')).toHaveLength(1);
    feed.close();
  });

  test('requests between two ids are answered, and nonsense is taken for no bound', async () => {
    for (let count = 0; count < 5; count += 1) await send(emulator, LIST);
    const last = emulator.requests.last()?.id ?? 0;
    const between = async (query: string): Promise<number[]> => {
      const { requests } = (await page({}, `/_console/requests${query}`)).json as { requests: { id: number }[] };
      return requests.map(({ id }) => id - last);
    };
    expect(await between(`?after=${String(last - 3)}&before=${String(last)}`)).toEqual([-2, -1]);
    expect(await between('')).toEqual([-4, -3, -2, -1, 0]);
    expect(await between('?after=-1&before=x')).toEqual([-4, -3, -2, -1, 0]);
    expect(await between(`?after=${String(last)}`)).toEqual([]);
  });
});
