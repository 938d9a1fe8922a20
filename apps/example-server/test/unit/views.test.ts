import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VIEWS_FOLDER } from '../../src/folders.ts';

const views = readdirSync(VIEWS_FOLDER).map((name) => ({ name, text: readFileSync(join(VIEWS_FOLDER, name), 'utf8') }));

describe('templates', () => {
  test('write nothing unescaped but each other', () => {
    const raw = views.flatMap(({ name, text }) =>
      [...text.matchAll(/<%[-_]?\s*~\s*(.*?)\s*%>/g)].map(([, what]) => `${name}: ${what!}`),
    );
    const allowed = /^[\w-]+\.eta: (?:it\.body|include\('\.\/[\w-]+', \{ failure: [\w.]+ \}\))$/;
    expect(raw.filter((use) => !allowed.test(use))).toEqual([]);
    expect(raw.length).toBeGreaterThan(0);
  });

  test('put what they are given between quotes, where it is an attribute', () => {
    const bare = views.flatMap(({ name, text }) =>
      [...text.matchAll(/\s[\w-]+=(<%=.*?%>)/g)].map(([, what]) => `${name}: ${what!}`),
    );
    expect(bare).toEqual([]);
  });

  test('protect every form that changes something', () => {
    for (const { name, text } of views) {
      for (const [form] of text.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)) {
        expect(form, name).toContain('name="csrfToken"');
      }
    }
  });
});
