import { renderMermaidSVG } from 'beautiful-mermaid';
import { linkOnSite, pagesOfRepository } from '../../../scripts/site-pages.mjs';

/**
 * Turns links that are right in the repository into links that are right on the site. One that leads nowhere fails the build.
 *
 * @param {import('vitepress').MarkdownRenderer} markdown
 */
export function linkDocuments(markdown) {
  const pages = pagesOfRepository();
  const documents = new Map([...pages].map(([document, page]) => [page, document]));
  markdown.core.ruler.push('repository-links', ({ tokens, env }) => {
    const document = documents.get(env.relativePath);
    if (document === undefined) return;
    for (const token of tokens.flatMap((block) => block.children ?? [])) {
      const attribute = { link_open: 'href', image: 'src' }[token.type];
      if (attribute === undefined) continue;
      const link = token.attrGet(attribute);
      const target = linkOnSite(link, document, pages);
      if (target === undefined) throw new Error(`${document}: leads nowhere: ${link}`);
      token.attrSet(attribute, target);
    }
  });
}

/** A participant's box is made as wide as this many characters: the library spaces lifelines by their boxes, not by what stands between. */
const PARTICIPANT_CHARACTERS = 38;
/** Taken for a letter by the library, and taken away again. */
const FILLER = '\u2800';

/** A sequence diagram with room for its texts, and its numbers written out, which the library leaves away. */
function roomyAndNumbered(diagram) {
  if (!/^\s*sequenceDiagram/.test(diagram)) return diagram;
  let number = /^\s*autonumber\s*$/m.test(diagram) ? 1 : undefined;
  return diagram
    .split('\n')
    .map((line) => {
      const [, id, label] = /^\s*(?:actor|participant)\s+(\w+)\s+as\s+(.+)$/.exec(line) ?? [];
      if (id !== undefined) {
        const side = FILLER.repeat(Math.max(0, (PARTICIPANT_CHARACTERS - label.length) / 2));
        return `participant ${id} as ${side}${label}${side}`;
      }
      return number === undefined ? line : line.replace(/^(\s*\w+-+>+\w+:\s*)/, (arrow) => `${arrow}${number++}. `);
    })
    .join('\n');
}

/**
 * Draws `mermaid` fences at build time, in the colours of the page, light or dark.
 *
 * @param {import('vitepress').MarkdownRenderer} markdown
 */
export function drawDiagrams(markdown) {
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    if (tokens[index].info.trim() !== 'mermaid') return fence(tokens, index, ...rest);
    const svg = renderMermaidSVG(roomyAndNumbered(tokens[index].content), {
      bg: 'var(--vp-c-bg)',
      fg: 'var(--vp-c-text-1)',
      muted: 'var(--vp-c-text-2)',
      line: 'var(--vp-c-text-3)',
      border: 'var(--vp-c-text-3)',
      font: 'system-ui',
      transparent: true,
    });
    // The library asks a font service for its font; here the system's own is used.
    const local = svg.replaceAll(/@import url\([^)]*\);/g, '').replaceAll(FILLER, '');
    // As a string: a template of Vue would lose the picture's <style>.
    const literal = markdown.utils.escapeHtml(JSON.stringify(local));
    return `<div class="diagram" role="img" aria-label="Diagram" tabindex="0" v-html="${literal}"></div>`;
  };
}
