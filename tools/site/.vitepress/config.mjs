import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'vitepress';
import { publicEntries } from '../../../scripts/api-reference.mjs';
import { pagesOfRepository, sidebarItems } from '../../../scripts/site-pages.mjs';
import { ROOT } from '../../../scripts/workspace.mjs';
import { drawDiagrams, linkDocuments } from './markdown.mjs';

const PAGES = join(ROOT, '.site', 'pages');

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2c4bb5"/>' +
  '<path d="M9 8v16h6M19 24V8h6M19 16h5" fill="none" stroke="#fff" stroke-width="3"/></svg>';

/** What stands in which part of the sidebar, in this order; what is not named comes last in the part called `rest`. */
const PARTS = [
  { text: 'Guide', match: /^guide\// },
  { text: 'Coming from elsewhere', match: /^(?:migration|postman)\/|^compare\.md$/ },
  {
    text: 'Packages',
    match: /^packages\//,
    order: ['client', 'emulator', 'domain-discovery', 'sentinel-oauth', 'faas-invoker'],
  },
  { text: 'Programs', match: /^apps\// },
  {
    text: 'Know more',
    match: /^[^/]+\.md$|^decisions\//,
    order: ['architecture', 'errors', 'faults', 'queue'],
    rest: true,
  },
  { text: 'Project', match: /^(?:CONTRIBUTING|SECURITY|CODE_OF_CONDUCT)\.md$/ },
];

/** Documents that are little but tables: they get the room of the outline. */
const WIDE_TABLES = ['errors.md', 'faults.md', 'defects.md', 'compare.md'];

function partOf(page) {
  return PARTS.find(({ match, rest }) => match.test(page) && rest !== true) ?? PARTS.find(({ rest }) => rest === true);
}

function inOrder(pages, order = []) {
  const place = (page) => {
    const index = order.findIndex((name) => page.replace(/\.md$/, '').split('/').includes(name));
    return `${String(index < 0 ? order.length : index).padStart(3, '0')} ${page.endsWith('index.md') ? '0' : '1'} ${page}`;
  };
  return [...pages].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

function documentSidebar() {
  const pages = [...pagesOfRepository().values()].filter((page) => page !== 'index.md' && !/^decisions\/\d/.test(page));
  return [
    ...PARTS.map((part) => ({
      text: part.text,
      items: sidebarItems(
        inOrder(
          pages.filter((page) => partOf(page) === part),
          part.order,
        ),
        PAGES,
      ),
    })).filter(({ items }) => items.length > 0),
    { text: 'API reference', link: '/api/' },
  ];
}

/** One part for each entry, its exports by kind. Folders stand as the reference wrote them. */
function apiSidebar() {
  const folders = publicEntries().map(({ name }) => name.replace(/^@[^/]+\//, ''));
  return [
    { text: 'API reference', link: '/api/' },
    ...folders.map((folder) => ({
      text: folder,
      link: `/api/${folder}/`,
      collapsed: true,
      items: ['functions', 'classes', 'interfaces', 'type-aliases', 'variables'].flatMap((kind) =>
        exportsIn(join(PAGES, 'api', folder, kind)).map((text) => ({
          text,
          link: `/api/${folder}/${kind}/${text}.html`,
        })),
      ),
    })),
  ];
}

function exportsIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((file) => file.replace(/\.md$/, ''))
    .sort();
}

export default defineConfig({
  title: 'lp-functions',
  description: 'Call LivePerson Functions from outside the platform.',
  lang: 'en',
  srcDir: relative(join(ROOT, 'tools', 'site'), PAGES),
  outDir: join(ROOT, '.site', 'public'),
  cacheDir: join(ROOT, '.site', 'cache'),
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  transformPageData: ({ relativePath, frontmatter }) => {
    if (WIDE_TABLES.includes(relativePath)) frontmatter.aside = false;
  },
  // The theme's first page lacks the landmark.
  transformHtml: (html) => html.replace('<div class="VPHome', '<div role="main" class="VPHome'),
  // An address of one's own machine is for the reader to open.
  ignoreDeadLinks: [/^https?:\/\/(?:localhost|127\.0\.0\.1)/],
  metaChunk: true,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: headingId },
    config: (markdown) => {
      linkDocuments(markdown);
      drawDiagrams(markdown);
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/', activeMatch: '^/guide/' },
      { text: 'Client', link: '/packages/client/' },
      { text: 'lpfn', link: '/apps/cli/' },
      { text: 'Errors', link: '/errors.html' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
    ],
    sidebar: { '/api/': apiSidebar(), '/': documentSidebar() },
    outline: [2, 3],
    search: { provider: 'local' },
    footer: { message: 'MIT licence. Not affiliated with LivePerson.' },
  },
});

/** As GitHub spells the anchors of headings, so that a link works in both places. */
function headingId(text) {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
