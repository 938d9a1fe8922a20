// Builds the documentation site into .site/public from docs/, the READMEs and the docstrings, and checks it. Fails on an export without
// description, on a link that leads nowhere, on anything that a page would fetch from elsewhere, and on what a browser finds wrong.
//
//   --serve   then shows it on http://127.0.0.1:4173 until Ctrl+C
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { describeExports, publicEntries } from './api-reference.mjs';
import { run } from './child-process.mjs';
import { checkSite } from './site-check.mjs';
import { lookAtSite } from './site-look.mjs';
import { firstPage, listOfDecisions, pagesOfRepository, picturesOfRepository, titleOf } from './site-pages.mjs';
import { serveSite } from './site-server.mjs';
import { ROOT } from './workspace.mjs';

const WORK = join(ROOT, '.site');
const PAGES = join(WORK, 'pages');
const PUBLIC = join(WORK, 'public');
const PORT = 4173;
const BUILD_TIMEOUT_MS = 300_000;
/** One page of each kind: headline, text, tables, diagrams, reference. */
const LOOKED_AT = [
  '/',
  '/guide/7-invoke.html',
  '/packages/client/',
  '/apps/example-server/',
  '/architecture.html',
  '/api/faas-invoker/interfaces/FaasInvoker.html',
];

const { values: options } = parseArgs({ options: { serve: { type: 'boolean' } } });

const faults = await build();
for (const fault of faults) console.log(`FAIL ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else if (options.serve === true) console.log(`On ${(await serveSite(PUBLIC, PORT)).origin} until Ctrl+C`);

async function build() {
  await rm(PAGES, { recursive: true, force: true });
  await rm(PUBLIC, { recursive: true, force: true });
  const pages = pagesOfRepository();
  for (const [document, page] of pages) await put(document, page);
  for (const picture of picturesOfRepository()) await put(picture, picture.slice('docs/'.length));
  const headline = await readFile(join(ROOT, 'tools', 'site', 'home.md'), 'utf8');
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  await writeFile(join(PAGES, 'index.md'), firstPage(headline, readme));

  await writeFile(join(PAGES, 'decisions', 'index.md'), await decisionsPage(pages));

  const undescribed = await describeExports(publicEntries(), { out: join(PAGES, 'api') });
  if (undescribed.length > 0) return undescribed;

  const { code, output } = await run('vitepress', ['build', 'tools/site'], {
    capture: true,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (code !== 0) return [`vitepress: exit code ${code}\n${output}`];
  const checked = checkSite(PUBLIC);
  if (checked.faults.length > 0) return checked.faults;
  const looked = await lookAtSite(PUBLIC, LOOKED_AT);
  if (looked.length > 0) return looked;
  console.log(`ok   ${checked.pages} pages, ${checked.links} links, in ${relative(ROOT, PUBLIC)}`);
  return [];
}

async function decisionsPage(pages) {
  const numbered = [...pages.values()].filter((page) => /^decisions\/\d/.test(page));
  const decisions = await Promise.all(
    numbered.map(async (page) => ({ page, title: titleOf(await readFile(join(PAGES, page), 'utf8')) ?? page })),
  );
  return listOfDecisions(await readFile(join(PAGES, 'decisions', 'index.md'), 'utf8'), decisions);
}

async function put(document, page) {
  const target = join(PAGES, page);
  await mkdir(dirname(target), { recursive: true });
  await cp(join(ROOT, document), target);
}
