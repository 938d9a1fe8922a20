import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Example, startExample } from '../example-under-test.ts';
import { type Answer, createHttpVisitor, type HttpVisitor, logVisitorIn, readCallForm } from '../http-visitor.ts';

/** What every answer has to say to browsers. */
const EXPECTED_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
/** Headers that tell an attacker what to look for. */
const TELLTALE = ['server', 'x-powered-by', 'x-aspnet-version', 'via'];

let example: Example;
let visitor: HttpVisitor;
let pages: Answer[];

beforeAll(async () => {
  example = await startExample();
  visitor = createHttpVisitor(example.url);
  // One answer of every kind: pages, redirects, refusals, files, machines' answers.
  for (const path of [
    '/',
    '/health',
    '/ready',
    '/public/style.css',
    '/public/tabs.js',
    '/public/icon.svg',
    '/nowhere',
  ]) {
    await visitor.get(path);
  }
  await visitor.get('/functions');
  await visitor.get('/callback?code=x&state=y');
  await logVisitorIn(visitor, example);
  await visitor.get('/functions');
  await visitor.get('/as-server');
  const { action, fields } = await readCallForm(visitor, example.uuidOf('throws'));
  const { headers } = await visitor.post(action, { ...fields, payload: '{}' });
  await visitor.get(headers.location!);
  await visitor.post(action, { ...fields, payload: 'no JSON' });
  await visitor.post(action, {});
  await visitor.post('/logout', { csrfToken: fields['csrfToken']! });
  await visitor.get('/logged-out');
  pages = visitor.answers.filter(({ url }) => url.startsWith(example.url));
});
afterAll(() => example.close());

const named = (answer: Answer): string => `${answer.status} ${new URL(answer.url).pathname}`;
const isFile = ({ url }: Answer): boolean => new URL(url).pathname.startsWith('/public/');

describe('every answer', () => {
  test('is of a kind that was meant', () => {
    const kinds = new Set(pages.map(({ status }) => status));
    expect([...kinds].sort()).toEqual([200, 303, 400, 401, 403, 404, 422]);
  });

  test.each(Object.entries(EXPECTED_HEADERS))('has %s: %s', (name, value) => {
    expect(pages.filter(({ headers }) => headers[name] !== value).map(named)).toEqual([]);
  });

  test('has a Content-Security-Policy that allows nothing inline, nothing foreign, no frame', () => {
    for (const answer of pages) {
      const policy = new Map(
        answer.headers['content-security-policy']!.toString()
          .split(';')
          .map((directive) => directive.trim().split(' '))
          .map(([name, ...values]) => [name!, values.join(' ')]),
      );
      expect(policy.get('default-src'), named(answer)).toBe("'none'");
      for (const [name, value] of policy) {
        if (name.endsWith('-src')) expect(value, `${named(answer)} ${name}`).toMatch(/^'(?:none|self)'$/);
      }
      expect(policy.get('frame-ancestors')).toBe("'none'");
      expect(policy.get('base-uri')).toBe("'none'");
      expect(policy.get('form-action')).toBe("'self'");
    }
  });

  test('has an id of its own', () => {
    const ids = pages.map(({ headers }) => headers['x-request-id'] as string);
    expect(ids.filter((id) => !/^[0-9a-f-]{36}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(pages.length);
  });

  test('is kept by nobody, unless it is a file', () => {
    const wrong = pages.filter((answer) => !isFile(answer) && answer.headers['cache-control'] !== 'no-store');
    expect(wrong.map(named)).toEqual([]);
  });

  test('tells nothing of what this server is made of', () => {
    const told = pages.flatMap((answer) =>
      TELLTALE.filter((name) => name in answer.headers).map((name) => `${named(answer)} ${name}`),
    );
    expect(told).toEqual([]);
  });

  test('has no inline script, style or handler in its markup', () => {
    const inline = /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:/i;
    expect(pages.filter(({ text }) => inline.test(text)).map(named)).toEqual([]);
  });
});

describe('cookies', () => {
  test('there is one: HttpOnly, Secure, SameSite, for this host only', () => {
    const set = pages.flatMap(({ headers }) => headers['set-cookie'] ?? []);
    expect(set.length).toBeGreaterThan(0);
    for (const cookie of set) {
      const [pair, ...attributes] = cookie.split('; ');
      expect(pair).toMatch(/^__Host-session=s%3A/);
      expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
    }
  });

  test('none is set for who does not log in', async () => {
    const stranger = createHttpVisitor(example.url);
    for (const path of ['/', '/functions', '/nowhere', '/callback?code=x&state=y', '/logged-out']) {
      expect((await stranger.get(path)).headers['set-cookie'], path).toBeUndefined();
    }
  });

  test('one that was tampered with, or made up, is worth nothing', async () => {
    const mine = createHttpVisitor(example.url);
    await logVisitorIn(mine, example);
    const cookies = mine.cookies() as Map<string, string>;
    const value = cookies.get('__Host-session')!;
    for (const forged of [`${value.slice(0, -2)}xx`, 's%3Amade-up.signature', 's:x', '']) {
      cookies.set('__Host-session', forged);
      const answer = await mine.get('/functions');
      expect(answer.status).toBe(401);
    }
    cookies.set('__Host-session', value);
    expect((await mine.get('/functions')).status).toBe(200);
  });
});

describe('on this machine without TLS', () => {
  test('the cookie is not Secure, so that browsers take it, and nobody is told to stay with TLS', async () => {
    const plain = await startExample({ tls: false });
    try {
      const local = createHttpVisitor(plain.url);
      const home = await logVisitorIn(local, plain);
      expect(home.text).toContain('You are logged in');
      expect([...local.cookies().keys()]).toEqual(['session']);
      const set = local.answers
        .flatMap(({ headers }) => headers['set-cookie'] ?? [])
        .filter((line) => line.startsWith('session='));
      for (const cookie of set) expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
      expect(home.headers['strict-transport-security']).toBeUndefined();
    } finally {
      await plain.close();
    }
  });
});
