import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveSite } from '../site-server.mjs';

let folder;
let site;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lp-functions-site-'));
  await mkdir(join(folder, 'public', 'guide'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'not of the site');
  await writeFile(join(folder, 'public', 'guide', 'index.html'), '<h1>Guide</h1>');
  site = await serveSite(join(folder, 'public'));
});
afterAll(async () => {
  site.close();
  await rm(folder, { recursive: true, force: true });
});

/** As it is written: `fetch` would tidy up the path. */
function statusOf(path) {
  const { hostname, port } = new URL(site.origin);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}

it.each(['/guide/', '/guide/index.html', '/guide/?q=1'])('shows %s', async (path) => {
  expect(await statusOf(path)).toBe(200);
});

it.each([
  '/',
  '/guide',
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/guide/%2e%2e/%2e%2e/secret.txt',
  '/%zz',
  '//secret.txt',
])('has nothing at %s', async (path) => {
  expect(await statusOf(path)).toBe(404);
});

it('is there for this machine only', () => {
  expect(new URL(site.origin).hostname).toBe('127.0.0.1');
});
