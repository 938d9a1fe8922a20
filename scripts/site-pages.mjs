import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { ROOT, workspacePackages } from './workspace.mjs';

const REPOSITORY = 'https://github.com/lp-functions/lp-functions';

/**
 * The documents of the repository and the page that each becomes, both as paths with `/`: `docs/` is the site, a README is the page of its
 * folder, and the root's README follows the headline of the first page.
 *
 * @returns {Map<string, string>} page by document
 */
export function pagesOfRepository() {
  const pages = new Map([['README.md', 'index.md']]);
  for (const document of filesBelow('docs').filter((file) => file.endsWith('.md')))
    pages.set(document, document.slice('docs/'.length).replace(/README\.md$/, 'index.md'));
  for (const { folder } of workspacePackages())
    if (existsSync(join(ROOT, folder, 'README.md'))) pages.set(`${folder}/README.md`, `${folder}/index.md`);
  return pages;
}

/** Pictures and other files that documents show: from below `docs/`. */
export function picturesOfRepository() {
  return filesBelow('docs').filter((file) => /\.(?:svg|png|jpe?g|webp)$/.test(file));
}

function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/**
 * Where a link of a document leads on the site: to a page or a picture, or to the file in the repository.
 *
 * @param {string} link as it is written, relative to the document
 * @param {string} document path in the repository
 * @param {Map<string, string>} pages of the repository
 * @param {(path: string) => 'file' | 'folder' | undefined} [look] what is in the repository
 * @returns {string | undefined} undefined if it leads nowhere
 */
export function linkOnSite(link, document, pages, look = lookInRepository) {
  if (/^(?:[a-z][a-z+.-]*:|#|\/\/)/i.test(link)) return link;
  const [, path, fragment] = /^([^#?]*)(.*)$/.exec(link);
  const target = posix.normalize(posix.join(dirname(document), decodeURI(path))).replace(/\/$/, '');
  const page = pages.get(target) ?? pages.get(posix.join(target, 'README.md'));
  const from = dirname(pages.get(document) ?? document);
  if (page !== undefined) return relativeLink(from, page) + fragment;
  if (/^docs\/.*\.(?:svg|png|jpe?g|webp)$/.test(target)) return relativeLink(from, target.slice('docs/'.length));
  const kind = look(target);
  if (kind === undefined) return undefined;
  return `${REPOSITORY}/${kind === 'file' ? 'blob' : 'tree'}/main/${target}${fragment}`;
}

function relativeLink(from, to) {
  const path = posix.relative(from, to);
  return path.startsWith('.') ? path : `./${path}`;
}

function lookInRepository(path) {
  if (path.startsWith('..') || !existsSync(join(ROOT, path))) return undefined;
  return statSync(join(ROOT, path)).isFile() ? 'file' : 'folder';
}

/**
 * First heading of a Markdown text, without its markup.
 *
 * @param {string} markdown
 * @returns {string | undefined}
 */
export function titleOf(markdown) {
  return /^# +(.+)$/m.exec(markdown.replaceAll(/^```[\s\S]*?^```/gm, ''))?.[1].replaceAll(/[`*]|\\(?=[<>])/g, '');
}

/**
 * The first page: its headline, and below it the README without its own headline.
 *
 * @param {string} headline front matter
 * @param {string} readme
 */
export function firstPage(headline, readme) {
  return `${headline.trimEnd()}\n${readme.replace(/^# .*\n/, '')}`;
}

/**
 * The page of the decisions: its text, and a list of them.
 *
 * @param {string} text
 * @param {readonly { page: string, title: string }[]} decisions
 */
export function listOfDecisions(text, decisions) {
  const items = decisions.map(({ page, title }) => `- [${title}](./${posix.basename(page)})`);
  return `${text.trimEnd()}\n\n${items.join('\n')}\n`;
}

/**
 * Entries of the sidebar for pages, with the headings of the pages as texts.
 *
 * @param {readonly string[]} pages
 * @param {string} root folder of the pages
 */
export function sidebarItems(pages, root) {
  return pages.map((page) => ({
    text: (titleOf(readFileSync(join(root, page), 'utf8')) ?? page).replace(/^@[^/]+\//, ''),
    link: `/${page.replace(/(?:^|(?<=\/))index\.md$/, '').replace(/\.md$/, '.html')}`,
  }));
}
