import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

/** What makes a browser ask another host without anybody clicking: scripts, styles, fonts, pictures, frames, preconnects. */
const REMOTE =
  /<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?(?:https?:)?\/\/[^"'>\s]+|<link\b(?![^>]*rel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?\/\/[^"'>\s]+|@import\s+(?:url\()?\s*["']?(?:https?:)?\/\/[^"')]+|url\(\s*["']?(?:https?:)?\/\/[^"')]+/gi;

/**
 * What is wrong with a built site: links to pages or headings that are not there, and anything fetched from elsewhere.
 *
 * @param {string} folder
 * @returns {{ pages: number, links: number, faults: string[] }}
 */
export function checkSite(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const all = new Set(files);
  const html = files.filter((file) => file.endsWith('.html'));
  const pages = new Map(html.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const ids = new Map([...pages].map(([file, text]) => [file, idsOf(text)]));
  const faults = [];
  let links = 0;
  for (const [file, text] of pages) {
    for (const link of linksOf(text)) {
      links += 1;
      const fault = linkFault(link, file, all, ids);
      if (fault !== undefined) faults.push(`${file}: ${fault}`);
    }
  }
  for (const file of files.filter((name) => /\.(?:html|css|svg)$/.test(name))) {
    const text = pages.get(file) ?? readFileSync(join(folder, file), 'utf8');
    for (const [remote] of text.matchAll(REMOTE))
      faults.push(`${file}: fetches from elsewhere: ${remote.slice(0, 120)}`);
  }
  return { pages: pages.size, links, faults: [...new Set(faults)] };
}

function linksOf(html) {
  return [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)]
    .map(([, href]) => href.replaceAll('&amp;', '&'))
    .filter((href) => !/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(href));
}

function idsOf(html) {
  return new Set([...html.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id]) => id.replaceAll('&amp;', '&')));
}

function linkFault(link, from, files, ids) {
  const [, path, fragment] = /^([^#?]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(link);
  const absolute = path.startsWith('/') ? path.slice(1) : posix.normalize(posix.join(dirname(from), decodeURI(path)));
  const target =
    path === ''
      ? from
      : [absolute, `${absolute}.html`, posix.join(absolute, 'index.html')].find((candidate) => files.has(candidate));
  if (target === undefined) return `leads nowhere: ${link}`;
  if (fragment === undefined || fragment === '' || !target.endsWith('.html')) return undefined;
  return ids.get(target).has(decodeURIComponent(fragment)) ? undefined : `there is no such heading: ${link}`;
}
