import { describe, expect, it } from 'vitest';
import { firstPage, linkOnSite, listOfDecisions, pagesOfRepository, titleOf } from '../site-pages.mjs';

const PAGES = new Map([
  ['README.md', 'index.md'],
  ['docs/errors.md', 'errors.md'],
  ['docs/guide/README.md', 'guide/index.md'],
  ['docs/guide/1-app.md', 'guide/1-app.md'],
  ['packages/client/README.md', 'packages/client/index.md'],
]);
const REPOSITORY = { 'packages/client/src/index.ts': 'file', examples: 'folder' };

describe('a link of a document', () => {
  it.each([
    ['docs/errors.md', 'README.md', './errors.md'],
    ['../../docs/errors.md#codes', 'packages/client/README.md', '../../errors.md#codes'],
    ['../client', 'packages/errors/README.md', undefined],
    ['../client', 'packages/client/README.md', './index.md'],
    ['../client/#calls', 'packages/client/README.md', './index.md#calls'],
    ['1-app.md', 'docs/guide/README.md', './1-app.md'],
    ['../../README.md', 'docs/guide/1-app.md', '../index.md'],
    ['../picture.svg', 'docs/guide/1-app.md', '../picture.svg'],
    ['#here', 'README.md', '#here'],
    ['https://example.com/x', 'README.md', 'https://example.com/x'],
    ['src/index.ts#L3', 'packages/client/README.md', 'blob/main/packages/client/src/index.ts#L3'],
    ['../examples', 'docs/errors.md', 'tree/main/examples'],
    ['nothing.md', 'README.md', undefined],
    ['../../../elsewhere', 'docs/errors.md', undefined],
  ])('%s in %s', (link, document, expected) => {
    const pages = document === 'packages/errors/README.md' ? new Map() : PAGES;
    const target = linkOnSite(link, document, pages, (path) => REPOSITORY[path]);
    expect(target?.replace('https://github.com/lp-functions/lp-functions/', '')).toBe(expected);
  });
});

it('every document has a page of its own, and a title', () => {
  const pages = pagesOfRepository();
  expect(new Set(pages.values()).size).toBe(pages.size);
  expect(pages.get('docs/decisions/README.md')).toBe('decisions/index.md');
  expect(pages.get('apps/cli/README.md')).toBe('apps/cli/index.md');
});

it('takes the first heading for the title, not a comment in a fence', () => {
  expect(titleOf('```sh\n# not this\n```\n\n# `lpfn` and *more*\n\n# second')).toBe('lpfn and more');
  expect(titleOf('no heading')).toBeUndefined();
});

it('puts the headline in place of the README’s', () => {
  expect(firstPage('---\nlayout: home\n---\n', '# Name\n\nText.\n')).toBe('---\nlayout: home\n---\n\nText.\n');
});

it('lists decisions', () => {
  const text = listOfDecisions('# Decisions\n', [{ page: 'decisions/0001-a.md', title: '1. A' }]);
  expect(text).toBe('# Decisions\n\n- [1. A](./0001-a.md)\n');
});
