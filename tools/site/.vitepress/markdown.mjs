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

/**
 * Draws `mermaid` fences at build time, in the colours of the page, light or dark.
 *
 * @param {import('vitepress').MarkdownRenderer} markdown
 */
export function drawDiagrams(markdown) {
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, ...rest) => {
    if (tokens[index].info.trim() !== 'mermaid') return fence(tokens, index, ...rest);
    const svg = renderMermaidSVG(tokens[index].content, {
      bg: 'var(--vp-c-bg)',
      fg: 'var(--vp-c-text-1)',
      font: 'system-ui',
      transparent: true,
    });
    // The library asks a font service for its font; here the system's own is used.
    const local = svg.replaceAll(/@import url\([^)]*\);/g, '');
    // As a string: a template of Vue would lose the picture's <style>.
    const literal = markdown.utils.escapeHtml(JSON.stringify(local));
    return `<div class="diagram" role="img" aria-label="Diagram" tabindex="0" v-html="${literal}"></div>`;
  };
}
