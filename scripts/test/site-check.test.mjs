import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkSite } from '../site-check.mjs';

const folders = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function siteOf(files) {
  const folder = await mkdtemp(join(tmpdir(), 'lp-functions-site-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return checkSite(folder);
}

it('follows links to pages, folders and headings', async () => {
  const { faults, links, pages } = await siteOf({
    'index.html':
      '<a href="/guide/">x</a> <a href="guide/1.html#a-b">x</a> <a href="guide/1">x</a> <a href="#top">x</a><p id="top">',
    'guide/index.html':
      '<a class="y" href="./1.html?q=1#%C3%A4">x</a> <a href="https://example.com/#z">elsewhere is no business of ours</a>',
    'guide/1.html': '<h2 id="a-b">x</h2><h2 id="ä">x</h2><a href="../index.html">x</a>',
  });
  expect({ faults, links, pages }).toEqual({ faults: [], links: 6, pages: 3 });
});

it('names a page or heading that is not there', async () => {
  const { faults } = await siteOf({
    'index.html': '<a href="/gone.html">x</a><a href="./a.html#gone">x</a>',
    'a.html': '<a href="../up.html">x</a>',
  });
  expect(faults).toEqual([
    'a.html: leads nowhere: ../up.html',
    'index.html: leads nowhere: /gone.html',
    'index.html: there is no such heading: ./a.html#gone',
  ]);
});

it.each([
  ['index.html', '<script src="https://cdn.example.com/x.js"></script>'],
  ['index.html', '<link rel="preconnect" href="//fonts.example.com">'],
  ['index.html', '<img alt="" src=https://example.com/pixel.png>'],
  ['a.css', '@import url("https://fonts.example.com/css");'],
  ['a.css', 'x { background: url(//example.com/x.png) }'],
  ['a.svg', "<style>@import 'https://fonts.example.com/css';</style>"],
])('names what a browser would fetch from elsewhere: %s %s', async (file, text) => {
  const { faults } = await siteOf({ [file]: text });
  expect(faults).toEqual([expect.stringContaining(`${file}: fetches from elsewhere`)]);
});

it('lets links and a canonical address name other hosts', async () => {
  const { faults } = await siteOf({
    'index.html': '<a href="https://example.com/">x</a><link rel="canonical" href="https://docs.example.com/">',
  });
  expect(faults).toEqual([]);
});
